package io.dta.rdma.cm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.CompletionStatus;
import io.dta.rdma.ConnectionException;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.FaultyUdpPort.Faults;
import io.dta.rdma.roce.IcrcCheck;
import io.dta.rdma.roce.RnicOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both state machines against each other. */
class RdmaCmTest {
  private static final byte[] BYTES = {9, 8, 7, 6};

  private static void write(CmLoopback loopback, RdmaQueuePair queuePair) {
    assertEquals(
        RdmaQueuePair.POSTED,
        queuePair.write(loopback.region.remote(), 0, new UnsafeBuffer(BYTES), 0, BYTES.length, 1));
    queuePair.flush();
    loopback.settle();
  }

  @ParameterizedTest
  @EnumSource
  void shouldConnectWriteAndDisconnect(TransportService service) throws Exception {
    try (CmLoopback loopback = CmLoopback.perfect()) {
      loopback.listener.privateData = PrivateData.of(new byte[] {4, 5});
      RdmaQueuePair queuePair = loopback.established(service);
      assertEquals(service, loopback.listener.requests.getFirst().service());
      assertEquals(1024, loopback.listener.requests.getFirst().pathMtu());
      assertEquals("010203", loopback.listener.asked.toString());
      assertEquals(PrivateData.MAX_REQUEST, loopback.listener.asked.length());
      assertEquals("0405", loopback.replied.toString());
      write(loopback, queuePair);
      assertEquals(List.of(CompletionStatus.SUCCESS), loopback.completions);
      assertArrayEquals(BYTES, loopback.memory(BYTES.length));
      queuePair.close();
      loopback.settle();
      assertTrue(loopback.active.isIdle() && loopback.passive.isIdle(), loopback::state);
      assertEquals(List.of(loopback.listener.number), loopback.listener.ended);
      assertEquals(0, loopback.rnic.queuePairs());
    }
  }

  @Test
  void shouldKeepAsManyAtomicsOutstandingAsTheListenerRemembers() throws Exception {
    try (CmLoopback loopback = CmLoopback.perfect()) {
      RdmaQueuePair queuePair = loopback.await(loopback.connect(TransportService.RC));
      for (int i = 0; i < 8; i++) {
        assertEquals(
            RdmaQueuePair.POSTED, queuePair.fetchAdd(loopback.region.remote(), 0, 1, i + 1));
      }
      assertEquals(
          RdmaQueuePair.BACK_PRESSURED, queuePair.fetchAdd(loopback.region.remote(), 0, 1, 9));
    }
  }

  @Test
  void shouldSayThatNothingListens() {
    try (CmLoopback loopback = CmLoopback.perfect()) {
      PendingQueuePair pending =
          loopback.connect(
              loopback.rnic.localAddress(), CmLoopback.CM_PORT + 1, TransportService.RC);
      String message = failure(loopback, pending);
      assertTrue(message.contains("nothing listens there at that port (reason 8)"), message);
      assertTrue(message.contains("18516"), message);
      assertTrue(loopback.active.isIdle(), loopback::state);
    }
  }

  private static String failure(CmLoopback loopback, PendingQueuePair pending) {
    return assertThrows(ConnectionException.class, () -> loopback.await(pending)).getMessage();
  }

  @Test
  void shouldSayWhyTheListenerRefused() {
    try (CmLoopback loopback = CmLoopback.perfect()) {
      loopback.listener.refusal =
          new ConnectionListener.Refused(
              RejectReason.CONSUMER_REJECTED, PrivateData.of(new byte[] {(byte) 0xAB}));
      String message = failure(loopback, loopback.connect(TransportService.RC));
      assertTrue(message.contains("refused (reason 28)"), message);
      assertTrue(message.endsWith("ab"), message);
    }
  }

  @Test
  void shouldSayThatNoQueuePairIsLeft() throws Exception {
    RnicOptions one = new RnicOptions(1, 4096, 8, 1024, IcrcCheck.REQUIRED);
    try (CmLoopback loopback = new CmLoopback(new Random(1), Faults.NONE, one)) {
      loopback.established(TransportService.RC);
      String message = failure(loopback, loopback.connect(TransportService.RC));
      assertTrue(message.contains("reason 1)"), message);
    }
  }

  @Test
  void shouldTakeTheSmallerPathMtuThatTheListenerAsksFor() throws Exception {
    RnicOptions small = new RnicOptions(4, 512, 8, 1024, IcrcCheck.REQUIRED);
    try (CmLoopback loopback = new CmLoopback(new Random(1), Faults.NONE, small)) {
      RdmaQueuePair queuePair = loopback.established(TransportService.RC);
      assertEquals(512, loopback.listener.requests.getLast().pathMtu());
      assertEquals(1, loopback.rnic.queuePairs());
      write(loopback, queuePair);
      assertArrayEquals(BYTES, loopback.memory(BYTES.length));
    }
  }

  @Test
  void shouldGiveUpOnASilentPeerAndSaySo() {
    try (CmLoopback loopback = CmLoopback.perfect();
        CmPeer peer = new CmPeer()) {
      PendingQueuePair pending =
          loopback.connect(peer.address(), CmLoopback.CM_PORT, TransportService.RC);
      String message = failure(loopback, pending);
      assertTrue(message.contains("no answer to 8 requests in 536 ms"), message);
      List<CmMessage> sent = peer.receive();
      assertEquals(9, sent.size());
      assertEquals(8, sent.stream().filter(ConnectionRequest.class::isInstance).count());
      assertEquals(1, sent.stream().distinct().filter(ConnectionRequest.class::isInstance).count());
      assertEquals(RejectReason.TIMEOUT.code(), ((Rejection) sent.getLast()).reason());
    }
  }

  @Test
  void shouldGiveUpWhenClosedBeforeItIsConnected() {
    try (CmLoopback loopback = CmLoopback.perfect();
        CmPeer peer = new CmPeer()) {
      PendingQueuePair pending =
          loopback.connect(peer.address(), CmLoopback.CM_PORT, TransportService.RC);
      pending.close();
      pending.close();
      assertTrue(loopback.active.isIdle());
      assertEquals(2, peer.receive().size());
    }
  }

  @Test
  void shouldEndWhatWasEstablishedJustBeforeItIsGivenUp() throws Exception {
    try (CmLoopback loopback = CmLoopback.perfect()) {
      PendingQueuePair pending = loopback.connect(TransportService.RC);
      loopback.settle();
      assertEquals(1, loopback.rnic.queuePairs());
      pending.close();
      loopback.settle();
      assertEquals(0, loopback.rnic.queuePairs());
      assertTrue(loopback.active.isIdle(), loopback::state);
      assertNull(pending.poll());
    }
  }

  @Test
  void shouldWaitAsLongAsAnMraAsksFor() throws Exception {
    try (CmLoopback loopback = CmLoopback.perfect();
        CmPeer peer = new CmPeer()) {
      PendingQueuePair pending =
          loopback.connect(peer.address(), CmLoopback.CM_PORT, TransportService.RC);
      ConnectionRequest request = (ConnectionRequest) peer.receive().getFirst();
      peer.send(
          new ReceiptAcknowledged(77, request.localId(), CmMessage.ABOUT_REQUEST, 20),
          loopback.requester.localAddress());
      loopback.settle();
      long waited = CmSettings.nanos(20) - CmSettings.nanos(14);
      loopback.clock.advance(waited);
      assertNull(pending.poll());
      assertEquals(List.of(), peer.receive());
      loopback.clock.advance(CmSettings.nanos(14));
      assertNull(pending.poll());
      assertEquals(List.of(request), peer.receive());
    }
  }

  @Test
  void shouldAnswerEveryReplyByAnRtu() throws Exception {
    try (CmLoopback loopback = CmLoopback.perfect();
        CmPeer peer = new CmPeer()) {
      PendingQueuePair pending =
          loopback.connect(peer.address(), CmLoopback.CM_PORT, TransportService.RC);
      ConnectionRequest request = (ConnectionRequest) peer.receive().getFirst();
      ReadyToUse rtu = new ReadyToUse(request.localId(), 77);
      for (int i = 0; i < 3; i++) {
        peer.send(CmPeer.reply(77, request.localId(), 0x999), loopback.requester.localAddress());
        loopback.settle();
        assertEquals(List.of(rtu), peer.receive());
      }
      assertEquals(QueuePairState.READY_TO_SEND, pending.poll().state());
      peer.send(CmPeer.reply(78, request.localId(), 0x999), loopback.requester.localAddress());
      loopback.settle();
      assertEquals(List.of(), peer.receive(), "another connection's reply");
    }
  }

  @Test
  void shouldGoToErrorWhenThePeerDisconnects() throws Exception {
    try (CmLoopback loopback = CmLoopback.perfect();
        CmPeer peer = new CmPeer()) {
      PendingQueuePair pending =
          loopback.connect(peer.address(), CmLoopback.CM_PORT, TransportService.RC);
      ConnectionRequest request = (ConnectionRequest) peer.receive().getFirst();
      peer.send(CmPeer.reply(77, request.localId(), 0x999), loopback.requester.localAddress());
      RdmaQueuePair queuePair = loopback.await(pending);
      peer.receive();
      DisconnectionRequest wrong =
          new DisconnectionRequest(77, request.localId(), request.queuePair() + 1);
      peer.send(wrong, loopback.requester.localAddress());
      loopback.settle();
      assertEquals(QueuePairState.READY_TO_SEND, queuePair.state());
      DisconnectionRequest right =
          new DisconnectionRequest(77, request.localId(), request.queuePair());
      for (int i = 0; i < 2; i++) { // The answer to the first one may have been lost.
        peer.send(right, loopback.requester.localAddress());
        loopback.settle();
        assertEquals(List.of(new DisconnectionReply(request.localId(), 77)), peer.receive());
      }
      assertEquals(QueuePairState.ERROR, queuePair.state());
      assertEquals(CompletionStatus.FLUSHED, queuePair.failure().status());
      assertTrue(loopback.active.isIdle());
    }
  }

  @Test
  void shouldTellTheRequesterThatItsQueuePairWasDestroyed() throws Exception {
    try (CmLoopback loopback = CmLoopback.perfect()) {
      RdmaQueuePair queuePair = loopback.established(TransportService.RC);
      loopback.rnic.destroy(loopback.listener.number);
      loopback.passive.onClosed(loopback.listener.number);
      loopback.settle();
      assertEquals(QueuePairState.ERROR, queuePair.state());
      assertTrue(loopback.active.isIdle() && loopback.passive.isIdle(), loopback::state);
    }
  }

  @Test
  void shouldAnswerARepeatedRequestByTheSameReply() {
    try (CmLoopback loopback = CmLoopback.perfect();
        CmPeer peer = new CmPeer()) {
      ConnectionRequest request = peer.request(loopback, 5, 0x20);
      CmMessage reply = null;
      for (int i = 0; i < 3; i++) {
        peer.send(request, loopback.rnic.localAddress());
        loopback.settle();
        List<CmMessage> answers = peer.receive();
        assertEquals(1, answers.size());
        assertTrue(reply == null || reply.equals(answers.getFirst()));
        reply = answers.getFirst();
      }
      assertEquals(1, loopback.rnic.queuePairs());
      peer.send(new ReadyToUse(5, reply.localId()), loopback.rnic.localAddress());
      loopback.settle();
      peer.send(request, loopback.rnic.localAddress());
      loopback.settle();
      assertEquals(List.of(), peer.receive(), "established");
      assertEquals(1, loopback.passive.counters().get(CmEvent.ESTABLISHED));
    }
  }

  @Test
  void shouldTakeADisconnectionForTheLostRtuToo() {
    try (CmLoopback loopback = CmLoopback.perfect();
        CmPeer peer = new CmPeer()) {
      peer.send(peer.request(loopback, 5, 0x20), loopback.rnic.localAddress());
      loopback.settle();
      ConnectionReply reply = (ConnectionReply) peer.receive().getFirst();
      peer.send(
          new DisconnectionRequest(5, reply.localId(), reply.queuePair()),
          loopback.rnic.localAddress());
      loopback.settle();
      assertEquals(List.of(new DisconnectionReply(reply.localId(), 5)), peer.receive());
      assertEquals(1, loopback.passive.counters().get(CmEvent.ESTABLISHED));
      assertEquals(1, loopback.passive.counters().get(CmEvent.ENDED));
      assertEquals(0, loopback.rnic.queuePairs());
    }
  }

  @Test
  void shouldSendAReplyAgainAndThenReleaseTheQueuePair() {
    try (CmLoopback loopback = CmLoopback.perfect();
        CmPeer peer = new CmPeer()) {
      peer.send(peer.request(loopback, 5, 0x20), loopback.rnic.localAddress());
      loopback.settle();
      loopback.awaitEnd();
      List<CmMessage> answers = peer.receive();
      assertEquals(1 + 3 + 1, answers.size(), "3 retries, as the request says");
      assertEquals(RejectReason.TIMEOUT.code(), ((Rejection) answers.getLast()).reason());
      assertEquals(0, loopback.rnic.queuePairs());
    }
  }

  @Test
  void shouldNotLetHalfOpenConnectionsTakeAllQueuePairs() {
    try (CmLoopback loopback = CmLoopback.perfect();
        CmPeer peer = new CmPeer()) {
      for (int id = 1; id <= 10; id++) {
        peer.send(peer.request(loopback, id, 0x20 + id), loopback.rnic.localAddress());
      }
      loopback.settle();
      List<CmMessage> answers = peer.receive();
      assertEquals(4, answers.stream().filter(ConnectionReply.class::isInstance).count());
      assertEquals(
          6,
          answers.stream()
              .filter(
                  answer ->
                      answer instanceof Rejection rejection
                          && rejection.reason() == RejectReason.NO_RESOURCES.code())
              .count());
      assertEquals(4, loopback.rnic.queuePairs());
    }
  }

  @Test
  void shouldRejectWhatItCannotDoWithTheRightReason() {
    try (CmLoopback loopback = CmLoopback.perfect();
        CmPeer peer = new CmPeer()) {
      ConnectionRequest good = peer.request(loopback, 5, 0x20);
      assertEquals(8, peer.reasonFor(CmPeer.withService(good, 0x0123_4567L, 0), loopback));
      assertEquals(9, peer.reasonFor(CmPeer.withService(good, good.serviceId(), 2), loopback));
      assertEquals(26, peer.reasonFor(CmPeer.withPathMtu(good, 6), loopback));
      assertEquals(12, peer.reasonFor(CmPeer.withRemote(good, "127.0.0.9"), loopback));
      assertEquals(5, peer.reasonFor(CmPeer.withPrivateData(good, PrivateData.NONE), loopback));
      assertEquals(0, loopback.rnic.queuePairs());
    }
  }

  @Test
  void shouldAnswerForConnectionsThatItDoesNotKnow() {
    try (CmLoopback loopback = CmLoopback.perfect();
        CmPeer peer = new CmPeer()) {
      peer.send(new DisconnectionRequest(5, 6, 7), loopback.rnic.localAddress());
      peer.send(CmPeer.reply(5, 6, 7), loopback.rnic.localAddress());
      peer.send(new ReadyToUse(5, 6), loopback.rnic.localAddress());
      peer.send(new DisconnectionReply(5, 6), loopback.rnic.localAddress());
      loopback.settle();
      List<CmMessage> answers = peer.receive();
      assertEquals(new DisconnectionReply(6, 5), answers.get(0));
      assertEquals(
          RejectReason.INVALID_COMMUNICATION_ID.code(), ((Rejection) answers.get(1)).reason());
      assertEquals(2, answers.size());
      assertEquals(2, loopback.passive.counters().get(CmEvent.STRAY));
    }
  }

  @Test
  void shouldReplaceTheQueuePairOfARequesterThatStartedAnew() {
    try (CmLoopback loopback = CmLoopback.perfect();
        CmPeer peer = new CmPeer()) {
      for (int id = 1; id <= 3; id++) {
        peer.send(peer.request(loopback, id, 0x20), loopback.rnic.localAddress());
        loopback.settle();
        CmMessage reply = peer.receive().getFirst();
        peer.send(new ReadyToUse(id, reply.localId()), loopback.rnic.localAddress());
        loopback.settle();
      }
      assertEquals(1, loopback.rnic.queuePairs());
    }
  }

  @Test
  void shouldRejectWhoHasNotConfirmedWhenItIsClosed() {
    try (CmLoopback loopback = CmLoopback.perfect();
        CmPeer peer = new CmPeer()) {
      peer.send(peer.request(loopback, 7, 0x77), loopback.rnic.localAddress());
      loopback.settle();
      ConnectionReply reply = (ConnectionReply) peer.receive().getFirst();
      loopback.passive.disconnectAll();
      loopback.settle();
      Rejection rejection = (Rejection) peer.receive().getFirst();
      assertEquals(7, rejection.remoteId());
      assertEquals(reply.localId(), rejection.localId());
      assertEquals(RejectReason.CONSUMER_REJECTED.code(), rejection.reason());
      assertEquals(List.of(loopback.listener.number), loopback.listener.ended);
      assertTrue(loopback.passive.isIdle());
    }
  }

  @Test
  void shouldTellThePeersWhenItIsClosed() throws Exception {
    CmLoopback loopback = CmLoopback.perfect();
    RdmaQueuePair queuePair = loopback.established(TransportService.RC);
    loopback.rnic.close();
    loopback.requester.poll();
    assertEquals(QueuePairState.ERROR, queuePair.state());
    loopback.requester.close();
    loopback.regions.close();
  }

  /** Whatever is lost, both sides agree in the end, and nothing is left over. */
  @Property(tries = 100)
  void shouldConnectAndDisconnectOverABadNetwork(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    Faults faults = new Faults(0.25, 0.2, 0.2);
    try (CmLoopback loopback = new CmLoopback(random, faults, CmLoopback.OPTIONS)) {
      boolean connected = false;
      for (int attempt = 0; attempt < 4; attempt++) {
        RdmaQueuePair queuePair = tryToConnect(loopback);
        if (queuePair == null) {
          continue;
        }
        connected = true;
        queuePair.write(loopback.region.remote(), 0, new UnsafeBuffer(BYTES), 0, BYTES.length, 1);
        queuePair.flush();
        for (int i = 0; queuePair.outstanding() > 0 && i < 10_000; i++) {
          loopback.round();
        }
        queuePair.close();
      }
      loopback.awaitEnd();
      assertTrue(connected, () -> "seed " + seed + ": " + loopback.state());
      assertTrue(Arrays.equals(BYTES, loopback.memory(BYTES.length)), () -> "seed " + seed);
      assertEquals(0, loopback.rnic.queuePairs(), () -> "seed " + seed);
      assertFalse(loopback.completions.isEmpty());
    }
  }

  private static RdmaQueuePair tryToConnect(CmLoopback loopback) {
    try {
      return loopback.await(loopback.connect(TransportService.RC));
    } catch (ConnectionException e) {
      return null; // All retries were lost.
    }
  }
}
