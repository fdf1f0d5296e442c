package io.dta.experiment.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EstimateTest {
  private static final long SEED = 7;

  @Test
  void shouldBeSureEnoughForAllExperimentsTogether() {
    assertEquals(5.7307, Confidence.Z, 1e-4);
    // With two values t has one degree of freedom: Cauchy's distribution, whose quantiles are
    // known.
    assertEquals(
        1 / Math.tan(Math.PI * Confidence.RISK / 2), Confidence.t(2), 1e-6 * Confidence.t(2));
  }

  /** Wilson's ends are the p at which the share is z standard deviations away. */
  @Test
  void shouldGiveWilsonsInterval() {
    for (long successes : new long[] {1_000, 40_000, 99_000}) {
      long trials = 100_000;
      Estimate estimate = Proportion.of(successes, trials);
      for (double end : new double[] {estimate.low(), estimate.high()}) {
        double deviations = (estimate.value() - end) / Math.sqrt(end * (1 - end) / trials);
        assertEquals(Confidence.Z, Math.abs(deviations), 1e-9);
      }
    }
  }

  /** Where successes are few, the ends are where Chernoff's bound is the risk. */
  @Test
  void shouldGiveChernoffsIntervalForFew() {
    long trials = 1_000_000;
    Estimate none = Proportion.of(0, trials);
    assertEquals(0, none.low());
    assertEquals(1 - Math.pow(Confidence.RISK / 2, 1.0 / trials), none.high(), 1e-9);
    Estimate all = Proportion.of(trials, trials);
    assertEquals(1, all.high());
    assertEquals(1 - none.high(), all.low(), 1e-9);
    Estimate one = Proportion.of(1, trials);
    assertTrue(one.holds(1e-8), "one success where a hundredth was expected is no proof");
    assertFalse(one.holds(1e-16));
    assertFalse(one.holds(40.0 / trials));
  }

  @Test
  void shouldWidenByTheDesignEffect() {
    Estimate independent = Proportion.of(50_000, 100_000);
    Estimate shared = Proportion.of(50_000, 100_000, 4);
    assertEquals(
        2, (shared.high() - shared.low()) / (independent.high() - independent.low()), 0.01);
  }

  @Test
  void shouldRefuseImpossibleCounts() {
    assertThrows(IllegalArgumentException.class, () -> Proportion.of(2, 1));
    assertThrows(IllegalArgumentException.class, () -> Proportion.of(0, 0));
    assertThrows(IllegalArgumentException.class, () -> Proportion.of(1, 2, 0.5));
    assertThrows(IllegalArgumentException.class, () -> Mean.of(1));
    assertThrows(IllegalArgumentException.class, () -> Mean.ratio(new double[2], new double[3]));
  }

  /** Not one of many intervals may miss; and they must not be so wide that they say nothing. */
  @Test
  void shouldHoldTheTruth() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int round = 0; round < 300; round++) {
      double p = random.nextDouble() * (round % 2 == 0 ? 1 : 0.002);
      long successes = 0;
      int trials = 20_000;
      double[] values = new double[40];
      double[] weights = new double[40];
      for (int i = 0; i < trials; i++) {
        boolean success = random.nextDouble() < p;
        successes += success ? 1 : 0;
        values[i % 40] += success ? 1 : 0;
        weights[i % 40]++;
      }
      String message = "p = " + p + ", seed " + SEED;
      assertTrue(Proportion.of(successes, trials).holds(p), message);
      if (p > 0.05) { // Student's t wants values that are about normal
        assertTrue(Mean.ratio(values, weights).holds(p), message);
        assertTrue(Mean.of(values).holds(p * trials / 40), message);
      }
      assertFalse(Proportion.of(successes, trials).holds(p + 0.06), message);
    }
  }

  @Test
  void shouldJudgeByWhatTheClosedFormSays() {
    Estimate estimate = new Estimate(0.5, 0.4, 0.6, 10);
    assertTrue(Relation.EQUAL.allows(estimate, 0.6));
    assertFalse(Relation.EQUAL.allows(estimate, 0.61));
    assertFalse(Relation.EQUAL.allows(estimate, 0.39));
    assertTrue(Relation.AT_MOST.allows(estimate, 0.41));
    assertFalse(Relation.AT_MOST.allows(estimate, 0.39));
    assertTrue(Relation.AT_LEAST.allows(estimate, 0.59));
    assertFalse(Relation.AT_LEAST.allows(estimate, 0.61));
  }

  /** Many small memories: the variance of the share lost is what the design effect says. */
  @Test
  void shouldKnowWhatSharedWritesCost() {
    SplittableRandom random = new SplittableRandom(SEED);
    int slots = 512;
    int copies = 4;
    int lookups = 512;
    double load = 0.25;
    int runs = 20_000;
    double sum = 0;
    double squares = 0;
    boolean[] written = new boolean[slots];
    for (int run = 0; run < runs; run++) {
      Arrays.fill(written, false);
      for (int write = 0; write < load * slots * copies; write++) {
        written[random.nextInt(slots)] = true;
      }
      int lost = 0;
      for (int key = 0; key < lookups; key++) {
        boolean all = true;
        for (int copy = 0; copy < copies; copy++) {
          all &= written[random.nextInt(slots)];
        }
        lost += all ? 1 : 0;
      }
      double share = (double) lost / lookups;
      sum += share;
      squares += share * share;
    }
    double mean = sum / runs;
    double variance = squares / runs - mean * mean;
    double effect = variance / (mean * (1 - mean) / lookups);
    double expected = SharedWrites.designEffect(load, copies, (double) lookups / slots);
    assertTrue(expected > 1.5, "the case must show it: " + expected);
    assertEquals(expected, effect, 0.1 * expected, "seed " + SEED);
  }
}
