package io.dta.rdma.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.FaultyUdpPort.Faults;
import io.dta.rdma.roce.RoceHeaders;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Datagrams that no peer would send, with a right iCRC and almost right contents. */
class CmFuzzTest {
  private static final int DATAGRAMS = 200;

  @Property(tries = 60)
  void shouldStandWhateverArrives(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    try (CmLoopback loopback = new CmLoopback(random, Faults.NONE, CmLoopback.OPTIONS);
        CmPeer peer = new CmPeer()) {
      PendingQueuePair pending =
          loopback.connect(peer.address(), CmLoopback.CM_PORT, TransportService.RC);
      RdmaQueuePair established = loopback.established(TransportService.RC);
      ConnectionRequest ours = (ConnectionRequest) peer.receive().getFirst();
      for (int i = 0; i < DATAGRAMS; i++) {
        InetSocketAddress destination =
            random.nextBoolean() ? loopback.rnic.localAddress() : loopback.requester.localAddress();
        peer.sendPacket(datagram(random, peer, loopback, ours), destination);
        if (random.nextInt(8) == 0) {
          loopback.round();
        }
      }
      loopback.settle();
      assertTrue(loopback.rnic.queuePairs() <= CmLoopback.OPTIONS.maxQueuePairs());
      // What was established does not suffer from strangers: the peer's identifiers of it are 32
      // random bits, and both ends have the same address here.
      assertTrue(established.state() != QueuePairState.RESET, () -> "seed " + seed);
      established.close();
      pending.close();
      loopback.active.disconnectAll();
      loopback.passive.disconnectAll();
      loopback.awaitEnd();
      assertEquals(0, loopback.passive.counters().get(CmEvent.WRONG_ICRC), () -> "seed " + seed);
    }
  }

  private static ByteBuffer datagram(
      Random random, CmPeer peer, CmLoopback loopback, ConnectionRequest ours) {
    boolean odd = random.nextInt(20) == 0;
    int length = odd ? 16 + random.nextInt(80) * 4 : ManagementDatagram.PACKET_LENGTH + 4;
    ByteBuffer packet = ByteBuffer.allocateDirect(length);
    if (odd) {
      packet.put(0, (byte) ManagementDatagram.OPCODE);
      packet.putShort(RoceHeaders.BTH_PARTITION_KEY, (short) 0xFFFF);
      packet.putInt(RoceHeaders.BTH_QUEUE_PAIR, 1);
      return packet;
    }
    message(random, peer, loopback, ours).putPacket(packet, 0, 1, random.nextLong());
    int flips = random.nextInt(4);
    for (int i = 0; i < flips; i++) {
      int at = ManagementDatagram.Q_KEY + random.nextInt(length - ManagementDatagram.Q_KEY - 4);
      packet.put(at, (byte) random.nextInt());
    }
    return packet;
  }

  private static CmMessage message(
      Random random, CmPeer peer, CmLoopback loopback, ConnectionRequest ours) {
    int localId = random.nextInt(20);
    int remoteId =
        random.nextInt(4) == 0 ? random.nextInt() : ours.localId() - 1 + random.nextInt(4);
    return switch (random.nextInt(8)) {
      case 0, 1 -> peer.request(loopback, localId, 0x20 + random.nextInt(30));
      case 2 -> CmPeer.reply(localId, remoteId, random.nextInt() & RoceHeaders.MASK_24);
      case 3 -> new ReadyToUse(localId, remoteId);
      case 4 ->
          new Rejection(
              localId,
              remoteId,
              random.nextInt(3),
              random.nextInt(40),
              PrivateData.of((byte) random.nextInt(80)),
              PrivateData.NONE);
      case 5 -> new ReceiptAcknowledged(localId, remoteId, random.nextInt(3), random.nextInt(32));
      case 6 -> new DisconnectionRequest(localId, remoteId, 0x11 + random.nextInt(3));
      default -> new DisconnectionReply(localId, remoteId);
    };
  }
}
