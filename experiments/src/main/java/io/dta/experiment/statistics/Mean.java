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

  /**
   * How far one more repetition may be from the mean of the others: Student's t times s · √(1 +
   * 1/n).
   *
   * @param values one a repetition, at least 2
   */
  public static double reachOfOneMore(double... values) {
    Estimate mean = of(values);
    return (mean.high() - mean.value()) * Math.sqrt(values.length + 1.0);
  }

  /**
   * The ratio of two expectations, such as of total waiting and of entries, from pairs of
   * independent repetitions (W. G. Cochran, "Sampling Techniques", section 2.11).
   *
   * @param numerators one a repetition, at least 2
   * @param denominators as many
   */
  public static Estimate ratio(double[] numerators, double[] denominators) {
    int count = numerators.length;
    if (count < 2 || denominators.length != count) {
      throw new IllegalArgumentException(
          count + " and " + denominators.length + " repetitions: expected as many, at least 2");
    }
    double above = 0;
    double below = 0;
    for (int i = 0; i < count; i++) {
      above += numerators[i];
      below += denominators[i];
    }
    double ratio = above / below;
    double squares = 0;
    for (int i = 0; i < count; i++) {
      double residual = numerators[i] - ratio * denominators[i];
      squares += residual * residual;
    }
    double error = Math.sqrt(squares / (count - 1) / count) / (below / count);
    double half = Confidence.t(count) * error;
    return new Estimate(ratio, ratio - half, ratio + half, count);
  }
}
