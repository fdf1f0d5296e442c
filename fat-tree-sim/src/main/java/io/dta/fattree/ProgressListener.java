package io.dta.fattree;

import io.dta.fattree.send.SendCounters;
import io.dta.fattree.telemetry.EventType;

/** Is told how far a run is; called on the thread of the run, many times. */
@FunctionalInterface
public interface ProgressListener {
  /**
   * Says how far the run is.
   *
   * @param flows whose reports were sent
   * @param of all flows
   * @param reports sent so far, retransmissions included
   */
  void onProgress(int flows, int of, long reports);

  /**
   * Something happened to a flow at a switch.
   *
   * @param detail as {@link EventType} says
   */
  default void onIncident(EventType type, int detail) {}

  /** What was sent so far, from time to time. */
  default void onReports(SendCounters counters) {}
}
