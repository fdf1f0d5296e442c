package io.dta.experiment.rig;

/** Something that counts flows and can be asked for their counts. For one thread. */
public interface FlowCounter extends AutoCloseable {
  /**
   * Counts the flow that {@code flows} is at.
   *
   * @param reporter the number of the switch that counts it
   * @param count how much is added, at least 1
   */
  void add(int reporter, PathFlows flows, long count);

  /** Waits until all is in memory; to be called once, before anything is asked. */
  void finish();

  /** The count of the flow that {@code flows} is at. */
  long estimate(PathFlows flows);

  /** The memory of the counters in bytes. */
  long bytes();

  @Override
  void close();
}
