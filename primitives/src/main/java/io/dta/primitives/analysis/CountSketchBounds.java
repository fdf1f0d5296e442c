package io.dta.primitives.analysis;

/**
 * Count Sketch: how far an estimate may be off, to either side (Charikar, Chen and Farach-Colton,
 * 2002).
 */
public final class CountSketchBounds {
  /**
   * By Chebyshev's inequality a row is off by more than {@link #error} with at most this
   * probability.
   */
  private static final double ROW_RISK = 1.0 / 8;

  private CountSketchBounds() {}

  /**
   * √(8/C) · norm, which an estimate is off by at most, with the probability {@link #confidence}.
   * The variance of a row's estimate is at most norm²/C.
   *
   * @param columns C
   * @param norm the root of the sum of the squared counts of all keys
   */
  public static double error(int columns, double norm) {
    return Math.sqrt(1 / ROW_RISK / columns) * norm;
  }

  /**
   * The probability, at least, that a key's estimate is within {@link #error}: the median is off
   * only where half of the rows are.
   */
  public static double confidence(int rows) {
    double off = 0;
    for (int bad = (rows + 1) / 2; bad <= rows; bad++) {
      off +=
          QuerySuccess.binomial(rows, bad)
              * Math.pow(ROW_RISK, bad)
              * Math.pow(1 - ROW_RISK, rows - bad);
    }
    return 1 - off;
  }
}
