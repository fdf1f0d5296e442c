package io.dta.primitives.analysis;

/**
 * What other keys leave in a cell that is one of C: the distribution of the sum of the counts of
 * those that chance puts there. It says how far a count is off exactly, where {@link
 * KeyIncrementBounds}, {@link CountMinBounds} and {@link CountSketchBounds} give bounds for any
 * workload.
 *
 * <p>A key with the count s is in the cell with the probability 1/C, so the sum X has the
 * generating function Π (1 + (z^s − 1)/C). Its logarithm, up to terms of 1/C³, is
 *
 * <pre>
 * (H(z) − F)/C − (H(z²) − 2·H(z) + F)/(2C²),  H(z) = Σ z^s over all F keys
 * </pre>
 *
 * <p>and a Fourier transform of its values around a circle gives the probabilities. The circle has
 * a radius below 1, so that sums which do not fit into the table fade instead of coming round (J.
 * Abate and W. Whitt, "Numerical inversion of probability generating functions", 1992). With random
 * signs (Count Sketch) z^s becomes (z^s + z^−s)/2 on the unit circle, and a sum that is larger than
 * the table comes round with a share of {@code 2x / length}.
 */
public final class CellLoad {
  /** What is left of a sum that comes round once. */
  private static final double FADING = 1e-8;

  /** below[x] is P(X ≤ x), or with signs P(|X| ≤ x). */
  private final double[] below;

  private CellLoad(double[] below) {
    this.below = below;
  }

  /**
   * Cells that counts are added to.
   *
   * @param counts of all keys, each at least 1
   * @param throwsPerKey into how many of the cells each key goes
   * @param cells C
   * @param length of the table, a power of two: sums below it can be asked for
   */
  public static CellLoad added(long[] counts, int throwsPerKey, long cells, int length) {
    double radius = Math.pow(FADING, 1.0 / length);
    double[] one = histogram(counts, 1, radius, length);
    double[] two = histogram(counts, 2, radius, length);
    double[] oneIm = new double[length];
    double[] twoIm = new double[length];
    Fourier.transform(one, oneIm);
    Fourier.transform(two, twoIm);
    double first = throwsPerKey * (1.0 / cells + 1.0 / cells / cells);
    double second = -throwsPerKey / 2.0 / cells / cells;
    double constant =
        -(throwsPerKey * (double) counts.length) * (1.0 / cells + 0.5 / cells / cells);
    for (int k = 0; k < length; k++) {
      double re = constant + first * one[k] + second * two[k];
      double im = first * oneIm[k] + second * twoIm[k];
      double size = Math.exp(re);
      // The inverse transform is the transform of the conjugate, over the length.
      one[k] = size * Math.cos(im);
      oneIm[k] = -size * Math.sin(im);
    }
    Fourier.transform(one, oneIm);
    double sum = 0;
    double weight = 1.0 / length;
    for (int x = 0; x < length; x++) {
      sum += one[x] * weight;
      weight /= radius;
      one[x] = Math.clamp(sum, 0.0, 1.0);
    }
    return new CellLoad(one);
  }

  /**
   * Cells that counts are added to or subtracted from, each with an even chance.
   *
   * @param counts of all keys, each at least 1
   * @param cells C
   * @param length of the table, a power of two, much larger than what is asked for
   */
  public static CellLoad signed(long[] counts, long cells, int length) {
    double[] one = histogram(counts, 1, 1, length / 2, length);
    double[] im = new double[length];
    Fourier.transform(one, im);
    double flows = counts.length;
    double[] re = new double[length];
    for (int k = 0; k < length; k++) {
      double cosines = one[k] - flows;
      double squares = (flows + one[2 * k % length]) / 2 - 2 * one[k] + flows;
      re[k] = Math.exp(cosines / cells - squares / 2 / cells / cells);
      im[k] = 0;
    }
    Fourier.transform(re, im);
    double sum = 0;
    double[] below = new double[length / 2];
    for (int x = 0; x < below.length; x++) {
      sum += (x == 0 ? 1 : 2) * re[x] / length;
      below[x] = Math.clamp(sum, 0.0, 1.0);
    }
    return new CellLoad(below);
  }

  private static double[] histogram(long[] counts, int times, double radius, int length) {
    return histogram(counts, times, radius, length, length);
  }

  /** How many keys have each count, weighted by radius^count; those from {@code end} on by 0. */
  private static double[] histogram(long[] counts, int times, double radius, int end, int length) {
    double[] histogram = new double[length];
    for (long count : counts) {
      if (times * count < end) {
        histogram[(int) (times * count)]++;
      }
    }
    if (radius != 1) {
      double weight = 1;
      for (int i = 0; i < end; i++) {
        histogram[i] *= weight;
        weight *= radius;
      }
    }
    return histogram;
  }

  /** The largest sum that can be asked for. */
  public int most() {
    return below.length - 1;
  }

  /** P(X &gt; x): that the cell is off by more than x. */
  public double exceeds(int x) {
    return 1 - below[x];
  }

  /** The probability that the least of so many cells of a key is off by more than x. */
  public double leastExceeds(int copies, int x) {
    return Math.pow(exceeds(x), copies);
  }

  /**
   * The probability that the median of so many signed cells of a key, an odd number, is off by more
   * than x to either side.
   */
  public double medianExceeds(int rows, int x) {
    double oneSide = exceeds(x) / 2;
    double probability = 0;
    for (int off = (rows + 1) / 2; off <= rows; off++) {
      probability +=
          QuerySuccess.binomial(rows, off)
              * Math.pow(oneSide, off)
              * Math.pow(1 - oneSide, rows - off);
    }
    return 2 * probability;
  }
}
