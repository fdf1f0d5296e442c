package io.dta.experiment.plan;

import io.dta.experiment.Lab;
import io.dta.experiment.rig.PathFlows;
import io.dta.experiment.rig.PathMemory;
import io.dta.experiment.rig.PostcardMemory;
import io.dta.experiment.rig.Setup;
import io.dta.experiment.rig.Tally;
import io.dta.experiment.statistics.Estimate;
import io.dta.experiment.statistics.Proportion;
import io.dta.experiment.statistics.SharedWrites;
import io.dta.primitives.analysis.QuerySuccess;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PostcardingStore;

/**
 * A scheme's success at a load, on engine and readers, in as much memory as is needed to measure
 * it: success depends on the load and not on the size.
 */
public final class Simulation {
  private static final int LEAST_BITS = 16;

  /** Low loads would take much memory, so that fewer flows have to do. */
  private static final int MOST_SLOTS_PER_FLOW = 32;

  private static final int K = 16;

  /** Look-ups enough for any success that can be asked for. */
  private static final long MOST_LOOKUPS = 1L << 22;

  /**
   * What a simulation found.
   *
   * @param flows written
   * @param slots that they were written to
   * @param closedForm the share to be found of all flows, or of the oldest ones
   * @param measured what was found
   */
  public record Result(long flows, long slots, double closedForm, Estimate measured) {}

  private Simulation() {}

  /** Slots for about {@code flows} flows. */
  private static long slots(double load, long flows) {
    double slots = Math.min(flows / load, (double) flows * MOST_SLOTS_PER_FLOW);
    int bits = Long.SIZE - Long.numberOfLeadingZeros((long) slots - 1);
    return 1L << Math.max(bits, LEAST_BITS);
  }

  /** The memory that {@link #run} takes, in bytes. */
  public static long bytes(Scheme scheme, int pathLength, double load, long flows) {
    return slots(load, flows) * scheme.slotBytes(pathLength);
  }

  /**
   * Writes the flows of a window and looks them up, evenly spread ones where there are more than
   * four million.
   *
   * @param load α of the whole window
   * @param flows about how many to write
   * @param oldest whether to look at the oldest sixteenth of them only
   */
  public static Result run(
      Lab lab,
      Scheme scheme,
      int copies,
      int pathLength,
      double load,
      long flows,
      boolean oldest,
      long seed) {
    long slots = slots(load, flows);
    long wanted = Math.max(16, Math.round(load * slots));
    PathFlows paths = new PathFlows(K, seed);
    long written;
    Tally tally;
    if (scheme == Scheme.KEY_WRITE) {
      KeyWriteStore store = (KeyWriteStore) scheme.store(slots, copies, pathLength);
      try (PathMemory memory = new PathMemory(lab, store, paths, Setup.DEFAULT, seed)) {
        memory.writeUpTo(wanted);
        written = memory.written();
        tally = memory.lookup(0, oldest ? wanted / 16 : wanted, MOST_LOOKUPS);
      }
    } else {
      PostcardingStore store = (PostcardingStore) scheme.store(slots, copies, pathLength);
      // One flow in sixteen stays within its pod, has fewer hops and is passed over.
      long numbers = wanted * 16 / 15;
      try (PostcardMemory memory = new PostcardMemory(lab, store, paths)) {
        memory.writeUpTo(numbers);
        written = memory.written();
        tally = memory.lookup(0, oldest ? numbers / 16 : numbers, MOST_LOOKUPS, store);
      }
    }
    return result(copies, slots, written, oldest, tally);
  }

  private static Result result(int copies, long slots, long written, boolean oldest, Tally tally) {
    double load = (double) written / slots;
    double effect = SharedWrites.designEffectOfWindow(load, copies, (double) tally.asked() / slots);
    double all = QuerySuccess.expectedShare(written, slots, copies);
    // Of K flows the oldest sixteenth are found in K · all − the rest's.
    long oldestFlows = Math.max(1, written / 16);
    long rest = written - oldestFlows;
    double closed =
        oldest && rest > 0
            ? (written * all - rest * QuerySuccess.expectedShare(rest, slots, copies)) / oldestFlows
            : all;
    return new Result(written, slots, closed, Proportion.of(tally.right(), tally.asked(), effect));
  }
}
