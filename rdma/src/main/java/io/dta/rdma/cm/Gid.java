package io.dta.rdma.cm;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * A port's global identifier. With RoCEv2 it is the port's IPv6 address, or its IPv4 address mapped
 * into IPv6 as {@code ::ffff:a.b.c.d} (specification, annex A17.4.2).
 *
 * @param high the first 64 bits
 * @param low the last 64 bits
 */
record Gid(long high, long low) {
  static final int LENGTH = 16;

  private static final long MAPPED = 0xFFFFL << 32;

  static Gid of(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return address instanceof Inet4Address
        ? new Gid(0, MAPPED | (bytes.getInt(0) & 0xFFFF_FFFFL))
        : new Gid(bytes.getLong(0), bytes.getLong(8));
  }

  static Gid get(ByteBuffer buffer, int offset) {
    return new Gid(buffer.getLong(offset), buffer.getLong(offset + 8));
  }

  void put(ByteBuffer buffer, int offset) {
    buffer.putLong(offset, high);
    buffer.putLong(offset + 8, low);
  }

  /** The IP address that it stands for. */
  InetAddress address() {
    byte[] bytes = new byte[LENGTH];
    put(ByteBuffer.wrap(bytes), 0);
    try {
      return InetAddress.getByAddress(bytes); // Makes an IPv4 address of a mapped one.
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 bytes are an IPv6 address", e);
    }
  }
}
