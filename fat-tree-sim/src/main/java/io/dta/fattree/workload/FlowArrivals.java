package io.dta.fattree.workload;

/** The flows of a run in the order in which they begin. */
@FunctionalInterface
public interface FlowArrivals {
  /**
   * Describes the next flow.
   *
   * @return false where there is none
   */
  boolean next(FlowDescription flow);
}
