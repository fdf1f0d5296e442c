package io.dta.rdma.udp;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Translates between {@link InetSocketAddress} and the system's {@code sockaddr_in} and {@code
 * sockaddr_in6}, and remembers both ways, so that datagrams to and from known peers allocate
 * nothing. The tables have a fixed size: a peer that shares another's place takes it over.
 *
 * <pre>
 *  0        2       4               8              16              24      28
 * +--------+-------+---------------+---------------+---------------+
 * | family | port  | IPv4 address  |       0       |                          sockaddr_in
 * +--------+-------+---------------+---------------+---------------+-------+
 * | family | port  | flow label    |         IPv6 address          | scope |  sockaddr_in6
 * +--------+-------+---------------+---------------+---------------+-------+
 * family and scope in the machine's byte order, the others big-endian
 * </pre>
 */
final class SocketAddresses {
  /** Room for either form, in whole words of 8 bytes. */
  static final int STRIDE = 32;

  private static final int IPV4_LENGTH = 16;
  private static final int IPV6_LENGTH = 28;
  private static final int PLACES = 256;

  private static final int PORT = 2;
  private static final int IPV4_ADDRESS = 4;
  private static final int IPV6_ADDRESS = 8;
  private static final int SCOPE = 24;

  private final boolean ipv4;

  private final InetSocketAddress[] sources = new InetSocketAddress[PLACES];
  private final ByteBuffer sourceForms = nativeBuffer(PLACES * STRIDE);
  private final InetSocketAddress[] destinations = new InetSocketAddress[PLACES];
  private final ByteBuffer destinationForms = nativeBuffer(PLACES * STRIDE);

  SocketAddresses(boolean ipv4) {
    this.ipv4 = ipv4;
  }

  static ByteBuffer nativeBuffer(int capacity) {
    return ByteBuffer.allocateDirect(capacity).order(ByteOrder.nativeOrder());
  }

  /** The length of the form that this family has. */
  int length() {
    return ipv4 ? IPV4_LENGTH : IPV6_LENGTH;
  }

  /** Writes an address, {@link #STRIDE} bytes. */
  void write(InetSocketAddress address, ByteBuffer to, int offset) {
    int place = place(address.hashCode());
    if (!address.equals(destinations[place])) {
      encode(address, destinationForms, place * STRIDE);
      destinations[place] = address;
    }
    for (int i = 0; i < STRIDE; i += Long.BYTES) {
      to.putLong(offset + i, destinationForms.getLong(place * STRIDE + i));
    }
  }

  /** Reads an address from {@link #STRIDE} bytes, of which those after the form are ignored. */
  InetSocketAddress read(ByteBuffer from, int offset) {
    int hash = 0;
    for (int i = 0; i < IPV4_LENGTH; i += Integer.BYTES) {
      hash = hash * 31 + from.getInt(offset + i);
    }
    if (!ipv4) {
      hash = hash * 31 + from.getInt(offset + IPV4_LENGTH);
      hash = hash * 31 + from.getInt(offset + IPV4_LENGTH + Integer.BYTES);
    }
    int place = place(hash);
    if (sources[place] == null || !same(from, offset, place * STRIDE)) {
      sources[place] = decode(from, offset);
      sourceForms.put(place * STRIDE, from, offset, length());
    }
    return sources[place];
  }

  private boolean same(ByteBuffer form, int offset, int known) {
    for (int i = 0; i < length(); i += Integer.BYTES) {
      if (form.getInt(offset + i) != sourceForms.getInt(known + i)) {
        return false;
      }
    }
    return true;
  }

  private static int place(int hash) {
    return (hash * 0x9E37_79B9) >>> 24; // Fibonacci hashing; there are 2^8 places.
  }

  private void encode(InetSocketAddress address, ByteBuffer to, int offset) {
    InetAddress ip = address.getAddress();
    if (ip == null || ip instanceof Inet4Address != ipv4) {
      throw new IllegalArgumentException(
          "destination %s: expected an IPv%d address".formatted(address, ipv4 ? 4 : 6));
    }
    for (int i = 0; i < STRIDE; i += Long.BYTES) {
      to.putLong(offset + i, 0);
    }
    to.putShort(offset, (short) (ipv4 ? LinuxSocket.AF_INET : LinuxSocket.AF_INET6));
    to.put(offset + PORT, (byte) (address.getPort() >>> 8));
    to.put(offset + PORT + 1, (byte) address.getPort());
    to.put(offset + (ipv4 ? IPV4_ADDRESS : IPV6_ADDRESS), ip.getAddress());
    if (ip instanceof Inet6Address ipv6) {
      to.putInt(offset + SCOPE, ipv6.getScopeId());
    }
  }

  private InetSocketAddress decode(ByteBuffer from, int offset) {
    byte[] bytes = new byte[ipv4 ? 4 : 16];
    from.get(offset + (ipv4 ? IPV4_ADDRESS : IPV6_ADDRESS), bytes);
    int port = (from.get(offset + PORT) & 0xFF) << 8 | (from.get(offset + PORT + 1) & 0xFF);
    try {
      int scope = ipv4 ? 0 : from.getInt(offset + SCOPE);
      InetAddress address =
          scope == 0
              ? InetAddress.getByAddress(bytes)
              : Inet6Address.getByAddress(null, bytes, scope);
      return new InetSocketAddress(address, port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // Only for other lengths than 4 and 16.
    }
  }
}
