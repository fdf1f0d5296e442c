package io.dta.experiment.plan;

import io.dta.primitives.analysis.QuerySuccess;

/**
 * A way to store the paths of a window of flows.
 *
 * @param copies N
 * @param slots or chunks of each collector, a power of two
 * @param collectors how many
 * @param pathLength switches on the longest path
 * @param flows of the window
 */
public record Layout(
    Scheme scheme, int copies, long slots, int collectors, int pathLength, long flows) {
  /** The memory of all collectors in bytes. */
  public long bytes() {
    return slots * collectors * scheme.slotBytes(pathLength);
  }

  public double bytesPerFlow() {
    return (double) bytes() / flows;
  }

  /** RDMA WRITEs for a flow. */
  public int writesPerFlow() {
    return copies;
  }

  /** Reports that switches send for a flow. */
  public int reportsPerFlow() {
    return scheme.reportsPerFlow(pathLength);
  }

  /** α of the whole window. */
  public double load() {
    return (double) flows / slots / collectors;
  }

  /** The share found of all flows of the window, by the closed form. */
  public double average() {
    return QuerySuccess.foundInWindow(load(), copies);
  }

  /** The share found of the window's oldest flows, by the closed form. */
  public double oldest() {
    return QuerySuccess.found(load(), copies);
  }
}
