package io.dta.fattree.network;

import java.util.Arrays;

/**
 * How many packets each flow may have in flight: DCTCP (RFC 8257) over TCP's slow start, congestion
 * avoidance and halving (RFC 5681), counted in packets; or a fixed number.
 *
 * <pre>
 * each window of data:  α ← (1 − g)·α + g·(share of its packets that were marked),  g = 1/16
 * marked:               window ← window · (1 − α/2), once a window
 * lost:                 window ← window / 2, once a window;  timeout: window ← 1
 * </pre>
 *
 * <p>Only sums, products and quotients of doubles, which are the same on every machine.
 */
final class CongestionWindows {
  private static final double GAIN = 1.0 / 16;
  private static final double LEAST = 2;

  private final boolean fixed;
  private final int initial;
  private final int max;
  private double[] window = new double[0];
  private double[] slowStartEnd = new double[0];
  private double[] alpha = new double[0];

  /** Of the window of data that is measured: what came, how much of it marked, where it ends. */
  private int[] counted = new int[0];

  private int[] marked = new int[0];
  private int[] measuredTo = new int[0];

  /** No further reduction until this packet came. */
  private int[] reducedTo = new int[0];

  CongestionWindows(TransportSettings settings) {
    fixed = settings.kind() == TransportSettings.Kind.FIXED_WINDOW;
    initial = settings.initialWindow();
    max = settings.maxWindow();
  }

  void grow(int flows) {
    window = Arrays.copyOf(window, flows);
    slowStartEnd = Arrays.copyOf(slowStartEnd, flows);
    alpha = Arrays.copyOf(alpha, flows);
    counted = Arrays.copyOf(counted, flows);
    marked = Arrays.copyOf(marked, flows);
    measuredTo = Arrays.copyOf(measuredTo, flows);
    reducedTo = Arrays.copyOf(reducedTo, flows);
  }

  void start(int flow) {
    window[flow] = initial;
    slowStartEnd[flow] = max;
    alpha[flow] = 1;
    counted[flow] = 0;
    marked[flow] = 0;
    measuredTo[flow] = 0;
    reducedTo[flow] = 0;
  }

  int packets(int flow) {
    return (int) window[flow];
  }

  /**
   * Packets came.
   *
   * @param news how many
   * @param echo whether they were marked
   * @param first the first packet that has not come
   * @param next the first packet that was never sent
   */
  void onProgress(int flow, int news, boolean echo, int first, int next) {
    if (fixed) {
      return;
    }
    counted[flow] += news;
    marked[flow] += echo ? news : 0;
    if (first > measuredTo[flow]) {
      double share = (double) marked[flow] / counted[flow];
      alpha[flow] = (1 - GAIN) * alpha[flow] + GAIN * share;
      counted[flow] = 0;
      marked[flow] = 0;
      measuredTo[flow] = next;
    }
    if (echo) {
      reduce(flow, 1 - alpha[flow] / 2, first, next);
    } else {
      double growth = window[flow] < slowStartEnd[flow] ? news : news / window[flow];
      window[flow] = Math.min(max, window[flow] + growth);
    }
  }

  void onLoss(int flow, int first, int next) {
    if (!fixed) {
      reduce(flow, 0.5, first, next);
    }
  }

  private void reduce(int flow, double factor, int first, int next) {
    if (first >= reducedTo[flow]) {
      window[flow] = Math.max(LEAST, window[flow] * factor);
      slowStartEnd[flow] = window[flow];
      reducedTo[flow] = next;
    }
  }

  void onTimeout(int flow, int next) {
    if (!fixed) {
      slowStartEnd[flow] = Math.max(LEAST, window[flow] / 2);
      window[flow] = 1;
      reducedTo[flow] = next;
    }
  }
}
