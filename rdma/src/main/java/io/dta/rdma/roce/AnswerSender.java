package io.dta.rdma.roce;

import static io.dta.rdma.roce.RoceHeaders.ICRC_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.RC_ACKNOWLEDGE;
import static io.dta.rdma.roce.RoceHeaders.RC_ATOMIC_ACKNOWLEDGE;

import java.nio.ByteBuffer;

/** Builds and sends a responder's answers, one at a time. */
final class AnswerSender {
  private static final int START = 0;

  private final UdpPort port;
  private final RnicCounters counters;
  private final ByteBuffer packet = ByteBuffer.allocateDirect(RoceHeaders.MAX_PACKET + ICRC_LENGTH);

  AnswerSender(UdpPort port, RnicCounters counters) {
    this.port = port;
    this.counters = counters;
  }

  /** An ACK, NAK or RNR NAK. */
  void acknowledge(ResponderQueuePair queuePair, int psn, int syndrome) {
    int end = bth(queuePair, RC_ACKNOWLEDGE, 0, psn);
    end = PacketWriter.aeth(packet, end, syndrome, queuePair.messageSequenceNumber());
    send(queuePair, end);
  }

  /** An ATOMIC ACK with the counter's old value. */
  void acknowledgeAtomic(ResponderQueuePair queuePair, int psn, long original) {
    int end = bth(queuePair, RC_ATOMIC_ACKNOWLEDGE, 0, psn);
    end = PacketWriter.aeth(packet, end, RoceHeaders.ACK, queuePair.messageSequenceNumber());
    packet.putLong(end, original);
    send(queuePair, end + RoceHeaders.ATOMIC_ACK_LENGTH);
  }

  /**
   * One packet of a READ response.
   *
   * @param opcode FIRST, LAST and ONLY have an AETH, MIDDLE has not
   * @return {@link RemoteMemory#OK}, or the syndrome of a NAK where the memory could not be read;
   *     then nothing was sent
   */
  int respondToRead(
      ResponderQueuePair queuePair,
      int opcode,
      int psn,
      RemoteMemory memory,
      long address,
      int rkey,
      int length) {
    int padding = RoceHeaders.padding(length);
    int at = bth(queuePair, opcode, padding, psn);
    if (opcode != RoceHeaders.RC_READ_RESPONSE_MIDDLE) {
      at = PacketWriter.aeth(packet, at, RoceHeaders.ACK, queuePair.messageSequenceNumber());
    }
    int result = memory.read(address, rkey, packet, at, length);
    if (result == RemoteMemory.OK) {
      send(queuePair, PacketWriter.pad(packet, at + length, padding));
    }
    return result;
  }

  private int bth(ResponderQueuePair queuePair, int opcode, int padding, int psn) {
    return PacketWriter.bth(packet, START, opcode, padding << 4, queuePair.peerNumber(), psn);
  }

  private void send(ResponderQueuePair queuePair, int length) {
    queuePair.outgoing().seal(packet, START, length);
    if (!port.send(packet, START, length + ICRC_LENGTH, queuePair.peer())) {
      counters.increment(RnicEvent.ANSWERS_NOT_SENT);
    }
  }
}
