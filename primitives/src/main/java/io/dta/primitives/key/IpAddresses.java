package io.dta.primitives.key;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * IP addresses from and to text and bytes, never asking a name service.
 *
 * <p>The JDK turns an IPv4-mapped IPv6 address (::ffff:a.b.c.d) into an IPv4 one wherever it can; a
 * key of 16 bytes has to stay one of 16 bytes, so these do not.
 */
final class IpAddresses {
  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");
  private static final int IPV4_LENGTH = 4;
  private static final int IPV6_LENGTH = 16;
  private static final int IPV6_GROUPS = 8;
  private static final int MAPPED_PREFIX_LENGTH = 12;

  private IpAddresses() {}

  static boolean isIpv4(String text) {
    return IPV4.matcher(text).matches();
  }

  static InetAddress parseIpv4(String text) {
    if (!isIpv4(text)) {
      throw new IllegalArgumentException(
          "'" + text + "' is no IPv4 address, such as 10.0.0.1 (IPv6 addresses go in brackets)");
    }
    return Inet4Address.ofLiteral(text);
  }

  static InetAddress parseIpv6(String text) {
    IllegalArgumentException cause = null;
    if (text.indexOf(':') >= 0 && text.indexOf('%') < 0) {
      try {
        InetAddress address = Inet6Address.ofLiteral(text);
        return address instanceof Inet4Address ? mapped(address) : address;
      } catch (IllegalArgumentException e) {
        cause = e;
      }
    }
    throw new IllegalArgumentException(
        "'" + text + "' is no IPv6 address, such as 2001:db8::1", cause);
  }

  private static InetAddress mapped(InetAddress ipv4) {
    byte[] bytes = new byte[IPV6_LENGTH];
    bytes[MAPPED_PREFIX_LENGTH - 2] = (byte) 0xFF;
    bytes[MAPPED_PREFIX_LENGTH - 1] = (byte) 0xFF;
    System.arraycopy(ipv4.getAddress(), 0, bytes, MAPPED_PREFIX_LENGTH, IPV4_LENGTH);
    return ofBytes(bytes, 0, IPV6_LENGTH);
  }

  /** The address of 4 or 16 bytes. */
  static InetAddress ofBytes(byte[] bytes, int index, int length) {
    byte[] address = Arrays.copyOfRange(bytes, index, index + length);
    try {
      return length == IPV6_LENGTH
          ? Inet6Address.getByAddress(null, address, -1)
          : InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an address of " + length + " bytes", e);
    }
  }

  /** Dotted decimal, or the canonical form of RFC 5952. */
  static String print(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == IPV4_LENGTH ? address.getHostAddress() : printIpv6(bytes);
  }

  private static String printIpv6(byte[] bytes) {
    int[] groups = new int[IPV6_GROUPS];
    for (int i = 0; i < IPV6_GROUPS; i++) {
      groups[i] = (bytes[2 * i] & 0xFF) << 8 | (bytes[2 * i + 1] & 0xFF);
    }
    int firstZero = 0;
    int zeros = 1; // RFC 5952 section 4.2.2: one zero group alone is not shortened
    for (int i = 0; i < IPV6_GROUPS; i++) {
      int run = 0;
      while (i + run < IPV6_GROUPS && groups[i + run] == 0) {
        run++;
      }
      if (run > zeros) {
        firstZero = i;
        zeros = run;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < IPV6_GROUPS; i++) {
      if (zeros > 1 && i == firstZero) {
        text.append("::");
        i += zeros - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }
}
