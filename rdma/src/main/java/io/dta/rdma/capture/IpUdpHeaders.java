package io.dta.rdma.capture;

import java.nio.ByteBuffer;

/**
 * Makes the IP (RFC 791, RFC 8200) and UDP (RFC 768) headers that a UDP socket does not show. What
 * the socket's owner knows is as it was on the wire; time to live (64), the flow label (0) and,
 * where it is not known, the identification are those that Linux sends unless it is told otherwise.
 */
final class IpUdpHeaders {
  /** An IPv6 and a UDP header. */
  static final int MAX_LENGTH = 48;

  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;
  private static final int UDP_HEADER = 8;
  private static final int IPV4_CHECKSUM = 10;
  private static final int UDP_CHECKSUM = 6;
  private static final int DONT_FRAGMENT = 0x4000;
  private static final int HOPS = 64;
  private static final int PROTOCOL_UDP = 17;
  private static final int IPV4_ADDRESS = 4;
  private static final int IPV6_ADDRESS = 16;

  private IpUdpHeaders() {}

  /** What stands before the UDP payload. */
  static int length(boolean ipv6) {
    return (ipv6 ? IPV6_HEADER : IPV4_HEADER) + UDP_HEADER;
  }

  /** The addresses and ports of a datagram; IPv4 addresses are in the first 4 bytes. */
  static final class Flow {
    boolean ipv6;
    final byte[] source = new byte[IPV6_ADDRESS];
    final byte[] destination = new byte[IPV6_ADDRESS];
    int sourcePort;
    int destinationPort;
    int trafficClass;
    int identification;
  }

  /**
   * Writes the headers in front of a payload and the right checksums into them.
   *
   * @param packet big-endian; the headers go to index 0, and the payload stands behind them up to
   *     the limit
   */
  static void write(ByteBuffer packet, Flow flow) {
    int addressLength = flow.ipv6 ? IPV6_ADDRESS : IPV4_ADDRESS;
    int udp = flow.ipv6 ? IPV6_HEADER : IPV4_HEADER;
    int udpLength = packet.limit() - udp;
    packet.position(0);
    if (flow.ipv6) {
      packet.putInt(0x6000_0000 | flow.trafficClass << 20).putShort((short) udpLength);
      packet.put((byte) PROTOCOL_UDP).put((byte) HOPS);
    } else {
      packet.put((byte) 0x45).put((byte) flow.trafficClass).putShort((short) packet.limit());
      packet.putShort((short) flow.identification).putShort((short) DONT_FRAGMENT);
      packet.put((byte) HOPS).put((byte) PROTOCOL_UDP).putShort((short) 0);
    }
    packet.put(flow.source, 0, addressLength).put(flow.destination, 0, addressLength);
    packet.putShort((short) flow.sourcePort).putShort((short) flow.destinationPort);
    packet.putShort((short) udpLength).putShort((short) 0);
    if (!flow.ipv6) {
      packet.putShort(IPV4_CHECKSUM, checksum(sum(packet, 0, IPV4_HEADER)));
    }
    // The pseudo header: addresses, protocol and length (RFC 768, RFC 8200 section 8.1).
    long sum = (long) PROTOCOL_UDP + udpLength;
    sum += sum(packet, udp - 2 * addressLength, 2 * addressLength + udpLength);
    short checksum = checksum(sum);
    packet.putShort(udp + UDP_CHECKSUM, checksum == 0 ? -1 : checksum);
    packet.position(0);
  }

  /** The sum of 16-bit words, the last one padded with a zero. */
  private static long sum(ByteBuffer packet, int from, int length) {
    long sum = 0;
    int last = from + length - 1;
    int i = from;
    for (; i < last; i += 2) {
      sum += packet.getShort(i) & 0xFFFF;
    }
    return i == last ? sum + ((packet.get(i) & 0xFF) << 8) : sum;
  }

  /** The one's complement of the one's complement sum (RFC 1071). */
  private static short checksum(long sum) {
    long folded = sum;
    while (folded >>> 16 != 0) {
      folded = (folded & 0xFFFF) + (folded >>> 16);
    }
    return (short) ~folded;
  }
}
