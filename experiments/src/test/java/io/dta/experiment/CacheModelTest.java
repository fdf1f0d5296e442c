package io.dta.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.experiment.rig.CacheModel;
import io.dta.fattree.workload.SplitMix64;
import org.junit.jupiter.api.Test;

class CacheModelTest {
  /** Hops that follow each other at once never wait for anyone. */
  @Test
  void shouldLoseNothingWhereFlowsDoNotOverlap() {
    assertEquals(0, new CacheModel(64, 5, 10).early(10_000, 1, 0, new SplitMix64(1)));
  }

  /** Every path loses its row where there are far more of them than rows. */
  @Test
  void shouldLoseNearlyAllWhereThereIsNoRoom() {
    double early = new CacheModel(4, 5, 1_000_000).early(10_000, 1, 100, new SplitMix64(1));
    assertTrue(early > 0.99, "early " + early);
  }

  /** What is reported rarely enough has a row for itself, until its time is over. */
  @Test
  void shouldGiveUpPathsWhoseTimeIsOver() {
    double sparse = 1.0 / 5_000;
    double inTime = new CacheModel(4096, 2, 11).early(2_000_000, sparse, 10, new SplitMix64(2));
    double tooLate = new CacheModel(4096, 2, 10).early(2_000_000, sparse, 10, new SplitMix64(2));
    assertEquals(0, inTime);
    assertEquals(1, tooLate);
  }
}
