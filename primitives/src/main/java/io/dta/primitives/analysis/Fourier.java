package io.dta.primitives.analysis;

/**
 * The discrete Fourier transform, in place: X[k] = Σ x[j] · exp(−2πi·jk/n), by Cooley and Tukey's
 * algorithm for n a power of two.
 */
final class Fourier {
  private Fourier() {}

  /**
   * Transforms.
   *
   * @param re the real parts, as many as a power of two
   * @param im the imaginary parts, as many
   */
  static void transform(double[] re, double[] im) {
    int n = re.length;
    reverse(re, im);
    double[] cosines = new double[n / 2];
    double[] sines = new double[n / 2];
    for (int i = 0; i < n / 2; i++) {
      cosines[i] = Math.cos(2 * Math.PI * i / n);
      sines[i] = -Math.sin(2 * Math.PI * i / n);
    }
    for (int half = 1; half < n; half *= 2) {
      int step = n / (2 * half);
      for (int block = 0; block < n; block += 2 * half) {
        for (int i = 0; i < half; i++) {
          int low = block + i;
          int high = low + half;
          double c = cosines[i * step];
          double s = sines[i * step];
          double r = re[high] * c - im[high] * s;
          double m = re[high] * s + im[high] * c;
          re[high] = re[low] - r;
          im[high] = im[low] - m;
          re[low] += r;
          im[low] += m;
        }
      }
    }
  }

  /** Puts every element where its index with its bits reversed says. */
  private static void reverse(double[] re, double[] im) {
    int n = re.length;
    int shift = Integer.numberOfLeadingZeros(n) + 1;
    for (int i = 1; i < n; i++) {
      int other = Integer.reverse(i) >>> shift;
      if (i < other) {
        double swap = re[i];
        re[i] = re[other];
        re[other] = swap;
        swap = im[i];
        im[i] = im[other];
        im[other] = swap;
      }
    }
  }
}
