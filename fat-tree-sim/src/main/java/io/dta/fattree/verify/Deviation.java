package io.dta.fattree.verify;

import java.util.Arrays;

/**
 * How far answers that are numbers are from the truth, up or down.
 *
 * @param unit of all that follows
 * @param answers that there were
 * @param mean over them
 * @param p99 which 99 % of them are off by at most
 * @param most that any is off by
 * @param bound which theory says; of several epochs the greatest; null where it says nothing
 * @param beyond answers that are beyond their bound
 * @param risk at most the probability that an answer is beyond its bound; null where there is none
 */
public record Deviation(
    String unit,
    long answers,
    double mean,
    double p99,
    double most,
    Double bound,
    long beyond,
    Double risk) {
  private static final int INITIAL_CAPACITY = 64;
  private static final double P99 = 0.99;

  /** Collects what one is made of. */
  static final class Collected {
    private final String unit;
    private double[] values = new double[INITIAL_CAPACITY];
    private int size;
    private double sum;
    private Double bound;
    private long beyond;
    private Double risk;

    Collected(String unit) {
      this.unit = unit;
    }

    /** An answer that no bound is known for. */
    void add(double off) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      double distance = Math.abs(off);
      values[size++] = distance;
      sum += distance;
    }

    /** What theory says of the answers that follow, each of which is added with it. */
    void bound(double most, double probability) {
      bound = bound == null ? most : Math.max(bound, most);
      risk = probability;
    }

    /** An answer that should be off by at most so much; whether it is. */
    boolean add(double off, double most) {
      add(off);
      boolean within = Math.abs(off) <= most;
      beyond += within ? 0 : 1;
      return within;
    }

    Deviation end() {
      double[] sorted = Arrays.copyOf(values, size);
      Arrays.sort(sorted);
      return new Deviation(
          unit,
          size,
          size == 0 ? 0 : sum / size,
          size == 0 ? 0 : sorted[(int) Math.ceil(P99 * size) - 1],
          size == 0 ? 0 : sorted[size - 1],
          bound,
          beyond,
          risk);
    }
  }
}
