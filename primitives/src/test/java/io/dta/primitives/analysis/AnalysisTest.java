package io.dta.primitives.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AnalysisTest {
  /** An INT path of 5 hops, 20 bytes and a checksum of 4, in slots without padding. */
  private static final double SLOT_LENGTH = 24;

  @ParameterizedTest(name = "{0} bytes a flow")
  @CsvSource({
    "30, 68.8/44.9, 69.8/36.3, 60.2/15.3, 1",
    "100, 88.9/78.7, 94.6/85.5, 96.1/85.5, 1",
    "300, 96.1/92.3, 99.2/97.8, 99.9/99.4, 1",
    "300, 96.10/92.31, 99.24/97.81, 99.87/99.44, 2"
  })
  void shouldReproduceTheTableOfSuccessByBytesAFlow(
      double bytes, String one, String two, String four, int digits) {
    double load = SLOT_LENGTH / bytes;
    assertEquals(one, averageAndOldest(load, 1, digits));
    assertEquals(two, averageAndOldest(load, 2, digits));
    assertEquals(four, averageAndOldest(load, 4, digits));
  }

  @Test
  void shouldReproduceTheExampleOfEmptyAndWrongAnswers() {
    assertEquals(
        "3.3", String.format(Locale.ROOT, "%.1f", 100 * QuerySuccess.emptyBound(0.1, 2, 32)));
    assertEquals(
        "1.5e-11", String.format(Locale.ROOT, "%.1e", QuerySuccess.wrongBound(0.1, 2, 32)));
  }

  @ParameterizedTest
  @CsvSource({"1, 2, 0.481", "2, 3, 0.281", "3, 4, 0.199", "4, 8, 0.120"})
  void shouldKnowWhereMoreCopiesStopToHelp(int fewer, int more, String load) {
    double crossover = QuerySuccess.crossover(fewer, more);
    assertEquals(load, String.format(Locale.ROOT, "%.3f", crossover));
    double below = crossover - 0.001;
    double above = crossover + 0.001;
    assertTrue(QuerySuccess.found(below, more) > QuerySuccess.found(below, fewer));
    assertTrue(QuerySuccess.found(above, more) < QuerySuccess.found(above, fewer));
  }

  @ParameterizedTest
  @CsvSource({
    "2.0, 1", "0.49, 1", "0.47, 2", "0.29, 2", "0.27, 3", "0.21, 3", "0.19, 4", "0.05, 8"
  })
  void shouldChooseTheBestRedundancy(double load, int copies) {
    assertEquals(copies, QuerySuccess.bestRedundancy(load));
  }

  @Test
  void shouldRejectCrossoverOfWhatIsNotMore() {
    assertThrows(IllegalArgumentException.class, () -> QuerySuccess.crossover(2, 2));
    assertThrows(IllegalArgumentException.class, () -> QuerySuccess.crossover(0, 2));
  }

  @Test
  void shouldFindWithThresholdOfOneWhatItFindsWithout() {
    for (int copies = 1; copies <= 8; copies++) {
      assertEquals(QuerySuccess.found(0.3, copies), QuerySuccess.found(0.3, copies, 1), 1e-12);
      assertTrue(QuerySuccess.found(0.3, copies, copies) <= QuerySuccess.found(0.3, copies, 1));
    }
    assertEquals(Math.exp(-0.3 * 9), QuerySuccess.found(0.3, 3, 3), 1e-12);
  }

  /** The sum over all keys, one by one, and the integral that it tends to. */
  @Test
  void shouldExpectTheShareThatTheSumOverAllKeysGives() {
    for (int copies : new int[] {1, 2, 4, 8}) {
      for (long slots : new long[] {1, 2, 1024, 1 << 20}) {
        for (long keys : new long[] {1, 2, 100, 5000}) {
          double sum = 0;
          for (long later = 0; later < keys; later++) {
            double survives = Math.pow(1 - 1.0 / slots, (double) later * copies);
            sum += 1 - Math.pow(1 - survives, copies);
          }
          assertEquals(
              sum / keys,
              QuerySuccess.expectedShare(keys, slots, copies),
              1e-9,
              copies + " copies, " + slots + " slots, " + keys + " keys");
        }
      }
      assertEquals(
          QuerySuccess.foundInWindow(0.24, copies),
          QuerySuccess.expectedShare(24_000_000, 100_000_000, copies),
          1e-6);
    }
  }

  @Test
  void shouldBoundWrongAnswersFromAboveByTheirApproximation() {
    double wrong = QuerySuccess.wrongBound(0.8, 4, 16);
    double approximation = QuerySuccess.allOverwritten(0.8, 4) * 4 / 65536;
    assertTrue(wrong <= approximation);
    assertEquals(approximation, wrong, 1e-4 * approximation);
    assertTrue(QuerySuccess.emptyBound(0, 2, 32) < 1e-9);
  }

  @Test
  void shouldBoundPostcarding() {
    assertEquals(0.0329, PostcardingBounds.empty(0.1, 2), 1e-4);
    double wrong = PostcardingBounds.wrong(0.1, 2, 1023, 5, 32);
    assertEquals(0.03286 * 2 * Math.pow(2, -110), wrong, 1e-3 * wrong);
    assertEquals(1, PostcardingBounds.wrong(1e9, 2, 0xFFFF_FFFFL, 5, 32));
  }

  @Test
  void shouldBoundCountsByTheirDefinitions() {
    assertEquals(Math.E * 2 * 1e6 / 1024, KeyIncrementBounds.error(2, 1_000_000, 1024), 1e-6);
    assertEquals(0.8647, KeyIncrementBounds.confidence(2), 1e-4);
    assertEquals(Math.E * 1e6 / 1024, CountMinBounds.error(1024, 1_000_000), 1e-6);
    assertEquals(0.9817, CountMinBounds.confidence(4), 1e-4);
    assertEquals(1000 * Math.sqrt(8 / 1024.0), CountSketchBounds.error(1024, 1000), 1e-9);
    assertEquals(0.875, CountSketchBounds.confidence(1), 1e-9);
    assertEquals(0.98396, CountSketchBounds.confidence(5), 1e-4);
  }

  /** Runs of trials leave the tolerated range no more often than the risk says. */
  @Test
  void shouldTolerateChanceButNotMore() {
    Random random = new Random(20230910);
    double risk = 0.01;
    for (double probability : new double[] {0.5, 0.99, 0.9999}) {
      int outside = 0;
      for (int run = 0; run < 2000; run++) {
        int successes = 0;
        for (int trial = 0; trial < 1000; trial++) {
          successes += random.nextDouble() < probability ? 1 : 0;
        }
        outside += successes < Tolerance.least(1000, probability, risk) ? 1 : 0;
        outside += successes > Tolerance.most(1000, probability, risk) ? 1 : 0;
      }
      assertTrue(outside <= 2 * risk * 2000, outside + " outside at " + probability);
    }
    assertTrue(Tolerance.least(1_000_000, 0.5, 1e-6) > 497_000);
    assertEquals(0, Tolerance.least(10, 0.1, 1e-6));
    assertEquals(10, Tolerance.most(10, 0.9, 1e-6));
    assertThrows(IllegalArgumentException.class, () -> Tolerance.least(10, 0.5, 0));
  }

  private static String averageAndOldest(double load, int copies, int digits) {
    String format = "%." + digits + "f/%." + digits + "f";
    return String.format(
        Locale.ROOT,
        format,
        100 * QuerySuccess.foundInWindow(load, copies),
        100 * QuerySuccess.found(load, copies));
  }
}
