package io.dta.primitives.analysis;

/** Key-Increment: how far a count may be over the truth (DTA section 4). It is never under it. */
public final class KeyIncrementBounds {
  private KeyIncrementBounds() {}

  /**
   * e·N·V/M, which a count exceeds the truth by at most, with the probability {@link #confidence}.
   * All copies share one array, so that it holds N·V.
   *
   * @param copies N
   * @param total V, the sum of all increments of all keys
   * @param counters M
   */
  public static double error(int copies, long total, long counters) {
    return Math.E * copies * ((double) total / counters);
  }

  /** 1 − exp(−N), at least, is the probability that a key's count is within {@link #error}. */
  public static double confidence(int copies) {
    return -Math.expm1(-copies);
  }
}
