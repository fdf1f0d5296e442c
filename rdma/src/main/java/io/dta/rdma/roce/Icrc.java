package io.dta.rdma.roce;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * The invariant CRC of RoCEv2 packets between two sockets (specification, section 7.8.1 and annex
 * A17.3.3), for packets whose IPv4 header has no options, the don't-fragment flag and a known
 * identification (see {@link Identification} for an unknown one), or whose IPv6 header has no
 * extensions.
 *
 * <p>It is the CRC-32 of zlib over
 *
 * <pre>
 * | 8 bytes FF | IP header | UDP header | BTH | rest up to the iCRC |
 *               TOS, TTL,    checksum     byte 4
 *               checksum     FF           FF
 *               FF; IPv6: traffic class, flow label, hop limit FF
 * </pre>
 *
 * and stands after the packet least significant byte first. A CRC is affine: what comes before the
 * BTH contributes to the CRC of the whole by exclusive or, and with the addresses fixed that
 * contribution depends on the packet's length alone. It is computed once a length and kept, so a
 * packet costs one CRC over its own bytes.
 *
 * <p>For one thread. Computing allocates nothing.
 */
public final class Icrc {
  /** UDP payloads from here on are no RoCEv2 packets. */
  private static final int MAX_LENGTH = RoceHeaders.MAX_PACKET;

  private static final int LOCAL_ROUTE_HEADER = 8;
  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;
  private static final int UDP_HEADER = 8;
  private static final int PROTOCOL_UDP = 17;

  private static final byte[] ZEROS = new byte[MAX_LENGTH];
  private static final byte[] ZEROS_MASKED = new byte[MAX_LENGTH];

  static {
    ZEROS_MASKED[RoceHeaders.BTH_CONGESTION] = (byte) 0xFF;
  }

  private final CRC32 crc = new CRC32();
  private final byte[] prefix;
  private final int udpHeader;
  private final int sourcePort;
  private final boolean ipv4;

  /** By length / 4; 0 where not computed yet (or, once in 2^32, where that is the value). */
  private final int[] contributions = new int[MAX_LENGTH / 4 + 1];

  /**
   * @param source the sender: an address, not a wildcard, and a port
   * @param destination the receiver, likewise
   * @throws IllegalArgumentException where an address is a wildcard, or one is IPv4 and the other
   *     IPv6
   */
  public Icrc(InetSocketAddress source, InetSocketAddress destination) {
    byte[] from = address(source);
    byte[] to = address(destination);
    if (from.length != to.length) {
      throw new IllegalArgumentException(
          "source %s and destination %s must both be IPv4 or both IPv6"
              .formatted(source, destination));
    }
    ipv4 = source.getAddress() instanceof Inet4Address;
    udpHeader = LOCAL_ROUTE_HEADER + (ipv4 ? IPV4_HEADER : IPV6_HEADER);
    sourcePort = source.getPort();
    prefix = new byte[udpHeader + UDP_HEADER];
    Arrays.fill(prefix, 0, LOCAL_ROUTE_HEADER, (byte) 0xFF);
    ByteBuffer header = ByteBuffer.wrap(prefix).position(LOCAL_ROUTE_HEADER);
    if (ipv4) {
      header.put((byte) 0x45).put((byte) 0xFF).putShort((short) 0);
      header.putShort((short) 0).putShort((short) 0x4000);
      header.put((byte) 0xFF).put((byte) PROTOCOL_UDP).putShort((short) 0xFFFF);
    } else {
      header.putInt(0x6FFF_FFFF).putShort((short) 0);
      header.put((byte) PROTOCOL_UDP).put((byte) 0xFF);
    }
    header.put(from).put(to);
    header.putShort((short) sourcePort).putShort((short) destination.getPort());
    header.putShort((short) 0).putShort((short) 0xFFFF);
  }

  private static byte[] address(InetSocketAddress socket) {
    if (socket.isUnresolved() || socket.getAddress().isAnyLocalAddress()) {
      throw new IllegalArgumentException(
          "the iCRC covers the IP addresses, so %s must be one address, not a wildcard or a name"
              .formatted(socket));
    }
    return socket.getAddress().getAddress();
  }

  /**
   * The iCRC of a packet whose congestion byte ({@link RoceHeaders#BTH_CONGESTION}) is 0.
   *
   * @param packet its position and limit are set to 0 and its capacity
   * @param offset of the BTH
   * @param length from the BTH up to the iCRC, at least {@link RoceHeaders#BTH_LENGTH} and less
   *     than {@link RoceHeaders#MAX_PACKET}
   */
  public int compute(ByteBuffer packet, int offset, int length) {
    int rest = crcOf(packet, offset, length);
    int contribution = contributions[length >>> 2];
    if (contribution == 0 || (length & 3) != 0) {
      contribution = contribution(sourcePort, length);
      if ((length & 3) == 0) {
        contributions[length >>> 2] = contribution;
      }
    }
    return rest ^ contribution;
  }

  /**
   * As {@link #compute(ByteBuffer, int, int)}, for a packet that came from another port of the
   * source.
   */
  public int compute(ByteBuffer packet, int offset, int length, int fromPort) {
    if (fromPort == sourcePort) {
      return compute(packet, offset, length);
    }
    return crcOf(packet, offset, length) ^ contribution(fromPort, length);
  }

  /** Writes the iCRC of the packet after it, for identification 0. */
  public void seal(ByteBuffer packet, int offset, int length) {
    seal(packet, offset, length, 0);
  }

  /**
   * Writes the iCRC of the packet after it.
   *
   * @param identification with which it will leave, 0 to 65535; of no effect for IPv6
   */
  public void seal(ByteBuffer packet, int offset, int length, int identification) {
    int icrc = compute(packet, offset, length);
    if (identification != 0 && ipv4) {
      icrc ^= Identification.forLength(length).contribution(identification);
    }
    packet.putInt(offset + length, Integer.reverseBytes(icrc));
  }

  /**
   * Whether the iCRC after the packet is right. Clears the congestion byte.
   *
   * @param fromPort the source port it came from
   */
  public boolean matches(ByteBuffer packet, int offset, int length, int fromPort) {
    packet.put(offset + RoceHeaders.BTH_CONGESTION, (byte) 0);
    return Integer.reverseBytes(packet.getInt(offset + length))
        == compute(packet, offset, length, fromPort);
  }

  /**
   * Whether the iCRC after the packet is right, as far as a check asks for it. Clears the
   * congestion byte.
   *
   * @param fromPort the source port it came from
   * @param check {@link IcrcCheck#REQUIRED} takes identification 0 for granted, the others accept
   *     any
   */
  public boolean matches(ByteBuffer packet, int offset, int length, int fromPort, IcrcCheck check) {
    packet.put(offset + RoceHeaders.BTH_CONGESTION, (byte) 0);
    int received = Integer.reverseBytes(packet.getInt(offset + length));
    int difference = received ^ compute(packet, offset, length, fromPort);
    return difference == 0
        || (ipv4
            && check != IcrcCheck.REQUIRED
            && Identification.forLength(length).recover(difference) != Identification.NONE);
  }

  private int crcOf(ByteBuffer packet, int offset, int length) {
    packet.limit(offset + length).position(offset);
    crc.reset();
    crc.update(packet);
    packet.clear();
    return (int) crc.getValue();
  }

  private int contribution(int fromPort, int length) {
    int udpLength = UDP_HEADER + length + RoceHeaders.ICRC_LENGTH;
    if (ipv4) {
      putShort(LOCAL_ROUTE_HEADER + 2, IPV4_HEADER + udpLength);
    } else {
      putShort(LOCAL_ROUTE_HEADER + 4, udpLength);
    }
    putShort(udpHeader, fromPort);
    putShort(udpHeader + 4, udpLength);
    crc.reset();
    crc.update(ZEROS, 0, length);
    int zeros = (int) crc.getValue();
    crc.reset();
    crc.update(prefix);
    crc.update(ZEROS_MASKED, 0, length);
    return (int) crc.getValue() ^ zeros;
  }

  private void putShort(int index, int value) {
    prefix[index] = (byte) (value >>> 8);
    prefix[index + 1] = (byte) value;
  }

  /**
   * The iCRC of a whole IPv4 or IPv6 packet, whatever its identification and flags; for captures.
   *
   * @param ip from the IP header's first byte up to the iCRC, the iCRC not included
   */
  public static int ofIpPacket(byte[] ip) {
    byte[] masked = ip.clone();
    int udp;
    if (masked[0] >>> 4 == 4) {
      udp = (masked[0] & 0xF) * 4;
      masked[1] = (byte) 0xFF;
      Arrays.fill(masked, 8, 9, (byte) 0xFF);
      Arrays.fill(masked, 10, 12, (byte) 0xFF);
    } else {
      udp = IPV6_HEADER;
      masked[0] |= 0x0F;
      Arrays.fill(masked, 1, 4, (byte) 0xFF);
      masked[7] = (byte) 0xFF;
    }
    Arrays.fill(masked, udp + 6, udp + 8, (byte) 0xFF);
    masked[udp + UDP_HEADER + RoceHeaders.BTH_CONGESTION] = (byte) 0xFF;
    CRC32 crc = new CRC32();
    crc.update(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1});
    crc.update(masked);
    return (int) crc.getValue();
  }

  /**
   * The identification that the iCRC of an IPv4 packet was sealed with; for captures, where a UDP
   * socket has shown the iCRC but not the IP header.
   *
   * @param ip from the IP header's first byte to the iCRC's last; the header has identification 0
   * @return 0 to 65535, 0 too where no identification makes the iCRC right
   */
  public static int sealedIdentification(byte[] ip) {
    int icrc = ip.length - RoceHeaders.ICRC_LENGTH;
    int length = icrc - IPV4_HEADER - UDP_HEADER;
    if (length < RoceHeaders.BTH_LENGTH || length > MAX_LENGTH) {
      return 0;
    }
    int received = Integer.reverseBytes(ByteBuffer.wrap(ip).getInt(icrc));
    int difference = received ^ ofIpPacket(Arrays.copyOf(ip, icrc));
    int identification = Identification.forLength(length).recover(difference);
    return identification == Identification.NONE ? 0 : identification;
  }
}
