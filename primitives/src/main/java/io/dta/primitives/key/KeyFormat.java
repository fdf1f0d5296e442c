package io.dta.primitives.key;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The format of a store's keys: how many bytes, and what people write for them.
 *
 * @param kind what the bytes mean
 * @param length K in bytes, 1 to 64
 */
public record KeyFormat(Kind kind, int length) {
  /** What a key's bytes mean. */
  public enum Kind {
    /** An unsigned 32-bit number, big-endian; written in decimal or as an IPv4 address. */
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
}
