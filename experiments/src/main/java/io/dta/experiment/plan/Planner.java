package io.dta.experiment.plan;

import io.dta.primitives.analysis.MemoryNeed;
import io.dta.primitives.analysis.QuerySuccess;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds the layouts that reach a goal with the least memory. */
public final class Planner {
  private static final int MOST_COPIES = 8;
  private static final long MOST_SLOTS = 1L << 32;

  private Planner() {}

  /**
   * All layouts that reach a goal, the cheapest first; of each scheme and redundancy the one with
   * the least memory, of as few collectors as possible. Slots come in powers of two, so that two or
   * three collectors may take less memory than one.
   */
  public static List<Layout> plan(Goal goal) {
    List<Layout> layouts = new ArrayList<>();
    for (Scheme scheme : Scheme.values()) {
      if (scheme.holds(goal.pathLength())) {
        for (int copies = 1; copies <= MOST_COPIES; copies++) {
          Layout layout = cheapest(goal, scheme, copies);
          if (layout != null) {
            layouts.add(layout);
          }
        }
      }
    }
    layouts.sort(
        Comparator.comparingLong(Layout::bytes)
            .thenComparingInt(Layout::writesPerFlow)
            .thenComparingInt(Layout::reportsPerFlow));
    return layouts;
  }

  private static Layout cheapest(Goal goal, Scheme scheme, int copies) {
    double load =
        MemoryNeed.load(
            goal.success(),
            alpha ->
                goal.oldest()
                    ? QuerySuccess.found(alpha, copies)
                    : QuerySuccess.foundInWindow(alpha, copies));
    double wanted = goal.flows() / load;
    Layout best = null;
    for (int collectors = 1; collectors <= goal.collectors(); collectors++) {
      double each = Math.ceil(wanted / collectors);
      if (each <= MOST_SLOTS) {
        long slots = powerOfTwo((long) each);
        Layout layout =
            new Layout(scheme, copies, slots, collectors, goal.pathLength(), goal.flows());
        if (best == null || layout.bytes() < best.bytes()) {
          best = layout;
        }
      }
    }
    return best;
  }

  private static long powerOfTwo(long atLeast) {
    return atLeast <= 1 ? 1 : Long.highestOneBit(atLeast - 1) << 1;
  }
}
