package io.dta.rdma.roce;

import static io.dta.rdma.roce.RoceHeaders.ICRC_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.RC_ACKNOWLEDGE;
import static io.dta.rdma.roce.RoceHeaders.RC_ATOMIC_ACKNOWLEDGE;

import io.dta.rdma.udp.UdpPort;
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

  /** A congestion notification packet: whoever sends to this queue pair is to send slower. */
  void notifyOfCongestion(ResponderQueuePair queuePair) {
    int end = bth(queuePair, RoceHeaders.CONGESTION_NOTIFICATION, 0, 0);
    end = PacketWriter.pad(packet, end, RoceHeaders.CONGESTION_NOTIFICATION_RESERVED);
    seal(queuePair, end);
    packet.put(START + RoceHeaders.BTH_CONGESTION, (byte) RoceHeaders.BECN);
    post(queuePair, end);
  }

  /** How many packets a READ of this length is answered with. */
  static int readResponses(int length, int pathMtu) {
    return Math.max(1, (length + pathMtu - 1) / pathMtu);
  }

  /**
   * The packets of a READ response.
   *
   * @return {@link RemoteMemory#OK}, or the syndrome of a NAK where the memory could not be read
   */
  int respondToRead(
      ResponderQueuePair queuePair,
      int psn,
      RemoteMemory memory,
      long address,
      int rkey,
      int length) {
    int pathMtu = queuePair.pathMtu();
    int responses = readResponses(length, pathMtu);
    for (int i = 0; i < responses; i++) {
      int from = i * pathMtu;
      int payload = Math.min(pathMtu, length - from);
      int padding = RoceHeaders.padding(payload);
      int opcode = readResponse(i == 0, i == responses - 1);
      int at = bth(queuePair, opcode, padding, RoceHeaders.addPsn(psn, i));
      if (opcode != RoceHeaders.RC_READ_RESPONSE_MIDDLE) {
        at = PacketWriter.aeth(packet, at, RoceHeaders.ACK, queuePair.messageSequenceNumber());
      }
      int result = memory.read(address + from, rkey, packet, at, payload);
      if (result != RemoteMemory.OK) {
        return result;
      }
      send(queuePair, PacketWriter.pad(packet, at + payload, padding));
    }
    return RemoteMemory.OK;
  }

  private static int readResponse(boolean first, boolean last) {
    if (first) {
      return last ? RoceHeaders.RC_READ_RESPONSE_ONLY : RoceHeaders.RC_READ_RESPONSE_FIRST;
    }
    return last ? RoceHeaders.RC_READ_RESPONSE_LAST : RoceHeaders.RC_READ_RESPONSE_MIDDLE;
  }

  private int bth(ResponderQueuePair queuePair, int opcode, int padding, int psn) {
    return PacketWriter.bth(packet, START, opcode, padding << 4, queuePair.peerNumber(), psn);
  }

  private void send(ResponderQueuePair queuePair, int length) {
    seal(queuePair, length);
    post(queuePair, length);
  }

  private void seal(ResponderQueuePair queuePair, int length) {
    int identification = port.nextIdentification(length + ICRC_LENGTH, queuePair.peer());
    queuePair.outgoing().seal(packet, START, length, identification);
  }

  private void post(ResponderQueuePair queuePair, int length) {
    if (!port.send(packet, START, length + ICRC_LENGTH, queuePair.peer())) {
      counters.increment(RnicEvent.ANSWERS_NOT_SENT);
    }
  }
}
