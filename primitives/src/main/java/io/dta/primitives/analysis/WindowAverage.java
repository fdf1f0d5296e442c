package io.dta.primitives.analysis;

import java.util.function.DoubleUnaryOperator;

/** Averages of what depends on a key's age, over all keys of a window. */
public final class WindowAverage {
  /**
   * Intervals of the integration, even. The functions averaged here are smooth: this leaves errors
   * below 1e-12.
   */
  private static final int INTERVALS = 2000;

  private WindowAverage() {}

  /**
   * The average over a window in which αM keys were written once each: the key written last has
   * none after it, the first one αM. Integrates from 0 to {@code load} by Simpson's rule.
   *
   * @param load α, at least 0
   * @param byLoad a function of the load that follows a key
   */
  public static double of(double load, DoubleUnaryOperator byLoad) {
    if (load == 0) {
      return byLoad.applyAsDouble(0);
    }
    double step = load / INTERVALS;
    double sum = byLoad.applyAsDouble(0) + byLoad.applyAsDouble(load);
    for (int i = 1; i < INTERVALS; i++) {
      sum += (i % 2 == 0 ? 2 : 4) * byLoad.applyAsDouble(i * step);
    }
    return sum * step / 3 / load;
  }
}
