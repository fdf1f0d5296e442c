package io.dta.rdma.roce;

/**
 * DCQCN's reaction point (Zhu et al., "Congestion Control for Large-Scale RDMA Deployments",
 * SIGCOMM 2015, section 3 and figure 7): congestion notification packets lower the rate of a queue
 * pair, time and bytes without one raise it again.
 *
 * <pre>
 *   notification      target = current;  current *= 1 - alpha / 2;  alpha = (1 - g) alpha + g
 *   55 us without one                                               alpha = (1 - g) alpha
 *   every 55 us, and every 10 MB, since the last notification:
 *     fast recovery, 5 times                            current = (target + current) / 2
 *     additive increase      target += 40 Mb/s;         current = (target + current) / 2
 *     hyper increase, once both have come 5 times
 *                            target += i * 400 Mb/s;    current = (target + current) / 2
 * </pre>
 *
 * <p>An RNIC begins at the rate of its link. A sender in software does not know that, and what it
 * sends is mostly far below: here the first notification lowers the rate that was sent at in the
 * last milliseconds. The limit ends when it reaches {@link #LINE_RATE}. While there is none, a
 * packet costs nothing and a poll two comparisons.
 */
final class ReactionPoint {
  /** Where the limit ends: 100 Gb/s in bytes a second. */
  static final double LINE_RATE = 100e9 / 8;

  /** What a queue pair keeps however many notifications come: 10 Mb/s in bytes a second. */
  static final double MINIMUM_RATE = 10e6 / 8;

  /** The timer of alpha and that of increases, in nanoseconds. */
  static final long TIMER_NS = 55_000;

  /** Increases come as often as so many bytes, too. */
  static final long BYTE_COUNTER = 10_000_000;

  static final int FAST_RECOVERY = 5;
  static final double ADDITIVE_INCREASE = 40e6 / 8;
  static final double HYPER_INCREASE = 400e6 / 8;
  private static final double G = 1.0 / 256;

  /** After so many timers nothing is left to raise: more are not caught up with. */
  private static final int MOST_TIMERS = 4096;

  private static final long MEASURE_NS = 1_000_000;

  /** How much may leave at once: what the rate gives in this time, or some packets. */
  private static final double BURST_SECONDS = 100e-6;

  private static final double LEAST_BURST = 4 * RoceHeaders.MAX_PACKET;

  private double measuredRate;
  private long measuredSinceNs = Long.MIN_VALUE;
  private long measuredSinceBytes;

  private boolean limiting;
  private double current;
  private double target;
  private double alpha = 1;
  private long alphaTimerNs;
  private long increaseTimerNs;
  private long increaseBytes;
  private int timerStages;
  private int byteStages;
  private double tokens;
  private long refilledNs;
  private long chargedBytes;

  /**
   * A congestion notification packet has come. The notification point sends one in 50 µs at most.
   *
   * @param sentBytes how many bytes were sent so far
   */
  void onNotification(long nowNs, long sentBytes) {
    advance(nowNs, sentBytes);
    if (!limiting) {
      limiting = true;
      alpha = 1;
      current = Math.max(rateNow(nowNs, sentBytes), MINIMUM_RATE);
      tokens = 0;
      refilledNs = nowNs;
      chargedBytes = sentBytes;
    }
    target = current;
    current = Math.max(current * (1 - alpha / 2), MINIMUM_RATE);
    alpha = (1 - G) * alpha + G;
    alphaTimerNs = nowNs;
    increaseTimerNs = nowNs;
    increaseBytes = sentBytes;
    timerStages = 0;
    byteStages = 0;
  }

  /** What was sent at in the last whole millisecond, or in the one that has begun. */
  private double rateNow(long nowNs, long sentBytes) {
    long elapsed = Math.max(nowNs - measuredSinceNs, TIMER_NS);
    return Math.max(measuredRate, (sentBytes - measuredSinceBytes) * 1e9 / elapsed);
  }

  /** Moves the clock; to be called at every poll. */
  void advance(long nowNs, long sentBytes) {
    if (limiting) {
      charge(nowNs, sentBytes);
      decay(nowNs);
      increase(nowNs, sentBytes);
    } else if (nowNs - measuredSinceNs >= MEASURE_NS || measuredSinceNs == Long.MIN_VALUE) {
      if (measuredSinceNs != Long.MIN_VALUE) {
        measuredRate = (sentBytes - measuredSinceBytes) * 1e9 / (nowNs - measuredSinceNs);
      }
      measuredSinceNs = nowNs;
      measuredSinceBytes = sentBytes;
    }
  }

  private void charge(long nowNs, long sentBytes) {
    double earned = current * (nowNs - refilledNs) / 1e9;
    double most = Math.max(current * BURST_SECONDS, LEAST_BURST);
    tokens = Math.min(tokens + earned, most) - (sentBytes - chargedBytes);
    refilledNs = nowNs;
    chargedBytes = sentBytes;
  }

  private void decay(long nowNs) {
    long timers = (nowNs - alphaTimerNs) / TIMER_NS;
    if (timers > 0) {
      alpha *= Math.pow(1 - G, (double) timers);
      alphaTimerNs += timers * TIMER_NS;
    }
  }

  private void increase(long nowNs, long sentBytes) {
    long timers = (nowNs - increaseTimerNs) / TIMER_NS;
    increaseTimerNs += timers * TIMER_NS;
    for (long i = Math.min(timers, MOST_TIMERS); i > 0 && limiting; i--) {
      timerStages++;
      increase();
    }
    while (limiting && sentBytes - increaseBytes >= BYTE_COUNTER) {
      increaseBytes += BYTE_COUNTER;
      byteStages++;
      increase();
    }
    if (!limiting) {
      measuredSinceNs = nowNs;
      measuredSinceBytes = sentBytes;
    }
  }

  private void increase() {
    if (Math.min(timerStages, byteStages) > FAST_RECOVERY) {
      target += (Math.min(timerStages, byteStages) - FAST_RECOVERY) * HYPER_INCREASE;
    } else if (Math.max(timerStages, byteStages) > FAST_RECOVERY) {
      target += ADDITIVE_INCREASE;
    }
    target = Math.min(target, LINE_RATE);
    current = (target + current) / 2;
    if (current > 0.999 * LINE_RATE) {
      limiting = false;
      measuredRate = current;
    }
  }

  /** Whether less may be sent than there is. */
  boolean isLimiting() {
    return limiting;
  }

  /**
   * How many bytes may leave, as of the last {@link #advance} and what was sent since; none where
   * that is not above 0.
   */
  double budget(long sentBytes) {
    return tokens - (sentBytes - chargedBytes);
  }

  /** The limit in bits a second; 0 where there is none. */
  long bitsPerSecond() {
    return limiting ? (long) (current * 8) : 0;
  }
}
