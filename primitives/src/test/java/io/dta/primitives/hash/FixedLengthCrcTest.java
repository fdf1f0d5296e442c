package io.dta.primitives.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class FixedLengthCrcTest {
  @Property(tries = 300)
  void shouldBeZlibsCrc32(@ForAll @Size(min = 1, max = 64) byte[] input) {
    CRC32 oracle = new CRC32();
    oracle.update(input);
    assertEquals((int) oracle.getValue(), crc(Crc32Polynomials.CHECKSUM, input));
  }

  @Property(tries = 300)
  void shouldBeCrc32cForCopyZero(@ForAll @Size(min = 1, max = 64) byte[] input) {
    CRC32C oracle = new CRC32C();
    oracle.update(input);
    assertEquals((int) oracle.getValue(), crc(Crc32Polynomials.slot(0), input));
  }

  @Property(tries = 300)
  void shouldBeTheBitwiseCrcOfAnyPolynomial(
      @ForAll int polynomial, @ForAll @Size(min = 1, max = 64) byte[] input) {
    assertEquals(BitwiseCrc.crc(polynomial | 1, input), crc(polynomial | 1, input));
  }

  @Property(tries = 300)
  void shouldBeTheSumOfItsParts(
      @ForAll int polynomial,
      @ForAll @Size(min = 1, max = 64) byte[] input,
      @ForAll @IntRange(max = 64) int someCut,
      @ForAll @IntRange(max = 64) int otherCut) {
    FixedLengthCrc crc = new FixedLengthCrc(polynomial, input.length);
    int first = Math.min(input.length, Math.min(someCut, otherCut));
    int second = Math.min(input.length, Math.max(someCut, otherCut));
    UnsafeBuffer buffer = new UnsafeBuffer(input);
    MemorySegment segment = MemorySegment.ofArray(input);
    int parts =
        crc.part(buffer, 0, first, 0)
            ^ crc.part(segment, first, second - first, first)
            ^ crc.part(buffer, second, input.length - second, second);
    assertEquals(crc.compute(buffer, 0), crc.zeros() ^ parts);
  }

  @Property(tries = 100)
  void shouldBeAffine(
      @ForAll @Size(32) byte[] a, @ForAll @Size(32) byte[] b, @ForAll @Size(32) byte[] c) {
    byte[] sum = new byte[32];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = (byte) (a[i] ^ b[i] ^ c[i]);
    }
    int polynomial = Crc32Polynomials.slot(1);
    assertEquals(
        crc(polynomial, sum), crc(polynomial, a) ^ crc(polynomial, b) ^ crc(polynomial, c));
  }

  @Test
  void shouldKnowTheCrcOfZeros() {
    for (int length : new int[] {1, 4, 13, 37, 64, FixedLengthCrc.MAX_LENGTH}) {
      FixedLengthCrc crc = new FixedLengthCrc(Crc32Polynomials.CHECKSUM, length);
      assertEquals(
          BitwiseCrc.crc(Crc32Polynomials.CHECKSUM, new byte[length]), crc.zeros(), "" + length);
      assertEquals(length, crc.length());
    }
  }

  @Test
  void shouldRefuseLengthsOutOfRange() {
    for (int length : new int[] {-1, 0, FixedLengthCrc.MAX_LENGTH + 1}) {
      IllegalArgumentException refusal =
          assertThrows(
              IllegalArgumentException.class,
              () -> new FixedLengthCrc(Crc32Polynomials.CHECKSUM, length));
      assertTrue(refusal.getMessage().contains("" + length), refusal.getMessage());
    }
  }

  private static int crc(int polynomial, byte[] input) {
    return new FixedLengthCrc(polynomial, input.length).compute(new UnsafeBuffer(input), 0);
  }
}
