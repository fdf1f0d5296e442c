package io.dta.fattree.failure;

import io.dta.fattree.topology.FatTree;
import io.dta.fattree.topology.Link;
import java.util.Comparator;
import java.util.List;

/**
 * What fails and is repaired, and when; after each change the switches route on for a time as if
 * nothing had happened, then they know.
 *
 * @param changes by time, in the order of the list where times are equal
 * @param convergence picoseconds from a change until all switches route by it, from 0
 */
public record FailurePlan(List<Change> changes, long convergence) {
  /** Nothing fails. */
  public static final FailurePlan NONE = new FailurePlan(List.of(), 0);

  /**
   * A change of a cable or of a switch.
   *
   * @param time in picoseconds
   * @param link the cable; null where it is a switch
   * @param switchId the switch; 0 where it is a cable
   * @param up false where it fails, true where it is repaired
   */
  public record Change(long time, Link link, int switchId, boolean up) {
    public static Change ofLink(long time, int lower, int upper, boolean up) {
      return new Change(time, new Link(lower, upper), 0, up);
    }

    public static Change ofSwitch(long time, int switchId, boolean up) {
      return new Change(time, null, switchId, up);
    }
  }

  public FailurePlan {
    changes = changes.stream().sorted(Comparator.comparingLong(Change::time)).toList();
    if (convergence < 0) {
      throw new IllegalArgumentException("convergence " + convergence + ": expected 0 or more");
    }
  }

  /**
   * Checks that all of it exists.
   *
   * @throws IllegalArgumentException naming what does not
   */
  public void check(FatTree tree) {
    for (Change change : changes) {
      if (change.time < 0) {
        throw new IllegalArgumentException(change + ": expected a time from 0");
      }
      if (change.link == null) {
        tree.role(change.switchId);
      } else if (!tree.linked(change.link.lower(), change.link.upper())) {
        throw new IllegalArgumentException(
            "no cable joins %s and %s"
                .formatted(tree.name(change.link.lower()), tree.name(change.link.upper())));
      }
    }
  }
}
