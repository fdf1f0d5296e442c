package io.dta.primitives.analysis;

/**
 * How far a count of successes may be from its expectation by chance alone, by Bernstein's
 * inequality: n trials of probability p are off by t or more, to one side, with a probability of at
 * most exp(−t² / (2·(n·p·(1−p) + t/3))).
 *
 * <p>It holds for few failures as for many, where mean ± z·σ does not; and it also holds for trials
 * that get in each other's way, as keys do that compete for slots.
 */
public final class Tolerance {
  private Tolerance() {}

  /**
   * The fewest successes to expect.
   *
   * @param probability p of a success
   * @param risk the probability that there are fewer by chance, such as 1e-6
   */
  public static long least(long trials, double probability, double risk) {
    double least = trials * probability - deviation(trials, probability, risk);
    return Math.max(0, (long) Math.floor(least));
  }

  /**
   * The most successes to expect.
   *
   * @param probability p of a success
   * @param risk the probability that there are more by chance, such as 1e-6
   */
  public static long most(long trials, double probability, double risk) {
    double most = trials * probability + deviation(trials, probability, risk);
    return Math.min(trials, (long) Math.ceil(most));
  }

  private static double deviation(long trials, double probability, double risk) {
    if (!(risk > 0 && risk < 1)) {
      throw new IllegalArgumentException("risk " + risk + ": expected more than 0 and less than 1");
    }
    double variance = trials * probability * (1 - probability);
    double weight = -Math.log(risk);
    return weight / 3 + Math.sqrt(weight * weight / 9 + 2 * weight * variance);
  }
}
