package io.dta.fattree.workload;

/**
 * Who sends to whom. Immutable; a draw follows from the random numbers that it is given.
 *
 * <p>Flows come in bursts that begin together: of one flow, or of an incast's many.
 */
public interface TrafficMatrix {
  /** The flows of a burst. */
  default int burst() {
    return 1;
  }

  /**
   * The hosts of a flow, which differ.
   *
   * @param random at the same place for every member of a burst
   * @param member 0 to {@link #burst} − 1
   * @return the source's number in the high 32 bits, the destination's in the low ones
   */
  long draw(SplitMix64 random, int member);

  /**
   * The share of all flows that the busiest link between a host and its switch carries in one
   * direction: what load refers to.
   */
  double busiestShare();

  /** A pair of hosts in a long. */
  static long pair(int source, int destination) {
    return (long) source << 32 | destination;
  }
}
