package io.dta.experiment.catalog;

import java.util.function.DoubleUnaryOperator;

/** Points of closed forms, for plots. */
final class Curves {
  private Curves() {}

  /** Evenly spread values. */
  static double[] linear(double first, double last, int count) {
    double[] x = new double[count];
    for (int i = 0; i < count; i++) {
      x[i] = first + (last - first) * i / (count - 1);
    }
    return x;
  }

  /** Values of even ratios. */
  static double[] logarithmic(double first, double last, int count) {
    return of(linear(Math.log(first), Math.log(last), count), Math::exp);
  }

  static double[] of(double[] x, DoubleUnaryOperator form) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = form.applyAsDouble(x[i]);
    }
    return y;
  }
}
