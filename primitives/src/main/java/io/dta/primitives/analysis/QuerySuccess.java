package io.dta.primitives.analysis;

/**
 * Key-Write: how likely a query finds its key, finds nothing, or finds something wrong (DART
 * section 4). See the package for the symbols.
 */
public final class QuerySuccess {
  /** The bits of a slot's checksum. */
  public static final int CHECKSUM_BITS = 32;

  private static final int MAX_COPIES = 8;

  private QuerySuccess() {}

  /** q = 1 − exp(−αN): the probability that a given copy was overwritten. */
  public static double overwritten(double load, int copies) {
    return -Math.expm1(-load * copies);
  }

  /** q^N: the probability that all copies were overwritten. */
  public static double allOverwritten(double load, int copies) {
    return Math.pow(overwritten(load, copies), copies);
  }

  /**
   * 1 − q^N: the probability that first-match or plurality finds the value, but for foreign slots
   * that match.
   */
  public static double found(double load, int copies) {
    return 1 - allOverwritten(load, copies);
  }

  /**
   * The probability that at least T copies are left, as consensus needs.
   *
   * @param threshold T, 1 to N
   */
  public static double found(double load, int copies, int threshold) {
    double lost = overwritten(load, copies);
    double probability = 0;
    for (int left = threshold; left <= copies; left++) {
      probability +=
          binomial(copies, left) * Math.pow(1 - lost, left) * Math.pow(lost, copies - left);
    }
    return probability;
  }

  /**
   * {@link #found(double, int)} averaged over all keys of a window of αM keys that were written
   * once each.
   */
  public static double foundInWindow(double load, int copies) {
    return WindowAverage.of(load, after -> found(after, copies));
  }

  /**
   * A bound of the probability that a query answers empty: all copies are overwritten and no
   * foreign slot matches; or copies are left and a foreign slot contradicts them; or all are
   * overwritten and several foreign slots match.
   */
  public static double emptyBound(double load, int copies, int checksumBits) {
    double foreign = foreignMatch(checksumBits);
    double none = allOverwritten(load, copies);
    double all = Math.exp(-load * copies * copies);
    double allDiffer = Math.pow(1 - foreign, copies);
    double allButOneDiffer = Math.pow(1 - foreign, copies - 1.0);
    return none * allDiffer
        + (1 - none - all) * atLeastOneMatches(copies - 1, foreign)
        + none
            * Math.max(0, atLeastOneMatches(copies, foreign) - copies * foreign * allButOneDiffer);
  }

  /**
   * A bound of the probability that a query answers a wrong value: q^N · (1 − (1 − ε)^N), about q^N
   * · N · 2^−b.
   */
  public static double wrongBound(double load, int copies, int checksumBits) {
    return allOverwritten(load, copies) * atLeastOneMatches(copies, foreignMatch(checksumBits));
  }

  /**
   * The redundancy, 1 to 8, by which the oldest key of a window is found most often. More copies
   * help at low load only: each of them also overwrites.
   */
  public static int bestRedundancy(double load) {
    int best = 1;
    for (int copies = 2; copies <= MAX_COPIES; copies++) {
      if (allOverwritten(load, copies) < allOverwritten(load, best)) {
        best = copies;
      }
    }
    return best;
  }

  /** The load below which {@code more} copies keep the oldest key better than {@code fewer} do. */
  public static double crossover(int fewer, int more) {
    if (fewer < 1 || more <= fewer) {
      throw new IllegalArgumentException(
          "crossover of " + fewer + " and " + more + " copies: expected 1 <= fewer < more");
    }
    double low = 0;
    double high = 1;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (allOverwritten(middle, more) < allOverwritten(middle, fewer)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * The expected share of keys that are found when each of K distinct keys was written once, in
   * whatever order, with N copies into M slots; {@link Tolerance} says how far a run may be from
   * it.
   *
   * <p>A copy outlives j later keys with the probability (1 − 1/M)^(jN), and of the K keys one has
   * j = 0 later ones, one has 1, and so on to K − 1. Expanding 1 − q^N turns the average over all j
   * into N geometric sums.
   *
   * @param keys K, at least 1
   * @param slots M, at least 1
   */
  public static double expectedShare(long keys, long slots, int copies) {
    double loadOfOneKey = -Math.log1p(-1.0 / slots);
    double share = 0;
    for (int left = 1; left <= copies; left++) {
      double rate = left * copies * loadOfOneKey;
      double average = Math.expm1(-rate * keys) / (keys * Math.expm1(-rate));
      share += (left % 2 == 0 ? -1 : 1) * binomial(copies, left) * average;
    }
    return share;
  }

  private static double foreignMatch(int checksumBits) {
    return Math.scalb(1.0, -checksumBits);
  }

  /** 1 − (1 − ε)^n, precise for tiny ε. */
  private static double atLeastOneMatches(int slots, double foreign) {
    return -Math.expm1(slots * Math.log1p(-foreign));
  }

  static double binomial(int n, int k) {
    double result = 1;
    for (int i = 1; i <= k; i++) {
      result = result * (n - k + i) / i;
    }
    return result;
  }
}
