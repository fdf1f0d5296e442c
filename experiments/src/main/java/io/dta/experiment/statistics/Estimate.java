package io.dta.experiment.statistics;

/**
 * A measured value and the interval in which the truth lies, but for a probability of {@link
 * Confidence#RISK}.
 *
 * @param value what was measured
 * @param low the interval's lower end, at most {@code value}
 * @param high its upper end, at least {@code value}
 * @param samples how many observations stand behind it
 */
public record Estimate(double value, double low, double high, long samples) {
  public Estimate {
    if (!(low <= value && value <= high)) {
      throw new IllegalArgumentException(
          "estimate " + value + " with an interval from " + low + " to " + high);
    }
  }

  /** A value that is counted, not estimated. */
  public static Estimate exact(double value, long samples) {
    return new Estimate(value, value, value, samples);
  }

  /** Whether a value lies within the interval, give or take what rounding does. */
  public boolean holds(double other) {
    double rounding = 1e-12 * Math.max(Math.abs(other), Math.abs(value));
    return other >= low - rounding && other <= high + rounding;
  }

  /** The same of 1 − x, for a share. */
  public Estimate complement() {
    return new Estimate(1 - value, 1 - high, 1 - low, samples);
  }

  /** The same of {@code factor} · x. */
  public Estimate times(double factor) {
    return new Estimate(value * factor, low * factor, high * factor, samples);
  }

  /** The same with an interval that is wider by so much on either side. */
  public Estimate widened(double by) {
    return new Estimate(value, low - by, high + by, samples);
  }
}
