package io.dta.node;

import java.util.List;

/**
 * Whether a node can do its work, as {@code GET /readyz} says it.
 *
 * @param ready whether it can
 * @param reasons why not, one sentence each; empty where it can
 */
public record Readiness(boolean ready, List<String> reasons) {
  public static final Readiness READY = new Readiness(true, List.of());

  public Readiness {
    reasons = List.copyOf(reasons);
    if (ready != reasons.isEmpty()) {
      throw new IllegalArgumentException(
          "a node is ready exactly where there is no reason why not: " + reasons);
    }
  }

  /** Not ready, for these reasons; ready where there are none. */
  public static Readiness of(List<String> reasons) {
    return new Readiness(reasons.isEmpty(), reasons);
  }
}
