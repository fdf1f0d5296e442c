package io.dta.experiment.statistics;

/** Estimates an expectation from the values of independent repetitions, by Student's t. */
public final class Mean {
  private Mean() {}

  /**
   * The mean of repetitions, with the interval of Student's t. With few of them it is very wide, as
   * it should be: give it tens.
   *
   * @param values one a repetition, at least 2
   */
  public static Estimate of(double... values) {
    int count = values.length;
    if (count < 2) {
      throw new IllegalArgumentException(count + " repetitions: an interval needs at least 2");
    }
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    double mean = sum / count;
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    double half = Confidence.t(count) * Math.sqrt(squares / (count - 1) / count);
    return new Estimate(mean, mean - half, mean + half, count);
  }
}
