package io.dta.primitives.analysis;

import java.util.function.DoubleUnaryOperator;

/** The inverse of success: how full memory may be for it. */
public final class MemoryNeed {
  private static final double MOST = 64;
  private static final int STEPS = 60;

  private MemoryNeed() {}

  /**
   * The highest load at which a success is still reached.
   *
   * @param success wanted, more than 0 and less than 1
   * @param byLoad the success as a function of the load α, falling
   * @return α, at most 64
   */
  public static double load(double success, DoubleUnaryOperator byLoad) {
    if (!(success > 0 && success < 1)) {
      throw new IllegalArgumentException(
          "success " + success + ": expected more than 0 and less than 1, such as 0.999");
    }
    double low = 0;
    double high = MOST;
    for (int i = 0; i < STEPS; i++) {
      double middle = (low + high) / 2;
      if (byLoad.applyAsDouble(middle) >= success) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
