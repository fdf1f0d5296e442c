package io.dta.p4;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** IPv4 addresses as integers. */
public final class Ipv4 {
  private Ipv4() {}

  /**
   * The integer of an address or of a host's name.
   *
   * @throws IllegalArgumentException where it is none of IPv4, which is all that the programs know
   */
  public static int parse(String text) {
    try {
      InetAddress address = InetAddress.getByName(text);
      if (address instanceof Inet4Address) {
        return ByteBuffer.wrap(address.getAddress()).getInt();
      }
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("'%s': expected an IPv4 address".formatted(text), e);
    }
    throw new IllegalArgumentException(
        "'%s' is an IPv6 address, and the programs know IPv4 alone".formatted(text));
  }

  /** The usual form, such as {@code 10.0.0.1}. */
  public static String format(int address) {
    return "%d.%d.%d.%d"
        .formatted(address >>> 24, (address >>> 16) & 0xFF, (address >>> 8) & 0xFF, address & 0xFF);
  }
}
