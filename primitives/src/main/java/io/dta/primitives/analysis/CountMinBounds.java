package io.dta.primitives.analysis;

/**
 * Count-Min: how far an estimate may be over the truth (Cormode and Muthukrishnan, 2005, theorem
 * 1). It is never under it.
 */
public final class CountMinBounds {
  private CountMinBounds() {}

  /**
   * e/C · total, which an estimate exceeds the truth by at most, with the probability {@link
   * #confidence}.
   *
   * @param columns C
   * @param total the sum of the counts of all keys
   */
  public static double error(int columns, long total) {
    return Math.E / columns * (double) total;
  }

  /** 1 − exp(−R), at least, is the probability that a key's estimate is within {@link #error}. */
  public static double confidence(int rows) {
    return -Math.expm1(-rows);
  }
}
