package io.dta.rdma.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.ConnectionException;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.Icrc;
import io.dta.rdma.roce.IcrcCheck;
import io.dta.rdma.roce.ManualClock;
import io.dta.rdma.roce.RetransmissionPolicy;
import io.dta.rdma.roce.RoceRequester;
import io.dta.rdma.udp.DatagramHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Our state machines with the kernel's messages, as recorded. Identifiers are drawn at random on
 * each side, so that ours take the place of the recorded ones in what is played to us.
 */
class RdmaCmSessionTest {
  private static final InetSocketAddress REQUESTER = socket(RdmaCmSession.REQUESTER);
  private static final InetSocketAddress LISTENER = socket(RdmaCmSession.LISTENER);
  private static final int QUEUE_PAIR = 0x123;

  private final ManualClock clock = new ManualClock();
  private final List<Integer> ended = new ArrayList<>();
  private final List<QueuePairRequest> requests = new ArrayList<>();

  private static InetSocketAddress socket(String address) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), 4791);
  }

  private final ConnectionListener listener =
      new ConnectionListener() {
        @Override
        public Answer onRequest(QueuePairRequest request, PrivateData privateData) {
          requests.add(request);
          return new Accepted(
              new QueuePairReply(RdmaCmSession.LISTENER, 4791, QUEUE_PAIR, 1024, 16),
              PrivateData.NONE);
        }

        @Override
        public void onEnded(int queuePairNumber) {
          ended.add(queuePairNumber);
        }
      };

  /** The kernel's datagram as it came, with the IP identification that the driver gave it. */
  private static ByteBuffer asRecorded(RdmaCmSession.Packet packet) {
    return packet.bytes();
  }

  private static ByteBuffer packet(
      CmMessage message, InetSocketAddress source, InetSocketAddress destination) {
    ByteBuffer packet = ByteBuffer.allocateDirect(ManagementDatagram.PACKET_LENGTH + 4);
    int length = message.putPacket(packet, 0, 0, 1);
    new Icrc(source, destination).seal(packet, 0, length);
    return packet;
  }

  private static CmMessage last(ScriptedUdpPort port) {
    ByteBuffer packet = port.sent.getLast();
    return CmMessage.get(
        packet.getShort(ManagementDatagram.ATTRIBUTE), packet, ManagementDatagram.MESSAGE);
  }

  @Test
  void shouldServeEveryRequestOfTheKernel() throws Exception {
    ScriptedUdpPort port = new ScriptedUdpPort(RdmaCmSession.LISTENER);
    ConnectionManager manager =
        new ConnectionManager(port, clock, new Random(1), CmSettings.defaults());
    manager.listen(ServiceId.of(TransportService.RC, 18515), listener);
    manager.listen(ServiceId.of(TransportService.UC, 18515), listener);
    DatagramHandler handler =
        (buffer, offset, length, source, ecn) ->
            manager.onPacket(buffer, offset, length - 4, source);
    int served = 0;
    int repeated = 0;
    int last = 0;
    for (RdmaCmSession.Packet recorded : RdmaCmSession.management()) {
      if (!(recorded.message() instanceof ConnectionRequest request)) {
        continue;
      }
      InetSocketAddress source =
          new InetSocketAddress(REQUESTER.getAddress(), recorded.sourcePort());
      port.arrive(asRecorded(recorded), source);
      port.receive(handler, 10);
      assertEquals(REQUESTER, port.lastDestination, "answers go to port 4791");
      assertEquals(
          recorded.transaction(), port.sent.getLast().getLong(ManagementDatagram.TRANSACTION_ID));
      if (request.serviceId() == ServiceId.of(TransportService.RC, 18516)
          || request.serviceId() == ServiceId.of(TransportService.RC, 7471)) {
        Rejection rejection = assertInstanceOf(Rejection.class, last(port));
        assertEquals(8, rejection.reason());
        continue;
      }
      ConnectionReply reply = assertInstanceOf(ConnectionReply.class, last(port));
      assertEquals(request.localId(), reply.remoteId());
      assertEquals(QUEUE_PAIR, reply.queuePair());
      assertEquals(Math.min(16, request.initiatorDepth()), reply.responderResources());
      repeated += last == request.localId() ? 1 : 0;
      served += last == request.localId() ? 0 : 1;
      last = request.localId();
    }
    assertEquals(5, served);
    assertEquals(1, repeated);
    assertEquals(5, requests.size(), "the repeated one makes no second queue pair");
    assertEquals(0, manager.counters().get(CmEvent.WRONG_ICRC));
    assertEquals(0, manager.counters().get(CmEvent.MALFORMED));
    assertEquals(0x11, requests.getFirst().queuePairNumber());
    assertEquals(RdmaCmSession.REQUESTER, requests.getFirst().address());
  }

  @Test
  void shouldGoThroughARecordedConnectionAsItsListener() throws Exception {
    ScriptedUdpPort port = new ScriptedUdpPort(RdmaCmSession.LISTENER);
    ConnectionManager manager =
        new ConnectionManager(port, clock, new Random(1), CmSettings.defaults());
    manager.listen(ServiceId.of(TransportService.RC, 18515), listener);
    ConnectionReply reply = null;
    for (RdmaCmSession.Packet recorded : RdmaCmSession.management().subList(0, 5)) {
      if (!recorded.isOfRequester()) {
        continue;
      }
      ByteBuffer bytes =
          switch (recorded.message()) {
            case ConnectionRequest _ -> asRecorded(recorded);
            case ReadyToUse rtu ->
                packet(new ReadyToUse(rtu.localId(), reply.localId()), REQUESTER, LISTENER);
            case DisconnectionRequest dreq ->
                packet(
                    new DisconnectionRequest(dreq.localId(), reply.localId(), QUEUE_PAIR),
                    REQUESTER,
                    LISTENER);
            default -> throw new AssertionError(recorded.message());
          };
      InetSocketAddress source =
          new InetSocketAddress(
              REQUESTER.getAddress(),
              recorded.message() instanceof ConnectionRequest ? recorded.sourcePort() : 4791);
      manager.onPacket(bytes, 0, bytes.capacity() - 4, source);
      if (last(port) instanceof ConnectionReply sent) {
        reply = sent;
      }
    }
    assertEquals(new DisconnectionReply(reply.localId(), reply.remoteId()), last(port));
    assertEquals(List.of(QUEUE_PAIR), ended);
    assertEquals(1, manager.counters().get(CmEvent.ESTABLISHED));
    assertTrue(manager.isIdle());
  }

  /** A requester of ours whose listener is the recording. */
  private final class Asking {
    final ScriptedUdpPort port = new ScriptedUdpPort(RdmaCmSession.REQUESTER);
    final RoceRequester requester = new RoceRequester(port, clock, IcrcCheck.ANY_IDENTIFICATION);
    final ConnectionManager manager =
        new ConnectionManager(port, clock, new Random(1), CmSettings.defaults());
    final PendingQueuePair pending;

    Asking(int cmPort) {
      requester.manageWith(manager);
      CmConnector.Target target =
          new CmConnector.Target(LISTENER, cmPort, TransportService.RC, 1024, PrivateData.NONE);
      pending =
          new CmConnector(requester, manager, target, RetransmissionPolicy.defaults(), data -> {})
              .connect((id, status) -> {});
    }

    void arrive(CmMessage message) {
      port.arrive(packet(message, LISTENER, REQUESTER), LISTENER);
    }

    int localId() {
      return ((ConnectionRequest) last(port)).localId();
    }
  }

  private static ConnectionReply to(int localId, ConnectionReply recorded) {
    return new ConnectionReply(
        recorded.localId(),
        localId,
        recorded.queuePair(),
        recorded.startingPsn(),
        recorded.responderResources(),
        recorded.initiatorDepth(),
        recorded.targetAckDelay(),
        recorded.failover(),
        recorded.flowControl(),
        recorded.rnrRetryCount(),
        recorded.sharedReceiveQueue(),
        recorded.adapterGuid(),
        recorded.privateData());
  }

  @Test
  void shouldGoThroughTheSlowConnectionAsItsRequester() throws Exception {
    Asking asking = new Asking(18515);
    int localId = asking.localId();
    ReceiptAcknowledged mra = RdmaCmSession.messages(ReceiptAcknowledged.class).getFirst();
    asking.arrive(
        new ReceiptAcknowledged(mra.localId(), localId, mra.about(), mra.serviceTimeout()));
    asking.pending.poll();
    clock.advance(14_000_000_000L); // As long as the recorded program took; an MRA's 69 s.
    asking.pending.poll();
    assertEquals(1, asking.port.sent.size(), "the request is not sent again meanwhile");
    ConnectionReply reply =
        RdmaCmSession.messages(ConnectionReply.class).stream()
            .filter(candidate -> candidate.localId() == mra.localId())
            .findFirst()
            .orElseThrow();
    asking.arrive(to(localId, reply));
    RdmaQueuePair queuePair = asking.pending.poll();
    assertEquals(QueuePairState.READY_TO_SEND, queuePair.state());
    assertEquals(new ReadyToUse(localId, reply.localId()), last(asking.port));
    queuePair.close();
    asking.requester.poll();
    assertEquals(
        new DisconnectionRequest(localId, reply.localId(), reply.queuePair()), last(asking.port));
    asking.arrive(new DisconnectionReply(reply.localId(), localId));
    asking.requester.poll();
    assertTrue(asking.manager.isIdle());
  }

  @Test
  void shouldSayWhatTheRecordedRejectionsSay() throws Exception {
    List<Rejection> rejections = RdmaCmSession.messages(Rejection.class);
    for (Rejection recorded : rejections) {
      Asking asking = new Asking(18516);
      asking.arrive(
          new Rejection(
              recorded.localId(),
              asking.localId(),
              recorded.about(),
              recorded.reason(),
              recorded.information(),
              recorded.privateData()));
      ConnectionException failure = assertThrows(ConnectionException.class, asking.pending::poll);
      String message = failure.getMessage();
      assertTrue(message.contains("(reason " + recorded.reason() + ")"), message);
    }
    assertEquals(2, rejections.size());
  }

  @Test
  void shouldGoToErrorAtTheDisconnectionOfUcmatose() throws Exception {
    Asking asking = new Asking(7471);
    int localId = asking.localId();
    ConnectionReply reply = RdmaCmSession.messages(ConnectionReply.class).getLast();
    asking.arrive(to(localId, reply));
    RdmaQueuePair queuePair = asking.pending.poll();
    DisconnectionRequest recorded = RdmaCmSession.messages(DisconnectionRequest.class).getLast();
    assertEquals(reply.localId(), recorded.localId());
    int ours = 0x11;
    asking.arrive(new DisconnectionRequest(recorded.localId(), localId, ours));
    asking.requester.poll();
    assertEquals(QueuePairState.ERROR, queuePair.state());
    assertEquals(new DisconnectionReply(localId, recorded.localId()), last(asking.port));
  }
}
