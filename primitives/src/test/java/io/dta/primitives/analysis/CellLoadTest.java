package io.dta.primitives.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CellLoadTest {
  private static final long SEED = 20_261_123;
  private static final int LENGTH = 1 << 12;

  /** All keys count 1: the sum is binomial. */
  @Test
  void shouldBeBinomialWhereAllCountsAreOne() {
    long[] counts = new long[200];
    Arrays.fill(counts, 1);
    CellLoad load = CellLoad.added(counts, 1, 64, LENGTH);
    double term = Math.pow(63 / 64.0, 200);
    double sum = 0;
    for (int x = 0; x < 12; x++) {
      sum += term;
      term *= (200 - x) / (x + 1.0) / 63;
      assertEquals(1 - sum, load.exceeds(x), 2e-4, "x = " + x);
    }
  }

  @Test
  void shouldAgreeWithThrownKeys() {
    SplittableRandom random = new SplittableRandom(SEED);
    long[] counts = new long[300];
    for (int i = 0; i < counts.length; i++) {
      // One in twenty is larger than the table: it must exceed all, and not come round.
      counts[i] = i % 20 == 0 ? LENGTH + 5 : 1 + random.nextInt(i % 3 == 0 ? 90 : 5);
    }
    int cells = 256;
    int rounds = 200_000;
    int[] points = {0, 3, 20, 60, 200};
    int[] beyond = new int[points.length];
    int[] beyondSigned = new int[points.length];
    for (int round = 0; round < rounds; round++) {
      long sum = 0;
      long signed = 0;
      for (long count : counts) {
        if (random.nextInt(cells) == 0) {
          sum += count;
          signed += random.nextBoolean() ? count : -count;
        }
      }
      for (int i = 0; i < points.length; i++) {
        beyond[i] += sum > points[i] ? 1 : 0;
        beyondSigned[i] += Math.abs(signed) > points[i] ? 1 : 0;
      }
    }
    CellLoad added = CellLoad.added(counts, 1, cells, LENGTH);
    CellLoad signed = CellLoad.signed(counts, cells, LENGTH);
    for (int i = 0; i < points.length; i++) {
      double tolerance = 6 * Math.sqrt(0.25 / rounds);
      String message = "x = " + points[i] + ", seed " + SEED;
      assertEquals(beyond[i] / (double) rounds, added.exceeds(points[i]), tolerance, message);
      assertEquals(
          beyondSigned[i] / (double) rounds, signed.exceeds(points[i]), tolerance, message);
    }
  }

  @Test
  void shouldCombineCells() {
    long[] counts = {1, 1, 2, 7, 30};
    CellLoad load = CellLoad.added(counts, 2, 8, 256);
    double one = load.exceeds(2);
    assertTrue(one > 0.1 && one < 0.9, "a trivial case: " + one);
    assertEquals(one * one * one, load.leastExceeds(3, 2), 1e-12);
    CellLoad signed = CellLoad.signed(counts, 8, 256);
    double side = signed.exceeds(2) / 2;
    assertEquals(
        2 * (3 * side * side * (1 - side) + side * side * side), signed.medianExceeds(3, 2), 1e-12);
    assertEquals(signed.exceeds(2), signed.medianExceeds(1, 2), 1e-12);
  }
}
