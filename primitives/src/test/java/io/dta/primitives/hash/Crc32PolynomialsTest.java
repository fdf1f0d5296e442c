package io.dta.primitives.hash;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Crc32PolynomialsTest {
  private static final byte[] CHECK_INPUT = "123456789".getBytes(US_ASCII);

  /** The order of the multiplicative group of GF(2^32) and its prime factors. */
  private static final long GROUP_ORDER = 0xFFFF_FFFFL;

  private static final long[] GROUP_ORDER_FACTORS = {3, 5, 17, 257, 65537};

  /** The first eight words of the fraction of pi, as in Blowfish's P-array. */
  private static final int[] PI = {
    0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0, 0x082EFA98, 0xEC4E6C89
  };

  /** Check values of the catalog of parametrised CRC algorithms and of their first publications. */
  @ParameterizedTest
  @CsvSource({
    "04C11DB7, true,  FFFFFFFF, FFFFFFFF, CBF43926", // CRC-32/ISO-HDLC
    "1EDC6F41, true,  FFFFFFFF, FFFFFFFF, E3069283", // CRC-32/ISCSI, CRC-32C
    "741B8CD7, true,  FFFFFFFF, 00000000, D2C22F51", // CRC-32/MEF
    "741B8CD7, true,  FFFFFFFF, FFFFFFFF, 2D3DD0AE", // CRC-32K
    "A833982B, true,  FFFFFFFF, FFFFFFFF, 87315576", // CRC-32/BASE91-D, CRC-32D
    "F4ACFB13, true,  FFFFFFFF, FFFFFFFF, 1697D06A", // CRC-32/AUTOSAR
    "814141AB, false, 00000000, 00000000, 3010BF7F", // CRC-32/AIXM, CRC-32Q
    "04C11DB7, false, FFFFFFFF, FFFFFFFF, FC891918", // CRC-32/BZIP2
  })
  void shouldAgreeWithPublishedCheckValues(
      String polynomial, boolean reflected, String init, String xorout, String check) {
    int crc = BitwiseCrc.crc(bits(polynomial), reflected, bits(init), bits(xorout), CHECK_INPUT);
    assertEquals(check, "%08X".formatted(crc));
    if (reflected && bits(xorout) == -1) {
      FixedLengthCrc table = new FixedLengthCrc(bits(polynomial), CHECK_INPUT.length);
      assertEquals(crc, table.compute(new UnsafeBuffer(CHECK_INPUT), 0));
    }
  }

  @Test
  void shouldAllDiffer() {
    Set<Integer> polynomials = new HashSet<>();
    for (int polynomial : all()) {
      assertTrue(polynomials.add(polynomial), "%08X is there twice".formatted(polynomial));
    }
    assertEquals(18, polynomials.size());
  }

  @Test
  void shouldAllEndInOne() {
    for (int polynomial : all()) {
      assertEquals(1, polynomial & 1, "%08X is divisible by x".formatted(polynomial));
    }
  }

  @Test
  void shouldHavePrimitivePolynomialsForChecksumCollectorAndHopWords() {
    assertTrue(isPrimitive(Crc32Polynomials.CHECKSUM));
    assertTrue(isPrimitive(Crc32Polynomials.COLLECTOR));
    for (int hop = 1; hop <= Crc32Polynomials.MAX_HOPS; hop++) {
      assertTrue(isPrimitive(Crc32Polynomials.hopWord(hop)), "hop " + hop);
    }
    assertFalse(isPrimitive(0x1EDC6F41), "CRC-32C has the factor x + 1");
  }

  @Test
  void shouldTakeHopWordsFromPi() {
    for (int hop = 1; hop <= Crc32Polynomials.MAX_HOPS; hop++) {
      int polynomial = PI[hop - 1];
      while (!isPrimitive(polynomial)) {
        polynomial++;
      }
      assertEquals(polynomial, Crc32Polynomials.hopWord(hop), "hop " + hop);
    }
  }

  /**
   * Whether x generates the multiplicative group: then all 2^32 − 1 residues but zero are powers of
   * x, so the residues are a field and the polynomial is irreducible too.
   */
  private static boolean isPrimitive(int polynomial) {
    if ((polynomial & 1) == 0 || power(GROUP_ORDER, polynomial) != 1) {
      return false;
    }
    for (long factor : GROUP_ORDER_FACTORS) {
      assertEquals(0, GROUP_ORDER % factor);
      if (power(GROUP_ORDER / factor, polynomial) == 1) {
        return false;
      }
    }
    return true;
  }

  /** x to a power, modulo x^32 + polynomial. */
  private static int power(long exponent, int polynomial) {
    int result = 1;
    int square = 2;
    for (long rest = exponent; rest != 0; rest >>>= 1) {
      if ((rest & 1) != 0) {
        result = multiply(result, square, polynomial);
      }
      square = multiply(square, square, polynomial);
    }
    return result;
  }

  private static int multiply(int a, int b, int polynomial) {
    int product = 0;
    for (int bit = 31; bit >= 0; bit--) {
      product = product << 1 ^ (polynomial & product >> 31) ^ (a & -(b >>> bit & 1));
    }
    return product;
  }

  /** What was wrong with a polynomial that once stood for copy 6: its notation. */
  @Test
  void shouldNotTakeKoopmansNotationForANormalOne() {
    int top = BitwiseCrc.crc(0x992C1A4C, CHECK_INPUT) >>> 30;
    for (int i = 0; i < 1000; i++) {
      byte[] input = "key %05d".formatted(i).getBytes(US_ASCII);
      assertEquals(top, BitwiseCrc.crc(0x992C1A4C, input) >>> 30, "input " + i);
    }
    assertNotEquals(0x992C1A4C, Crc32Polynomials.slot(6));
    assertEquals((0x992C1A4C << 1) + 1, Crc32Polynomials.slot(4));
  }

  private static int[] all() {
    int[] all = new int[2 + Crc32Polynomials.MAX_COPIES + Crc32Polynomials.MAX_HOPS];
    int count = 0;
    all[count++] = Crc32Polynomials.CHECKSUM;
    all[count++] = Crc32Polynomials.COLLECTOR;
    for (int copy = 0; copy < Crc32Polynomials.MAX_COPIES; copy++) {
      all[count++] = Crc32Polynomials.slot(copy);
    }
    for (int hop = 1; hop <= Crc32Polynomials.MAX_HOPS; hop++) {
      all[count++] = Crc32Polynomials.hopWord(hop);
    }
    return all;
  }

  private static int bits(String hexadecimal) {
    return Integer.parseUnsignedInt(hexadecimal, 16);
  }
}
