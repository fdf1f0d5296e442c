package io.dta.experiment.statistics;

/**
 * Estimates a probability from a count of successes.
 *
 * <p>The interval is Wilson's (E. B. Wilson, "Probable Inference, the Law of Succession, and
 * Statistical Inference", JASA 1927). That is an approximation which rests on the normal
 * distribution: so far out in its tails it is too narrow where successes, or failures, are few.
 * There the interval is the one that Chernoff's bound gives, P(X ≥ n·x) ≤ exp(−n · KL(x ‖ p)) for x
 * ≥ p and likewise below (H. Chernoff, 1952; W. Hoeffding, 1963), which holds for any count.
 */
public final class Proportion {
  /** Fewer successes or failures than these are few; Wilson's interval has the right risk above. */
  private static final long FEW = 1000;

  private Proportion() {}

  /** The share of {@code successes} in independent trials. */
  public static Estimate of(long successes, long trials) {
    return of(successes, trials, 1);
  }

  /**
   * The share of {@code successes} in trials that share some of their luck.
   *
   * @param designEffect the variance of their share over that of independent trials, at least 1:
   *     they are worth {@code trials / designEffect} independent ones (L. Kish, "Survey Sampling",
   *     1965)
   */
  public static Estimate of(long successes, long trials, double designEffect) {
    if (successes < 0 || successes > trials || trials < 1 || !(designEffect >= 1)) {
      throw new IllegalArgumentException(
          successes + " successes in " + trials + " trials, design effect " + designEffect);
    }
    double share = (double) successes / trials;
    double worth = trials / designEffect;
    boolean few = Math.min(successes, trials - successes) < FEW * designEffect;
    return few ? chernoff(share, worth, trials) : wilson(share, worth, trials);
  }

  private static Estimate wilson(double share, double worth, long trials) {
    double z = Confidence.Z;
    double spread = z * z / worth;
    double center = (share + spread / 2) / (1 + spread);
    double half = z * Math.sqrt(share * (1 - share) / worth + spread / (4 * worth)) / (1 + spread);
    return new Estimate(share, center - half, center + half, trials);
  }

  private static Estimate chernoff(double share, double worth, long trials) {
    double most = Math.log(2 / Confidence.RISK) / worth;
    double low = share == 0 ? 0 : bisect(share, 0, share, most);
    double high = share == 1 ? 1 : bisect(share, 1, share, most);
    return new Estimate(share, low, high, trials);
  }

  /** The probability between {@code far} and {@code near} whose divergence is {@code most}. */
  private static double bisect(double share, double far, double near, double most) {
    double outside = far;
    double inside = near;
    for (int i = 0; i < 100; i++) {
      double middle = (outside + inside) / 2;
      if (divergence(share, middle) > most) {
        outside = middle;
      } else {
        inside = middle;
      }
    }
    return inside;
  }

  /** KL(share ‖ p) = share · ln(share/p) + (1 − share) · ln((1 − share)/(1 − p)). */
  private static double divergence(double share, double p) {
    double hits = share == 0 ? 0 : share * Math.log(share / p);
    double misses = share == 1 ? 0 : (1 - share) * (Math.log1p(-share) - Math.log1p(-p));
    return hits + misses;
  }
}
