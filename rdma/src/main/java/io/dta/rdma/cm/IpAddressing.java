package io.dta.rdma.cm;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The IP addresses at the start of a request's private data, by which a {@code librdmacm} listener
 * knows who asks (specification, annex A11, "RDMA IP CM service").
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------+-------+-------+-------+-------------------------------+  0
 * |major 0|minor 0|IP 4/6 |reserv.|  source port                  |
 * +-------+-------+-------+-------+-------------------------------+  4
 * |  source IP address, 128 bits; an IPv4 address in the last 32  |
 * +---------------------------------------------------------------+ 20
 * |  destination IP address, likewise                             |
 * +---------------------------------------------------------------+ 36
 * </pre>
 *
 * @param sourcePort the requester's, 0 to 65535; of meaning to the users alone
 * @param source an IPv4 or IPv6 address
 * @param destination an address of the same family
 */
record IpAddressing(int sourcePort, InetAddress source, InetAddress destination) {
  static final int VERSION = 0;
  static final int IP_VERSION = 1;
  static final int SOURCE_PORT = 2;
  static final int SOURCE = 4;
  static final int DESTINATION = 20;
  static final int LENGTH = 36;

  private static final int IPV4_LENGTH = 4;

  /** Reads it, or answers null where the version or the IP version is another one. */
  static IpAddressing get(ByteBuffer buffer, int offset) {
    int ipVersion = buffer.get(offset + IP_VERSION) >>> 4 & 0xF;
    if (buffer.get(offset + VERSION) >>> 4 != 0 || (ipVersion != 4 && ipVersion != 6)) {
      return null;
    }
    return new IpAddressing(
        buffer.getShort(offset + SOURCE_PORT) & 0xFFFF,
        address(buffer, offset + SOURCE, ipVersion),
        address(buffer, offset + DESTINATION, ipVersion));
  }

  private static InetAddress address(ByteBuffer buffer, int offset, int ipVersion) {
    Gid gid = Gid.get(buffer, offset);
    return ipVersion == 4
        ? new Gid(0, (gid.low() & 0xFFFF_FFFFL) | 0xFFFFL << 32).address()
        : gid.address();
  }

  void put(ByteBuffer buffer, int offset) {
    byte[] from = source.getAddress();
    byte[] to = destination.getAddress();
    buffer.put(offset, new byte[LENGTH]);
    buffer.put(offset + IP_VERSION, (byte) (from.length == IPV4_LENGTH ? 0x40 : 0x60));
    buffer.putShort(offset + SOURCE_PORT, (short) sourcePort);
    buffer.put(offset + SOURCE + Gid.LENGTH - from.length, from);
    buffer.put(offset + DESTINATION + Gid.LENGTH - to.length, to);
  }
}
