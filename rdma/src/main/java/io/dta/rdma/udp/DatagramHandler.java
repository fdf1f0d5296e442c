package io.dta.rdma.udp;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Receives the datagrams of a {@link UdpPort}. */
@FunctionalInterface
public interface DatagramHandler {
  /**
   * One datagram. The bytes may be changed and are valid until the call returns; the handler leaves
   * the buffer's position at 0 and its limit at its capacity, as it found them.
   *
   * @param buffer direct, big-endian
   * @param offset of the datagram's first byte
   * @param length in bytes; a datagram longer than the buffer is cut
   * @param source its sender
   * @param ecn the ECN bits that it arrived with, one of {@link Ecn}; {@link Ecn#NOT_CAPABLE} where
   *     the port cannot see them
   */
  void onDatagram(ByteBuffer buffer, int offset, int length, InetSocketAddress source, int ecn);
}
