package io.dta.rdma.roce;

import static io.dta.rdma.RdmaQueuePair.NOT_CONNECTED;
import static io.dta.rdma.RdmaQueuePair.POSTED;
import static io.dta.rdma.RdmaQueuePair.UNSIGNALED;
import static io.dta.rdma.RdmaQueuePair.UNSUPPORTED;
import static io.dta.rdma.roce.RoceHeaders.ACK;
import static io.dta.rdma.roce.RoceHeaders.NAK_INVALID_REQUEST;
import static io.dta.rdma.roce.RoceHeaders.NAK_REMOTE_ACCESS_ERROR;
import static io.dta.rdma.roce.RoceHeaders.NAK_REMOTE_OPERATIONAL_ERROR;
import static io.dta.rdma.roce.RoceHeaders.NAK_SEQUENCE_ERROR;
import static io.dta.rdma.roce.RoceHeaders.RNR_NAK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.CompletionStatus;
import io.dta.rdma.QueuePairFailure;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a requester makes of answers that the test writes by hand. The starting PSN is 0x100; the
 * test's responder is 0x77.
 */
class RequesterAnswersTest {
  private static final RemoteRegion REGION = new RemoteRegion(0x10000, 0x55, 4096);
  private static final long TIMEOUT_NS = 1_000_000;

  private final ManualClock clock = new ManualClock();
  private final List<String> completions = new ArrayList<>();
  private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[4096]);
  private RawPeer peer;
  private RoceRequester requester;
  private RoceQueuePair queuePair;

  @BeforeEach
  void connect() throws Exception {
    peer = new RawPeer();
    requester = new RoceRequester(Loopback.bind(), clock, IcrcCheck.REQUIRED);
    connect(TransportService.RC, new RetransmissionPolicy(TIMEOUT_NS, 2, 2, 4, 16, 8));
  }

  private void connect(TransportService service, RetransmissionPolicy policy) {
    connect(service, policy, 8);
  }

  private void connect(
      TransportService service, RetransmissionPolicy policy, int maxDestinationAtomics) {
    QueuePairRequest request = requester.request(service, 1024, 0x100);
    QueuePairReply reply =
        new QueuePairReply(
            "127.0.0.1", peer.port.localAddress().getPort(), 0x77, 1024, maxDestinationAtomics);
    queuePair =
        requester.connect(
            request, reply, (id, status) -> completions.add(id + " " + status), policy);
  }

  @AfterEach
  void close() {
    requester.close();
    peer.close();
  }

  private void write(long id) {
    assertEquals(POSTED, queuePair.write(REGION, 0, bytes, 0, 8, id));
  }

  private void fetchAdd(long id) {
    assertEquals(POSTED, queuePair.fetchAdd(REGION, 0, 1, id));
  }

  private void acknowledge(int psn, int syndrome) {
    peer.acknowledge(queuePair, psn, syndrome);
    queuePair.poll();
  }

  @Test
  void shouldRefuseAtomicsWhereTheResponderHasNone() {
    connect(TransportService.RC, RetransmissionPolicy.defaults(), 0);
    assertEquals(UNSUPPORTED, queuePair.fetchAdd(REGION, 0, 1, 1));
  }

  @Test
  void shouldAskForAcknowledgementsEverySoOftenAndAtTheEndOfABurst() {
    for (int i = 1; i <= 6; i++) {
      write(i);
    }
    queuePair.flush();
    assertEquals(
        List.of(
            "0a psn 000100",
            "0a psn 000101",
            "0a psn 000102",
            "0a psn 000103 ask",
            "0a psn 000104",
            "0a psn 000105 ask"),
        peer.summaries());
    queuePair.flush();
    queuePair.poll();
    peer.assertSilent();
  }

  @Test
  void shouldCompleteAllThatOneAcknowledgementCovers() {
    for (int i = 1; i <= 4; i++) {
      write(i);
    }
    acknowledge(0x102, ACK);
    assertEquals(List.of("1 SUCCESS", "2 SUCCESS", "3 SUCCESS"), completions);
    acknowledge(0x101, ACK);
    acknowledge(0x103, ACK);
    acknowledge(0x103, ACK);
    assertEquals(List.of("1 SUCCESS", "2 SUCCESS", "3 SUCCESS", "4 SUCCESS"), completions);
    assertEquals(0, queuePair.counters().badAnswers());
  }

  @Test
  void shouldGoBackToWhatASequenceErrorNames() {
    for (int i = 1; i <= 4; i++) {
      write(i);
    }
    assertEquals(4, peer.receive().size());
    acknowledge(0x102, NAK_SEQUENCE_ERROR);
    assertEquals(List.of("1 SUCCESS", "2 SUCCESS"), completions);
    assertEquals(List.of("0a psn 000102", "0a psn 000103 ask"), peer.summaries());
    acknowledge(0x102, NAK_SEQUENCE_ERROR);
    peer.assertSilent(); // A duplicate of the NAK.
    assertEquals(2, queuePair.counters().retransmissions());
    assertEquals(2, queuePair.counters().sequenceErrorNaks());
    acknowledge(0x103, ACK);
    assertEquals(4, completions.size());
  }

  @Test
  void shouldSendAllUnacknowledgedAgainAfterATimeoutAsFastAsItIsAnswered() {
    for (int i = 1; i <= 9; i++) {
      write(i);
    }
    queuePair.flush();
    acknowledge(0x100, ACK);
    peer.receive();
    clock.advance(TIMEOUT_NS - 1);
    queuePair.poll();
    peer.assertSilent();
    clock.advance(1);
    queuePair.poll();
    assertEquals(List.of("0a psn 000101 ask"), peer.summaries());
    assertEquals(1, queuePair.counters().timeouts());
    clock.advance(TIMEOUT_NS);
    queuePair.poll();
    assertEquals(List.of("0a psn 000101 ask"), peer.summaries());
    acknowledge(0x101, ACK);
    assertEquals(List.of("0a psn 000102", "0a psn 000103 ask"), peer.summaries());
    acknowledge(0x103, ACK);
    assertEquals(
        List.of("0a psn 000104", "0a psn 000105", "0a psn 000106", "0a psn 000107 ask"),
        peer.summaries());
    acknowledge(0x107, ACK);
    assertEquals(List.of("0a psn 000108 ask"), peer.summaries());
  }

  /** What it answers late was sent once: only what it has not comes again. */
  @Test
  void shouldNotSendAgainAfterATimeoutWhatArrivedAllTheSame() {
    for (int i = 1; i <= 12; i++) {
      write(i);
    }
    peer.receive();
    clock.advance(TIMEOUT_NS);
    queuePair.poll();
    assertEquals(List.of("0a psn 000100 ask"), peer.summaries());
    acknowledge(0x107, ACK);
    assertEquals(
        List.of("0a psn 000108", "0a psn 000109", "0a psn 00010a", "0a psn 00010b ask"),
        peer.summaries());
  }

  /** What is posted while nothing answers waits. */
  @Test
  void shouldSendNothingNewWhileNothingAnswers() {
    write(1);
    queuePair.flush();
    peer.receive();
    clock.advance(TIMEOUT_NS);
    queuePair.poll();
    peer.receive();
    for (int i = 2; i <= 12; i++) {
      write(i);
    }
    queuePair.flush();
    peer.assertSilent();
  }

  @Test
  void shouldGiveUpAfterTooManyTimeouts() {
    write(1);
    fetchAdd(2);
    write(3);
    queuePair.flush();
    write(4);
    fetchAdd(5);
    for (int i = 0; i < 3; i++) {
      assertEquals(List.of(), completions);
      clock.advance(TIMEOUT_NS);
      requester.poll();
    }
    assertEquals(List.of(), completions);
    assertEquals(5, queuePair.outstanding());
    assertEquals(QueuePairState.ERROR, queuePair.state());
    assertEquals(new QueuePairFailure(CompletionStatus.RETRY_EXCEEDED, 0), queuePair.failure());
    assertEquals(NOT_CONNECTED, queuePair.write(REGION, 0, bytes, 0, 8, 6));
    clock.advance(10 * TIMEOUT_NS);
    assertEquals(0, queuePair.poll());
    queuePair.close();
    // 4 and 5 were never sent.
    assertEquals(
        List.of("1 RETRY_EXCEEDED", "2 UNCERTAIN", "3 FLUSHED", "4 FLUSHED", "5 FLUSHED"),
        completions);
    assertEquals(QueuePairState.RESET, queuePair.state());
    assertEquals(0, queuePair.outstanding());
  }

  @Test
  void shouldCountTimeoutsInARowOnly() {
    for (int i = 1; i <= 8; i++) {
      write(i);
    }
    for (int i = 0; i < 8; i++) {
      clock.advance(TIMEOUT_NS);
      queuePair.poll();
      acknowledge(0x100 + i, ACK);
    }
    assertEquals(8, completions.size());
    assertEquals(QueuePairState.READY_TO_SEND, queuePair.state());
  }

  @Test
  void shouldFailWithTheStatusOfTheNak() {
    Object[][] cases = {
      {NAK_INVALID_REQUEST, "REMOTE_INVALID_REQUEST"},
      {NAK_REMOTE_ACCESS_ERROR, "REMOTE_ACCESS_ERROR"},
      {NAK_REMOTE_OPERATIONAL_ERROR, "REMOTE_OPERATIONAL_ERROR"}
    };
    for (Object[] nak : cases) {
      completions.clear();
      connect(TransportService.RC, new RetransmissionPolicy(TIMEOUT_NS, 2, 2, 4, 16, 8));
      write(1);
      fetchAdd(2);
      write(3);
      fetchAdd(4);
      write(5);
      queuePair.flush();
      fetchAdd(6);
      peer.acknowledgeAtomic(queuePair, 0x101);
      peer.acknowledge(queuePair, 0x102, (int) nak[0]);
      requester.poll();
      assertEquals(List.of("1 SUCCESS", "2 SUCCESS"), completions);
      assertEquals(QueuePairState.ERROR, queuePair.state());
      assertEquals(
          new QueuePairFailure(CompletionStatus.valueOf((String) nak[1]), 2), queuePair.failure());
      queuePair.close();
      // A responder carries out nothing behind what it refused, so neither atomic took effect.
      assertEquals(
          List.of("1 SUCCESS", "2 SUCCESS", "3 " + nak[1], "4 FLUSHED", "5 FLUSHED", "6 FLUSHED"),
          completions);
      assertEquals(1, queuePair.counters().fatalNaks());
    }
  }

  @Test
  void shouldNotCallAnAtomicUncertainThatWasRefused() {
    fetchAdd(1);
    fetchAdd(2);
    queuePair.flush();
    acknowledge(0x100, NAK_REMOTE_ACCESS_ERROR);
    queuePair.close();
    assertEquals(List.of("1 REMOTE_ACCESS_ERROR", "2 FLUSHED"), completions);
  }

  @Test
  void shouldAskAgainForTheAnswerOfAnAtomic() {
    write(1);
    fetchAdd(2);
    fetchAdd(3);
    write(4);
    peer.receive();
    peer.acknowledgeAtomic(queuePair, 0x102);
    acknowledge(0x103, ACK);
    assertEquals(List.of("1 SUCCESS"), completions);
    assertEquals(List.of("14 psn 000101 ask"), peer.summaries());
    clock.advance(TIMEOUT_NS);
    queuePair.poll();
    assertEquals(List.of("14 psn 000101"), peer.summaries());
    peer.acknowledgeAtomic(queuePair, 0x101);
    queuePair.poll();
    assertEquals(List.of("1 SUCCESS", "2 SUCCESS", "3 SUCCESS", "4 SUCCESS"), completions);
    assertEquals(2, queuePair.counters().retransmissions());
  }

  @Test
  void shouldWaitWhereTheReceiverIsNotReady() {
    for (int i = 1; i <= 4; i++) {
      write(i);
    }
    peer.receive();
    acknowledge(0x101, RNR_NAK | 14); // 1.28 ms, longer than the time-out
    assertEquals(List.of("1 SUCCESS"), completions);
    write(5);
    queuePair.flush();
    clock.advance(1_279_999);
    queuePair.poll();
    peer.assertSilent();
    clock.advance(1);
    queuePair.poll();
    assertEquals(
        List.of("0a psn 000101", "0a psn 000102", "0a psn 000103", "0a psn 000104 ask"),
        peer.summaries());
    assertEquals(1, queuePair.counters().receiverNotReadyNaks());
    assertEquals(0, queuePair.counters().timeouts());
  }

  @Test
  void shouldGiveUpAfterTooManyReceiverNotReadyNaks() {
    write(1);
    write(2);
    queuePair.flush();
    for (int i = 0; i < 3; i++) {
      acknowledge(0x100, RNR_NAK | 1);
      clock.advance(10_000);
      queuePair.poll();
    }
    queuePair.close();
    assertEquals(List.of("1 RETRY_EXCEEDED", "2 FLUSHED"), completions);
  }

  @Test
  void shouldLetASignaledOperationSpeakForTheUnsignaledBefore() {
    fetchAdd(UNSIGNALED);
    fetchAdd(UNSIGNALED);
    fetchAdd(3);
    write(UNSIGNALED);
    write(5);
    queuePair.flush();
    peer.acknowledgeAtomic(queuePair, 0x100);
    acknowledge(0x101, NAK_REMOTE_ACCESS_ERROR);
    queuePair.close();
    assertEquals(List.of("3 UNCERTAIN", "5 FLUSHED"), completions);
  }

  @Test
  void shouldFailAWriteOfSeveralPacketsOnce() {
    assertEquals(POSTED, queuePair.write(REGION, 0, bytes, 0, 3000, 1));
    write(2);
    queuePair.flush();
    acknowledge(0x101, NAK_INVALID_REQUEST);
    queuePair.close();
    assertEquals(List.of("1 REMOTE_INVALID_REQUEST", "2 FLUSHED"), completions);
    assertEquals(0, queuePair.outstanding());
  }

  @Test
  void shouldDropAnswersThatMakeNoSense() throws Exception {
    write(1);
    fetchAdd(2);
    queuePair.flush();
    acknowledge(0x102, ACK); // Never sent.
    acknowledge(0x100, 0x45); // Reserved syndrome.
    acknowledge(0x100, 0x7F); // Reserved NAK.
    peer.acknowledgeAtomic(queuePair, 0x100); // Not an atomic.
    peer.begin(RoceHeaders.RC_READ_RESPONSE_ONLY, queuePair.number(), 0x100, 0).putInt(ACK << 24);
    peer.send(queuePair.localAddress());
    peer.begin(RoceHeaders.RC_ACKNOWLEDGE, queuePair.number(), 0x100, 0).putInt(0).putInt(0);
    peer.send(queuePair.localAddress());
    queuePair.poll();
    assertEquals(6, queuePair.counters().badAnswers());
    peer.begin(RoceHeaders.RC_ACKNOWLEDGE, 0x999, 0x100, 0).putInt(ACK << 24);
    peer.send(queuePair.localAddress());
    queuePair.poll();
    assertEquals(1, requester.strayAnswers());
    assertEquals(List.of(), completions);
    assertEquals(QueuePairState.READY_TO_SEND, queuePair.state());
  }

  @Test
  void shouldDropAnswersWithAWrongIcrcWhereItIsRequired() throws Exception {
    write(1);
    queuePair.flush();
    // Sealed as if for another destination, so the iCRC is wrong.
    ByteBuffer packet = ByteBuffer.allocateDirect(20);
    PacketWriter.bth(packet, 0, RoceHeaders.RC_ACKNOWLEDGE, 0, queuePair.number(), 0x100);
    PacketWriter.aeth(packet, 12, ACK, 1);
    new Icrc(peer.port.localAddress(), peer.port.localAddress()).seal(packet, 0, 16);
    peer.port.send(packet, 0, 20, queuePair.localAddress());
    queuePair.poll();
    assertEquals(List.of(), completions);
    assertEquals(1, requester.wrongIcrcs());
    assertEquals(1, queuePair.counters().badAnswers());

    try (RoceRequester tolerant = new RoceRequester(Loopback.bind(), clock, IcrcCheck.COUNTED)) {
      requester.close();
      requester = tolerant;
      completions.clear();
      connect(TransportService.RC, RetransmissionPolicy.defaults());
      write(7);
      queuePair.flush();
      PacketWriter.bth(packet, 0, RoceHeaders.RC_ACKNOWLEDGE, 0, queuePair.number(), 0x100);
      packet.putInt(16, 0xDEAD);
      peer.port.send(packet, 0, 20, queuePair.localAddress());
      queuePair.poll();
      assertEquals(List.of("7 SUCCESS"), completions);
      assertEquals(1, requester.wrongIcrcs());
    }
  }

  @Test
  void shouldSendNoFasterThanCongestionNotificationsLeft() {
    peer.begin(RoceHeaders.CONGESTION_NOTIFICATION, queuePair.number(), 0, 0).put(new byte[16]);
    peer.send(queuePair.localAddress());
    queuePair.poll();
    for (int i = 1; i <= 16; i++) {
      write(i);
    }
    queuePair.flush();
    assertEquals(0, peer.summaries().size(), "nothing was sent before, and no time has passed");
    clock.advance(400_000); // 10 Mb/s at first, so that a packet or two have earned their way.
    queuePair.poll();
    int first = peer.summaries().size();
    assertTrue(first > 0 && first < 16, "sent " + first);
    assertEquals(1, queuePair.counters().congestionNotifications());
    assertTrue(queuePair.counters().rateLimit() > 0);
    int sent = first;
    for (int polls = 0; polls < 100 && sent < 16; polls++) {
      clock.advance(400_000);
      queuePair.poll();
      sent += peer.summaries().size();
    }
    assertEquals(16, sent);
    assertEquals(1, requester.congestionNotifications());
  }

  @Test
  void shouldAcceptPostsFromTheListener() {
    RoceQueuePair[] self = new RoceQueuePair[1];
    QueuePairRequest request = requester.request(TransportService.UC, 1024, 0xFFFFFF);
    QueuePairReply reply =
        new QueuePairReply("127.0.0.1", peer.port.localAddress().getPort(), 0x77, 1024, 0);
    self[0] =
        requester.connect(
            request,
            reply,
            (id, status) -> {
              assertEquals(CompletionStatus.SUCCESS, status);
              completions.add(Long.toString(id));
              if (id < 20) {
                assertEquals(POSTED, self[0].write(REGION, 0, bytes, 0, 8, id + 1));
              } else if (id == 20) {
                self[0].close();
              }
            },
            new RetransmissionPolicy(TIMEOUT_NS, 0, 0, 1, 4, 1));
    self[0].write(REGION, 0, bytes, 0, 8, 1);
    assertEquals(20, completions.size());
    assertEquals(0, self[0].outstanding());
    assertEquals(QueuePairState.RESET, self[0].state());
  }

  @Test
  void shouldRefuseRepliesThatMakeNoSense() {
    QueuePairRequest request = requester.request(TransportService.RC, 1024);
    for (QueuePairReply reply :
        List.of(
            new QueuePairReply("127.0.0.1", 4791, 1, 2048, 1),
            new QueuePairReply("127.0.0.1", 4791, 1, 1000, 1),
            new QueuePairReply("127.0.0.1", 0, 1, 1024, 1),
            new QueuePairReply("127.0.0.1", 4791, 1 << 24, 1024, 1),
            new QueuePairReply("collector", 4791, 1, 1024, 1),
            new QueuePairReply("::1", 4791, 1, 1024, 1))) {
      assertThrows(
          IllegalArgumentException.class,
          () -> requester.connect(request, reply, (_, _) -> {}, RetransmissionPolicy.defaults()),
          reply::toString);
    }
  }
}
