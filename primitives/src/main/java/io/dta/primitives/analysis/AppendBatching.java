package io.dta.primitives.analysis;

/**
 * Append: how long entries wait for their batch, and what batches cost.
 *
 * <p>Entries of a list arrive as a Poisson process of rate λ. The first one opens a frame, which is
 * written when it has b entries or after the time T. It then has n further entries, n = min(P, b −
 * 1) with P Poisson distributed of mean λT. As N(t) − λt and N(t)(N(t) − 1)/2 − λ·∫N are
 * martingales and frames end at bounded times, a frame is open for E[n]/λ on average, and its
 * entries wait E[n(n + 1)/2]/λ in total. Frames follow each other independently, so averages over
 * entries are ratios of these expectations (S. M. Ross, "Stochastic Processes", renewal reward
 * theorem).
 */
public final class AppendBatching {
  private AppendBatching() {}

  /**
   * The mean time in seconds from an entry's arrival to the WRITE that makes it visible.
   *
   * @param rate λ, entries of the list a second
   * @param batch b, entries a frame
   * @param flushAfter T in seconds; infinite where frames are never flushed
   */
  public static double meanWait(double rate, int batch, double flushAfter) {
    double[] further = further(rate * flushAfter, batch);
    double first = 0;
    double second = 0;
    for (int n = 0; n < batch; n++) {
      first += n * further[n];
      second += (double) n * (n + 1) * further[n];
    }
    return second / (2 * rate * (1 + first));
  }

  /** The mean number of WRITEs an entry. */
  public static double writesPerEntry(double rate, int batch, double flushAfter) {
    double[] further = further(rate * flushAfter, batch);
    double first = 0;
    for (int n = 0; n < batch; n++) {
      first += n * further[n];
    }
    return 1 / (1 + first);
  }

  /** The distribution of n. */
  private static double[] further(double mean, int batch) {
    double[] probability = new double[batch];
    double rest = 1;
    for (int n = 0; n < batch - 1; n++) {
      double logarithm = -mean - logFactorial(n) + (n == 0 ? 0 : n * Math.log(mean));
      probability[n] = Double.isInfinite(mean) ? 0 : Math.exp(logarithm);
      rest -= probability[n];
    }
    probability[batch - 1] = Math.max(0, rest);
    return probability;
  }

  private static double logFactorial(int n) {
    double sum = 0;
    for (int i = 2; i <= n; i++) {
      sum += Math.log(i);
    }
    return sum;
  }
}
