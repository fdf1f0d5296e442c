package io.dta.rdma.roce;

import static io.dta.rdma.roce.RoceHeaders.BTH_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.BTH_OPCODE;
import static io.dta.rdma.roce.RoceHeaders.BTH_PSN;
import static io.dta.rdma.roce.RoceHeaders.ICRC_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.MASK_24;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.udp.DatagramUdpPort;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A socket that sends whatever packets a test wants, with a right iCRC, and keeps what it receives.
 */
final class RawPeer implements AutoCloseable {
  final DatagramUdpPort port;
  private final ByteBuffer packet = ByteBuffer.allocateDirect(9000);

  RawPeer() throws Exception {
    this(Loopback.bind());
  }

  RawPeer(DatagramUdpPort port) {
    this.port = port;
  }

  /** A received packet, without its iCRC. */
  static final class Received {
    final ByteBuffer bytes;

    Received(ByteBuffer bytes) {
      this.bytes = bytes;
    }

    int opcode() {
      return bytes.get(BTH_OPCODE) & 0xFF;
    }

    int psn() {
      return bytes.getInt(BTH_PSN) & MASK_24;
    }

    boolean asksForAcknowledgement() {
      return bytes.getInt(BTH_PSN) < 0;
    }

    int syndrome() {
      return bytes.get(BTH_LENGTH) & 0xFF;
    }

    int messageSequenceNumber() {
      return bytes.getInt(BTH_LENGTH) & MASK_24;
    }

    /** Opcode, PSN and, of answers that have one, the syndrome. */
    String summary() {
      boolean answer =
          opcode() >= RoceHeaders.RC_READ_RESPONSE_FIRST
              && opcode() <= RoceHeaders.RC_ATOMIC_ACKNOWLEDGE
              && opcode() != RoceHeaders.RC_READ_RESPONSE_MIDDLE;
      return answer
          ? "%02x psn %06x syndrome %02x".formatted(opcode(), psn(), syndrome())
          : "%02x psn %06x%s".formatted(opcode(), psn(), asksForAcknowledgement() ? " ask" : "");
    }
  }

  /** All that has arrived, with the iCRC checked. */
  List<Received> receive() {
    List<Received> received = new ArrayList<>();
    port.receive(
        (buffer, offset, length, source, _) -> {
          int packetLength = length - ICRC_LENGTH;
          Icrc icrc = new Icrc(source, port.localAddress());
          assertTrue(icrc.matches(buffer, offset, packetLength, source.getPort()), "iCRC");
          ByteBuffer bytes = ByteBuffer.allocate(packetLength);
          received.add(new Received(bytes.put(0, buffer, offset, packetLength)));
        },
        1000);
    return received;
  }

  List<String> summaries() {
    return receive().stream().map(Received::summary).toList();
  }

  /** Begins a packet; the answer is the buffer to put the rest into, after the BTH. */
  ByteBuffer begin(int opcode, int queuePair, int psnWord, int padding) {
    int at = PacketWriter.bth(packet, 0, opcode, 0x40 | (padding << 4), queuePair, psnWord);
    return packet.position(at);
  }

  /** Seals and sends what {@link #begin} began. */
  void send(InetSocketAddress destination) {
    int length = packet.position();
    packet.clear();
    new Icrc(port.localAddress(), destination).seal(packet, 0, length);
    assertTrue(port.send(packet, 0, length + ICRC_LENGTH, destination));
  }

  void acknowledge(RoceQueuePair queuePair, int psn, int syndrome) {
    begin(RoceHeaders.RC_ACKNOWLEDGE, queuePair.number(), psn, 0).putInt(syndrome << 24);
    send(requesterOf(queuePair));
  }

  void acknowledgeAtomic(RoceQueuePair queuePair, int psn) {
    begin(RoceHeaders.RC_ATOMIC_ACKNOWLEDGE, queuePair.number(), psn, 0)
        .putInt(RoceHeaders.ACK << 24)
        .putLong(0);
    send(requesterOf(queuePair));
  }

  private static InetSocketAddress requesterOf(RoceQueuePair queuePair) {
    return queuePair.localAddress();
  }

  /** A WRITE that asks for an acknowledgement; the payload's length is the RETH's. */
  void write(
      InetSocketAddress rnic,
      int opcode,
      int queuePair,
      int psn,
      long address,
      int rkey,
      byte[] payload) {
    write(rnic, opcode, queuePair, psn, address, rkey, payload.length, payload);
  }

  /** A WRITE's packet; RETH where the opcode has one. */
  void write(
      InetSocketAddress rnic,
      int opcode,
      int queuePair,
      int psn,
      long address,
      int rkey,
      int length,
      byte[] payload) {
    int padding = RoceHeaders.padding(payload.length);
    int psnWord = psn | RoceHeaders.ACKNOWLEDGE_REQUEST;
    ByteBuffer rest = begin(opcode, queuePair, psnWord, padding);
    int operation = opcode & 0x1F;
    if (operation == RoceHeaders.RC_WRITE_FIRST || operation >= RoceHeaders.RC_WRITE_ONLY) {
      rest.putLong(address).putInt(rkey).putInt(length);
    }
    if (operation == RoceHeaders.RC_WRITE_ONLY_WITH_IMMEDIATE
        || operation == RoceHeaders.RC_WRITE_LAST_WITH_IMMEDIATE) {
      rest.putInt(0x1234_5678);
    }
    rest.put(payload).put(new byte[padding]);
    send(rnic);
  }

  void atomic(
      InetSocketAddress rnic,
      int opcode,
      int queuePair,
      int psn,
      long address,
      int rkey,
      long swapOrAdd,
      long compare) {
    begin(opcode, queuePair, psn, 0)
        .putLong(address)
        .putInt(rkey)
        .putLong(swapOrAdd)
        .putLong(compare);
    send(rnic);
  }

  void read(InetSocketAddress rnic, int queuePair, int psn, long address, int rkey, int length) {
    begin(RoceHeaders.RC_READ_REQUEST, queuePair, psn, 0)
        .putLong(address)
        .putInt(rkey)
        .putInt(length);
    send(rnic);
  }

  void assertSilent() {
    assertEquals(List.of(), summaries());
  }

  @Override
  public void close() {
    port.close();
  }
}
