package io.dta.benchmarks;

import io.dta.rdma.roce.Icrc;
import io.dta.rdma.roce.PacketWriter;
import io.dta.rdma.roce.RoceHeaders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** What the benchmarks of RoCEv2 have in common: two ends, and packets made before the run. */
final class RocePackets {
  static final InetSocketAddress REQUESTER = address("192.0.2.1", 49152);
  static final InetSocketAddress RESPONDER = address("192.0.2.2", RoceHeaders.UDP_PORT);
  static final int PATH_MTU = 1024;

  private final ByteBuffer buffer;
  private final int stride;
  private final Icrc icrc;

  /**
   * @param icrc from the sender to the receiver of these packets
   */
  RocePackets(int count, int maxLength, Icrc icrc) {
    stride = (maxLength + 63) & -64;
    buffer = ByteBuffer.allocateDirect(count * stride);
    this.icrc = icrc;
  }

  private static InetSocketAddress address(String host, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(host), port);
  }

  ByteBuffer buffer() {
    return buffer;
  }

  int offset(int index) {
    return index * stride;
  }

  /** Writes a WRITE ONLY with whatever payload is there; its length. */
  int write(
      int index,
      int opcode,
      int queuePair,
      int psnWord,
      long address,
      int rkey,
      int length,
      int identification) {
    int start = offset(index);
    int at = PacketWriter.bth(buffer, start, opcode, 0x40, queuePair, psnWord);
    at = PacketWriter.reth(buffer, at, address, rkey, length);
    return sealed(start, at + length, identification);
  }

  int fetchAdd(int index, int queuePair, int psn, long address, int rkey, int identification) {
    int start = offset(index);
    int at =
        PacketWriter.bth(
            buffer,
            start,
            RoceHeaders.RC_FETCH_ADD,
            0x40,
            queuePair,
            psn | RoceHeaders.ACKNOWLEDGE_REQUEST);
    return sealed(start, PacketWriter.atomic(buffer, at, address, rkey, 1, 0), identification);
  }

  int acknowledge(int index, int queuePair, int psn) {
    int start = offset(index);
    int at = PacketWriter.bth(buffer, start, RoceHeaders.RC_ACKNOWLEDGE, 0, queuePair, psn);
    return sealed(start, PacketWriter.aeth(buffer, at, RoceHeaders.ACK, 0), 0);
  }

  int acknowledgeAtomic(int index, int queuePair, int psn) {
    int start = offset(index);
    int at = PacketWriter.bth(buffer, start, RoceHeaders.RC_ATOMIC_ACKNOWLEDGE, 0, queuePair, psn);
    at = PacketWriter.aeth(buffer, at, RoceHeaders.ACK, 0);
    buffer.putLong(at, 0);
    return sealed(start, at + RoceHeaders.ATOMIC_ACK_LENGTH, 0);
  }

  private int sealed(int start, int end, int identification) {
    icrc.seal(buffer, start, end - start, identification);
    return end - start + RoceHeaders.ICRC_LENGTH;
  }
}
