package io.dta.rdma.roce;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What the IPv4 identification contributes to the {@linkplain Icrc iCRC} of packets of one length,
 * whatever their addresses.
 *
 * <p>A CRC is linear: a field in the message adds {@code field(x) · x^n mod P} to it, n being the
 * number of bits after the field plus 32. So the difference between the iCRC received and the one
 * for identification 0, multiplied by x^-n, is the identification itself: a polynomial of which all
 * but the 16 lowest coefficients are 0. Where they are not, the packet is damaged, or was sent
 * without the don't-fragment flag, which is tried in the same way.
 *
 * <p>So 2^17 of the 2^32 values that an iCRC can have pass, where for a known header a single one
 * does: of packets damaged in a random way one in 32,768 is taken for good (instead of one in
 * 4,294,967,296). A damaged packet must have passed the UDP checksum and the link's own check
 * sequence before.
 *
 * <p>Immutable, made once for each length, shared by all threads.
 */
final class Identification {
  /** The answer of {@link #recover} where no identification explains the difference. */
  static final int NONE = -1;

  /** The CRC-32 of Ethernet, bit 31 − i the coefficient of x^i, without x^32. */
  private static final int POLYNOMIAL = 0xEDB8_8320;

  private static final int ONE = 0x8000_0000;

  /** P is primitive: x^ORDER is 1. */
  private static final long ORDER = (1L << 32) - 1;

  /** Bytes of the IPv4 header after the identification, and of the UDP header. */
  private static final int BYTES_BETWEEN = 14 + 8;

  /** Identifications below this are looked up: as many as the kernel cuts off one batch. */
  private static final int TABLE = 64;

  private static final int NIBBLES = 8;

  /** The place of the don't-fragment flag in the byte after the identification: bit 6, x^1. */
  private static final int DONT_FRAGMENT_BITS = 8 * (BYTES_BETWEEN - 1) + 1;

  private static final AtomicReferenceArray<Identification> BY_LENGTH =
      new AtomicReferenceArray<>(RoceHeaders.MAX_PACKET + 1);

  private final int power;
  private final int dontFragment;
  private final int[] contributions = new int[TABLE];

  /** The products of x^-n with each value of each 4 bits of a factor. */
  private final int[] inverses = new int[NIBBLES * 16];

  private Identification(int length) {
    long bits = 8L * (BYTES_BETWEEN + length) + Integer.SIZE;
    power = power(bits);
    dontFragment = power(bits - 8L * BYTES_BETWEEN + DONT_FRAGMENT_BITS);
    for (int i = 0; i < TABLE; i++) {
      contributions[i] = multiply(polynomial(i), power);
    }
    int inverse = power(ORDER - bits);
    for (int nibble = 0; nibble < NIBBLES; nibble++) {
      for (int value = 0; value < 16; value++) {
        inverses[nibble * 16 + value] = multiply(value << (4 * nibble), inverse);
      }
    }
  }

  /**
   * @param length of the packet from the BTH up to the iCRC, at most {@link RoceHeaders#MAX_PACKET}
   */
  static Identification forLength(int length) {
    Identification known = BY_LENGTH.get(length);
    if (known == null) {
      known = new Identification(length);
      BY_LENGTH.set(length, known);
    }
    return known;
  }

  /** What to add by exclusive or to the iCRC for identification 0. */
  int contribution(int identification) {
    return identification < TABLE
        ? contributions[identification]
        : multiply(polynomial(identification), power);
  }

  /**
   * The identification that makes a difference to the iCRC of a packet with identification 0 and
   * the don't-fragment flag, if need be without that flag.
   *
   * @return 0 to 65535, or {@link #NONE}
   */
  int recover(int difference) {
    int identification = identification(difference);
    return identification != NONE ? identification : identification(difference ^ dontFragment);
  }

  private int identification(int difference) {
    int field =
        inverses[difference & 15]
            ^ inverses[16 + (difference >>> 4 & 15)]
            ^ inverses[32 + (difference >>> 8 & 15)]
            ^ inverses[48 + (difference >>> 12 & 15)]
            ^ inverses[64 + (difference >>> 16 & 15)]
            ^ inverses[80 + (difference >>> 20 & 15)]
            ^ inverses[96 + (difference >>> 24 & 15)]
            ^ inverses[112 + (difference >>> 28)];
    return (field & 0xFFFF) == 0 ? Short.reverseBytes((short) (field >>> 16)) & 0xFFFF : NONE;
  }

  /** The field as a polynomial: the CRC takes its high byte first, and of a byte bit 0 first. */
  private static int polynomial(int identification) {
    return Short.reverseBytes((short) identification) << 16;
  }

  private static int multiply(int a, int b) {
    int product = 0;
    int shifted = b;
    for (int rest = a; rest != 0; rest <<= 1) {
      product ^= rest < 0 ? shifted : 0;
      shifted = (shifted >>> 1) ^ (-(shifted & 1) & POLYNOMIAL);
    }
    return product;
  }

  /** x to a power, modulo P. */
  private static int power(long exponent) {
    int result = ONE;
    int square = ONE >>> 1;
    for (long rest = exponent; rest != 0; rest >>>= 1) {
      result = (rest & 1) != 0 ? multiply(result, square) : result;
      square = multiply(square, square);
    }
    return result;
  }
}
