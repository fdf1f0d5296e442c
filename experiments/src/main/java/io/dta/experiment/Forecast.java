package io.dta.experiment;

import io.dta.experiment.rig.PathFlows;
import io.dta.experiment.rig.PathMemory;
import io.dta.experiment.rig.Setup;
import io.dta.rdma.memory.ProcessMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * How long experiments will take on this machine and whether there is memory for them, from what it
 * does in a second or two.
 */
public final class Forecast {
  private static final long FLOWS = 400_000;
  private static final long LEAST_SLOTS = 1 << 20;
  private static final long MOST_SLOTS = 1 << 25;
  private static final int FEW = 1;
  private static final int MANY = 8;

  /** Memory that a run leaves to the rest of the machine and to the JVM itself. */
  private static final double USABLE = 0.85;

  private final double secondsPerReport;
  private final double secondsPerOperation;
  private final double secondsPerLookup;

  private Forecast(double secondsPerReport, double secondsPerOperation, double secondsPerLookup) {
    this.secondsPerReport = secondsPerReport;
    this.secondsPerOperation = secondsPerOperation;
    this.secondsPerLookup = secondsPerLookup;
  }

  /**
   * Measures this machine's rates.
   *
   * @param trialBytes the memory that trials will have: random access is slower in more of it
   */
  public static Forecast measure(long trialBytes) {
    long wanted = trialBytes / PathMemory.store(1, 1).stride();
    long slots = Long.highestOneBit(Math.clamp(wanted, LEAST_SLOTS, MOST_SLOTS));
    once(slots, FEW); // the JVM warms up
    double[] few = once(slots, FEW);
    double[] many = once(slots, MANY);
    double operation = Math.max(1e-9, (many[0] - few[0]) / (MANY - FEW) / FLOWS);
    return new Forecast(Math.max(1e-9, few[0] / FLOWS - operation), operation, many[1] / FLOWS);
  }

  /** The seconds that writing and looking up take. */
  private static double[] once(long slots, int copies) {
    Lab lab = new Lab(Scale.SMALL, 0, 0, 1);
    try (PathMemory memory =
        new PathMemory(
            lab, PathMemory.store(slots, copies), new PathFlows(16, 1), Setup.DEFAULT, 1)) {
      long begin = processorNs();
      memory.writeUpTo(FLOWS);
      long middle = processorNs();
      memory.lookup(0, FLOWS, FLOWS);
      return new double[] {(middle - begin) / 1e9, (processorNs() - middle) / 1e9};
    }
  }

  /** This thread's time on a processor: other programs must not make the forecast longer. */
  private static long processorNs() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return threads.isCurrentThreadCpuTimeSupported()
        ? threads.getCurrentThreadCpuTime()
        : System.nanoTime();
  }

  /** How long something takes with some threads that have a processor each, in seconds. */
  public double seconds(Cost cost, int threads) {
    return (cost.reports() * secondsPerReport
            + cost.operations() * secondsPerOperation
            + cost.lookups() * secondsPerLookup)
        / threads;
  }

  /** How many reports a second one core translates with two copies, flows and paths included. */
  public double reportsPerSecond() {
    return 1 / (secondsPerReport + 2 * secondsPerOperation);
  }

  /**
   * How many trials may run at a time, with this much memory each.
   *
   * @return 0 where there is not enough memory for one
   */
  public static int threads(long trialBytes, int processors) {
    return (int) Math.min(processors, usableBytes() / Math.max(1, trialBytes));
  }

  /** The memory that a run may have, in bytes. */
  public static long usableBytes() {
    try {
      return Math.round(USABLE * ProcessMemory.availableBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
