package io.dta.primitives.key;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A flow: who talks to whom over which protocol.
 *
 * <pre>
 * +-------- ~ --------+-------- ~ --------+---------------+---------------+-------------+
 * |  source address   |    destination    |  source port  |  destination  |  protocol   |
 * |    4 or 16        |    address        |      u16      |   port u16    |     u8      |
 * +-------- ~ --------+-------- ~ --------+---------------+---------------+-------------+
 * </pre>
 *
 * <p>Big-endian; 13 bytes with IPv4 addresses, 37 with IPv6 ones. Written as {@code
 * 10.0.0.1:1234>10.0.2.3:80/tcp} and {@code [2001:db8::1]:1234>[2001:db8::2]:443/udp}.
 *
 * @param source an IPv4 or an IPv6 address
 * @param destination an address of the same family
 * @param sourcePort 0 to 65535; 0 for protocols without ports
 * @param destinationPort 0 to 65535; 0 for protocols without ports
 * @param protocol the IP protocol number, 0 to 255
 */
public record FiveTuple(
    InetAddress source,
    InetAddress destination,
    int sourcePort,
    int destinationPort,
    int protocol) {
  public static final int IPV4_LENGTH = 13;
  public static final int IPV6_LENGTH = 37;

  private static final int PORTS_AND_PROTOCOL_LENGTH = 5;
  private static final Pattern FORM =
      Pattern.compile(
          "(?:\\[([^\\]]*)\\]|([^:\\[\\]]*)):(\\d+)>(?:\\[([^\\]]*)\\]|([^:\\[\\]]*)):(\\d+)/([A-Za-z0-9-]+)");

  public FiveTuple {
    if ((source instanceof Inet4Address) != (destination instanceof Inet4Address)) {
      throw new IllegalArgumentException(
          "source "
              + IpAddresses.print(source)
              + " and destination "
              + IpAddresses.print(destination)
              + ": expected two IPv4 or two IPv6 addresses");
    }
    range("source port", sourcePort, 0xFFFF);
    range("destination port", destinationPort, 0xFFFF);
    range("protocol", protocol, 0xFF);
  }

  private static void range(String name, int value, int last) {
    if (value < 0 || value > last) {
      throw new IllegalArgumentException(name + " " + value + ": expected 0 to " + last);
    }
  }

  /**
   * Parses {@code source:port>destination:port/protocol}; IPv6 addresses in brackets, the protocol
   * by name or number.
   *
   * @throws IllegalArgumentException saying what is wrong, with an example
   */
  public static FiveTuple parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw malformed(text, "expected SOURCE:PORT>DESTINATION:PORT/PROTOCOL", null);
    }
    try {
      return new FiveTuple(
          address(matcher, 1),
          address(matcher, 4),
          port(matcher.group(3)),
          port(matcher.group(6)),
          IpProtocols.parse(matcher.group(7)));
    } catch (IllegalArgumentException e) {
      throw malformed(text, e.getMessage(), e);
    }
  }

  private static InetAddress address(Matcher matcher, int group) {
    String bracketed = matcher.group(group);
    return bracketed != null
        ? IpAddresses.parseIpv6(bracketed)
        : IpAddresses.parseIpv4(matcher.group(group + 1));
  }

  private static int port(String digits) {
    int value = digits.length() > 5 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    if (value > 0xFFFF) {
      throw new IllegalArgumentException("port " + digits + ": expected 0 to 65535");
    }
    return value;
  }

  private static IllegalArgumentException malformed(String text, String why, Throwable cause) {
    return new IllegalArgumentException(
        "5-tuple '"
            + text
            + "': "
            + why
            + "; examples: 10.0.0.1:1234>10.0.2.3:80/tcp, [2001:db8::1]:1234>[2001:db8::2]:443/udp",
        cause);
  }

  /**
   * The flow of a key.
   *
   * @param key 13 or 37 bytes
   */
  public static FiveTuple fromBytes(byte[] key) {
    if (key.length != IPV4_LENGTH && key.length != IPV6_LENGTH) {
      throw new IllegalArgumentException(
          "a 5-tuple of " + key.length + " bytes: expected 13 (IPv4) or 37 (IPv6)");
    }
    int addressLength = (key.length - PORTS_AND_PROTOCOL_LENGTH) / 2;
    int ports = 2 * addressLength;
    return new FiveTuple(
        IpAddresses.ofBytes(key, 0, addressLength),
        IpAddresses.ofBytes(key, addressLength, addressLength),
        unsignedShort(key, ports),
        unsignedShort(key, ports + 2),
        key[ports + 4] & 0xFF);
  }

  private static int unsignedShort(byte[] bytes, int index) {
    return (bytes[index] & 0xFF) << 8 | (bytes[index + 1] & 0xFF);
  }

  /** The key: 13 bytes with IPv4 addresses, 37 with IPv6 ones. */
  public byte[] toBytes() {
    byte[] from = source.getAddress();
    byte[] to = destination.getAddress();
    byte[] key = new byte[from.length + to.length + PORTS_AND_PROTOCOL_LENGTH];
    System.arraycopy(from, 0, key, 0, from.length);
    System.arraycopy(to, 0, key, from.length, to.length);
    int ports = from.length + to.length;
    key[ports] = (byte) (sourcePort >>> 8);
    key[ports + 1] = (byte) sourcePort;
    key[ports + 2] = (byte) (destinationPort >>> 8);
    key[ports + 3] = (byte) destinationPort;
    key[ports + 4] = (byte) protocol;
    return key;
  }

  /** The form that {@link #parse} reads. */
  public String print() {
    return endpoint(source, sourcePort)
        + ">"
        + endpoint(destination, destinationPort)
        + "/"
        + IpProtocols.print(protocol);
  }

  private static String endpoint(InetAddress address, int port) {
    String text = IpAddresses.print(address);
    return (address instanceof Inet4Address ? text : "[" + text + "]") + ":" + port;
  }

  /** The same as {@link #print}. */
  @Override
  public String toString() {
    return print();
  }
}
