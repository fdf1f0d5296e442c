package io.dta.primitives.key;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.HexFormat;

/**
 * The format of a store's keys: how many bytes, and what people write for them.
 *
 * @param kind what the bytes mean
 * @param length K in bytes, 1 to 64
 */
public record KeyFormat(Kind kind, int length) {
  /** What a key's bytes mean. */
  public enum Kind {
    /**
     * An unsigned 32-bit number, big-endian; written in decimal, and read as an IPv4 address too.
     */
    U32,
    /** Source and destination address, source and destination port, protocol: 13 bytes. */
    IPV4_5_TUPLE,
    /** The same with IPv6 addresses: 37 bytes. */
    IPV6_5_TUPLE,
    /** Bytes without a meaning; written as {@code 0x} and hexadecimal digits. */
    RAW
  }

  public static final int MAX_LENGTH = 64;
  public static final KeyFormat U32 = new KeyFormat(Kind.U32, 4);
  public static final KeyFormat IPV4_5_TUPLE = new KeyFormat(Kind.IPV4_5_TUPLE, 13);
  public static final KeyFormat IPV6_5_TUPLE = new KeyFormat(Kind.IPV6_5_TUPLE, 37);

  private static final String RAW_PREFIX = "raw:";
  private static final String HEX_PREFIX = "0x";
  private static final long MAX_U32 = 0xFFFF_FFFFL;

  public KeyFormat {
    int expected =
        switch (kind) {
          case U32 -> 4;
          case IPV4_5_TUPLE -> 13;
          case IPV6_5_TUPLE -> 37;
          case RAW -> length;
        };
    if (length != expected || length < 1 || length > MAX_LENGTH) {
      throw new IllegalArgumentException("key length " + length + " does not fit " + kind);
    }
  }

  /** A format of bytes without a meaning. */
  public static KeyFormat raw(int length) {
    return new KeyFormat(Kind.RAW, length);
  }

  /**
   * Parses {@code u32}, {@code ipv4-5-tuple}, {@code ipv6-5-tuple} or {@code raw:LENGTH}.
   *
   * @throws IllegalArgumentException naming the four forms
   */
  @JsonCreator
  public static KeyFormat parse(String text) {
    return switch (text) {
      case "u32" -> U32;
      case "ipv4-5-tuple" -> IPV4_5_TUPLE;
      case "ipv6-5-tuple" -> IPV6_5_TUPLE;
      default -> parseRaw(text);
    };
  }

  private static KeyFormat parseRaw(String text) {
    if (text.matches(RAW_PREFIX + "([1-9]|[1-5][0-9]|6[0-4])")) {
      return raw(Integer.parseInt(text.substring(RAW_PREFIX.length())));
    }
    throw new IllegalArgumentException(
        "key format '"
            + text
            + "': expected u32, ipv4-5-tuple, ipv6-5-tuple, or raw:LENGTH with LENGTH from 1 to 64");
  }

  /** The form that {@link #parse} reads. */
  @JsonValue
  @Override
  public String toString() {
    return switch (kind) {
      case U32 -> "u32";
      case IPV4_5_TUPLE -> "ipv4-5-tuple";
      case IPV6_5_TUPLE -> "ipv6-5-tuple";
      case RAW -> RAW_PREFIX + length;
    };
  }

  /**
   * The bytes of a key that a person wrote: {@code 42} or {@code 10.0.0.1} for a u32, {@code
   * 10.0.0.1:1234>10.0.2.3:80/tcp} for a 5-tuple, and for every format {@code 0x} with two
   * hexadecimal digits a byte.
   *
   * @throws IllegalArgumentException saying what is wrong, with an example
   */
  public byte[] parseKey(String text) {
    if (text.startsWith(HEX_PREFIX)) {
      return parseHex(text);
    }
    return switch (kind) {
      case U32 -> parseU32(text);
      case IPV4_5_TUPLE, IPV6_5_TUPLE -> parseFiveTuple(text);
      case RAW -> parseHex(text);
    };
  }

  /**
   * The form of a key that {@link #parseKey} reads and people like best.
   *
   * @param key as many bytes as the format has
   */
  public String printKey(byte[] key) {
    if (key.length != length) {
      throw new IllegalArgumentException(
          "a key of " + key.length + " bytes: a " + this + " key has " + length);
    }
    return switch (kind) {
      case U32 -> Long.toString(Long.parseLong(HexFormat.of().formatHex(key), 16));
      case IPV4_5_TUPLE, IPV6_5_TUPLE -> FiveTuple.fromBytes(key).print();
      case RAW -> HEX_PREFIX + HexFormat.of().formatHex(key);
    };
  }

  private byte[] parseHex(String text) {
    if (!text.matches(HEX_PREFIX + "[0-9A-Fa-f]{" + 2 * length + "}")) {
      throw malformed(
          text, "expected 0x and " + 2 * length + " hexadecimal digits for " + length + " bytes");
    }
    return HexFormat.of().parseHex(text, HEX_PREFIX.length(), text.length());
  }

  private byte[] parseU32(String text) {
    if (IpAddresses.isIpv4(text)) {
      return IpAddresses.parseIpv4(text).getAddress();
    }
    long value = text.matches("[0-9]{1,10}") ? Long.parseLong(text) : -1;
    if (value < 0 || value > MAX_U32) {
      throw malformed(text, "expected a number from 0 to 4294967295 or an IPv4 address");
    }
    return new byte[] {
      (byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value
    };
  }

  private byte[] parseFiveTuple(String text) {
    byte[] key = FiveTuple.parse(text).toBytes();
    if (key.length != length) {
      throw malformed(
          text, "expected " + (kind == Kind.IPV4_5_TUPLE ? "IPv4" : "IPv6") + " addresses");
    }
    return key;
  }

  private IllegalArgumentException malformed(String text, String why) {
    String example =
        switch (kind) {
          case U32 -> "42 or 10.0.0.1";
          case IPV4_5_TUPLE -> "10.0.0.1:1234>10.0.2.3:80/tcp";
          case IPV6_5_TUPLE -> "[2001:db8::1]:1234>[2001:db8::2]:443/udp";
          case RAW -> HEX_PREFIX + "00".repeat(length - 1) + "2a";
        };
    return new IllegalArgumentException(
        this + " key '" + text + "': " + why + "; example: " + example);
  }
}
