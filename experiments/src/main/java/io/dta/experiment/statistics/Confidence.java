package io.dta.experiment.statistics;

import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * How sure intervals are. All experiments together compare well under 10,000 estimates with closed
 * forms, and none of them is to fail by chance more than once in 10,000 runs: so an interval misses
 * the truth with a probability of {@link #RISK} = 10^−8 (Bonferroni's correction, which holds
 * whether or not the comparisons are independent).
 */
public final class Confidence {
  /** The probability that an interval does not hold the truth, both sides together. */
  public static final double RISK = 1e-8;

  /** The intervals' half width in standard deviations of a normal distribution, about 5.73. */
  public static final double Z = NormalDistribution.of(0, 1).inverseSurvivalProbability(RISK / 2);

  /** The name of the intervals' confidence, for people. */
  public static final String LABEL = "1 − 10⁻⁸";

  private Confidence() {}

  /**
   * The half width in standard errors of a mean's interval, by Student's t distribution.
   *
   * @param samples how many there are, at least 2
   */
  static double t(long samples) {
    return TDistribution.of((double) (samples - 1)).inverseSurvivalProbability(RISK / 2);
  }
}
