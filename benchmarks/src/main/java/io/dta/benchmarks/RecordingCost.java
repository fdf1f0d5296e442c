package io.dta.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;

/**
 * What recording costs a Key-Write report: engines as they are and engines with the recording cut
 * out take turns on one thread, and are timed by that thread's CPU time, so that what else the
 * machine does meets both alike.
 */
final class RecordingCost {
  private static final int WARM_UP = 300;
  private static final int ROUNDS = 1000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private RecordingCost() {}

  /** Prints quartiles of ns a report, with, without, and of the differences round by round. */
  public static void main(String[] arguments) {
    double[] with = new double[ROUNDS];
    double[] without = new double[ROUNDS];
    double[] differences = new double[ROUNDS];
    // Of two equal engines the one that was loaded first is a few ns slower or faster than the
    // other; in this order that is in both means.
    try (KeyWriteJob on = RecordingSwitch.on();
        KeyWriteJob off = RecordingSwitch.off();
        KeyWriteJob otherOff = RecordingSwitch.off();
        KeyWriteJob otherOn = RecordingSwitch.on()) {
      KeyWriteJob[] jobs = {on, off, otherOff, otherOn};
      double[] times = new double[jobs.length];
      for (int round = -WARM_UP; round < ROUNDS; round++) {
        for (int i = 0; i < jobs.length; i++) {
          // Who goes first changes, as each finds the caches as the one before has left them.
          int turn = (round & 1) == 0 ? i : jobs.length - 1 - i;
          times[turn] = nanosPerReport(jobs[turn]);
        }
        if (round >= 0) {
          with[round] = (times[0] + times[3]) / 2;
          without[round] = (times[1] + times[2]) / 2;
          differences[round] = with[round] - without[round];
        }
      }
      if (on.recorded() != (WARM_UP + ROUNDS) * (long) MetricsBenchmark.REPORTS
          || off.recorded() != 0) {
        throw new IllegalStateException(
            "recorded %d and %d".formatted(on.recorded(), off.recorded()));
      }
    }
    System.out.printf("ns of CPU a report      quarter    median  3 quarters%n");
    print("recording", with);
    print("nothing recorded", without);
    print("difference", differences);
  }

  private static double nanosPerReport(KeyWriteJob job) {
    long began = THREADS.getCurrentThreadCpuTime();
    job.run();
    return (double) (THREADS.getCurrentThreadCpuTime() - began) / MetricsBenchmark.REPORTS;
  }

  private static void print(String what, double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    System.out.printf(
        Locale.ROOT,
        "%-20s %10.1f %9.1f %11.1f%n",
        what,
        sorted[ROUNDS / 4],
        sorted[ROUNDS / 2],
        sorted[3 * ROUNDS / 4]);
  }
}
