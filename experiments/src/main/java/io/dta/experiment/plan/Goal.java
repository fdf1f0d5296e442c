package io.dta.experiment.plan;

/**
 * What is wanted.
 *
 * @param flows kept at a time: the window
 * @param success the share of queries that find their flow's path, more than 0 and less than 1
 * @param pathLength switches on the longest path, 1 to 64
 * @param oldest whether even the oldest flow of the window is to be found so surely, not only the
 *     average one
 * @param collectors the most collectors to spread the flows over
 */
public record Goal(long flows, double success, int pathLength, boolean oldest, int collectors) {
  private static final long MOST_FLOWS = 1_000_000_000_000L;
  private static final int LONGEST = 64;
  private static final int MOST_COLLECTORS = 64;

  public Goal {
    if (flows < 1 || flows > MOST_FLOWS) {
      throw new IllegalArgumentException(
          "flows %d: expected 1 to %d, such as 100M".formatted(flows, MOST_FLOWS));
    }
    if (!(success > 0 && success < 1)) {
      throw new IllegalArgumentException(
          "success " + success + ": expected more than 0 and less than 1, such as 0.999");
    }
    if (pathLength < 1 || pathLength > LONGEST) {
      throw new IllegalArgumentException(
          "path-length " + pathLength + ": expected 1 to " + LONGEST);
    }
    if (collectors < 1 || collectors > MOST_COLLECTORS) {
      throw new IllegalArgumentException(
          "collectors " + collectors + ": expected 1 to " + MOST_COLLECTORS);
    }
  }
}
