package io.dta.experiment.statistics;

/**
 * What it costs in certainty that all keys of one memory are looked up after the same writes.
 *
 * <p>Given the share Q of slots that were overwritten, keys are lost independently of each other,
 * each with the probability Q^N. But Q varies from run to run: r = αNM writes to random slots leave
 * M·v slots' worth of variance, v = e^−λ · (1 − (1 + λ) · e^−λ) with λ = αN (the occupancy problem;
 * W. Feller, "An Introduction to Probability Theory", volume 1, chapter IX, exercise 18). By the
 * law of total variance n look-ups' share of losses has the variance
 *
 * <pre>
 * q^N (1 − q^N) / n  +  (N q^(N−1))² · v / M
 * </pre>
 *
 * <p>and the ratio of this to its first term is the design effect.
 */
public final class SharedWrites {
  private static final int STEPS = 64;

  private SharedWrites() {}

  /**
   * The design effect of looking up keys that are followed by αM others.
   *
   * @param load α
   * @param copies N, those that are written a key
   * @param lookupsPerSlot n/M
   */
  public static double designEffect(double load, int copies, double lookupsPerSlot) {
    double rate = load * copies;
    double q = -Math.expm1(-rate);
    if (q == 0) {
      return 1;
    }
    double left = Math.exp(-rate);
    double variance = left * (1 - (1 + rate) * left);
    double lost = Math.pow(q, copies);
    return 1 + lookupsPerSlot * copies * copies * Math.pow(q, copies - 2.0) * variance / (1 - lost);
  }

  /**
   * The largest design effect of keys that are followed by up to αM others: enough for them all.
   */
  public static double designEffectOfWindow(double load, int copies, double lookupsPerSlot) {
    double most = 1;
    for (int step = 1; step <= STEPS; step++) {
      most = Math.max(most, designEffect(load * step / STEPS, copies, lookupsPerSlot));
    }
    return most;
  }
}
