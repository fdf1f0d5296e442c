package io.dta.fattree.scenario;

import io.dta.fattree.event.SimTime;
import io.dta.fattree.failure.FailurePlan;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.topology.Link;
import io.dta.node.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The section {@code failures}.
 *
 * @param convergence from a change until all switches route by it; 1 ms where left out
 * @param events what fails and is repaired, and when
 */
record FailureSettings(Duration convergence, List<Event> events) {
  /**
   * A change.
   *
   * @param at when
   * @param fails a switch, such as {@code agg-0.1}, or a cable, two of them: {@code agg-0.1 core-2}
   * @param repairs the same, where it comes back
   */
  record Event(Duration at, String fails, String repairs) {
    Event {
      if (at == null || at.isNegative()) {
        throw new IllegalArgumentException("at " + at + ": expected a time such as 5ms");
      }
      if ((fails == null) == (repairs == null)) {
        throw new IllegalArgumentException(
            "fails, repairs: expected one of them, with a switch (agg-0.1) or a cable (agg-0.1"
                + " core-2)");
      }
    }

    String what() {
      return fails == null ? repairs : fails;
    }
  }

  FailureSettings {
    convergence = convergence == null ? Duration.ofMillis(1) : convergence;
    events = events == null ? List.of() : List.copyOf(events);
  }

  FailurePlan plan(FatTree tree) {
    List<FailurePlan.Change> changes = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      try {
        changes.add(change(tree, event));
        new FailurePlan(List.of(changes.getLast()), 0).check(tree);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "failures.events[%d] '%s': %s".formatted(i, event.what(), e.getMessage()), e);
      }
    }
    FailurePlan plan = new FailurePlan(changes, Checks.picos(convergence));
    checkOrder(tree, plan);
    return plan;
  }

  /** What comes back has failed before, and nothing fails twice. */
  private static void checkOrder(FatTree tree, FailurePlan plan) {
    Set<String> down = new HashSet<>();
    for (FailurePlan.Change change : plan.changes()) {
      Link link = change.link();
      String what =
          link == null
              ? tree.name(change.switchId())
              : tree.name(link.lower()) + " " + tree.name(link.upper());
      boolean changes = change.up() ? down.remove(what) : down.add(what);
      if (!changes) {
        throw new IllegalArgumentException(
            "failures.events: '%s' %s at %s, but it is %s then: expected %s"
                .formatted(
                    what,
                    change.up() ? "is repaired" : "fails",
                    Durations.print(Duration.ofNanos(SimTime.toNanos(change.time()))),
                    change.up() ? "up" : "down",
                    change.up() ? "that it fails before" : "that it is repaired in between"));
      }
    }
  }

  private static FailurePlan.Change change(FatTree tree, Event event) {
    long time = Checks.picos(event.at);
    boolean up = event.repairs != null;
    String[] names = event.what().strip().split("\\s+", -1);
    if (names.length == 1) {
      return FailurePlan.Change.ofSwitch(time, tree.switchOf(names[0]), up);
    }
    if (names.length != 2) {
      throw new IllegalArgumentException("expected a switch, or two for a cable");
    }
    int one = tree.switchOf(names[0]);
    int other = tree.switchOf(names[1]);
    // Switches are numbered from the core down.
    return FailurePlan.Change.ofLink(time, Math.max(one, other), Math.min(one, other), up);
  }
}
