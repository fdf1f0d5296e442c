package io.dta.rdma.verbs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/**
 * IP addresses as the C library has them; the family in the host's byte order, port and address
 * big-endian.
 *
 * <pre>
 *  sockaddr_in:   0        2        4              8              16
 *                 +--------+--------+--------------+---------------+
 *                 | 2      | port   | address      | 0             |
 *                 +--------+--------+--------------+---------------+
 *  sockaddr_in6:  0        2        4              8                        24           28
 *                 +--------+--------+--------------+------------------------+------------+
 *                 | 10     | port   | flow label   | address                | scope      |
 *                 +--------+--------+--------------+------------------------+------------+
 * </pre>
 */
final class SocketAddresses {
  static final int LENGTH = 28;

  private static final short AF_INET = 2;
  private static final short AF_INET6 = 10;
  private static final int PORT = 2;
  private static final int IPV4_ADDRESS = 4;
  private static final int IPV6_ADDRESS = 8;
  private static final int IPV4_LENGTH = 4;
  private static final int GID_LENGTH = 16;

  private SocketAddresses() {}

  static MemorySegment of(SegmentAllocator allocator, InetAddress address, int port) {
    byte[] bytes = address.getAddress();
    boolean ipv4 = bytes.length == IPV4_LENGTH;
    MemorySegment segment = allocator.allocate(LENGTH, Long.BYTES);
    segment.set(JAVA_SHORT, 0, ipv4 ? AF_INET : AF_INET6);
    segment.set(JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), PORT, (short) port);
    MemorySegment.copy(
        bytes, 0, segment, JAVA_BYTE, ipv4 ? IPV4_ADDRESS : IPV6_ADDRESS, bytes.length);
    return segment;
  }

  /**
   * Reads an address.
   *
   * @return null where it is of another family
   */
  static InetSocketAddress read(MemorySegment segment) {
    int family = segment.get(JAVA_SHORT, 0);
    if (family != AF_INET && family != AF_INET6) {
      return null;
    }
    boolean ipv4 = family == AF_INET;
    byte[] bytes = new byte[ipv4 ? IPV4_LENGTH : GID_LENGTH];
    MemorySegment.copy(
        segment, JAVA_BYTE, ipv4 ? IPV4_ADDRESS : IPV6_ADDRESS, bytes, 0, bytes.length);
    int port =
        Short.toUnsignedInt(
            segment.get(JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), PORT));
    return new InetSocketAddress(address(bytes), port);
  }

  /**
   * The GID of an address in RoCEv2: an IPv6 address, an IPv4 one mapped as ::ffff:a.b.c.d
   * (InfiniBand Architecture Specification 1.4, volume 1, annex A17).
   */
  static byte[] gid(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == GID_LENGTH) {
      return bytes;
    }
    byte[] gid = new byte[GID_LENGTH];
    gid[10] = (byte) 0xFF;
    gid[11] = (byte) 0xFF;
    System.arraycopy(bytes, 0, gid, GID_LENGTH - IPV4_LENGTH, IPV4_LENGTH);
    return gid;
  }

  /** The address of 4 or 16 bytes; a mapped IPv4 one becomes what it is. */
  static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
