package io.dta.collector.event;

/**
 * Told of events, on a thread of its own: it may take its time, and misses what more than fits its
 * queue happens meanwhile.
 */
@FunctionalInterface
public interface EventSubscriber {
  /** An event; in the order of their ids. */
  void onEvent(ImmediateEvent event);

  /**
   * Events were missed because the queue was full.
   *
   * @param events how many since the last event
   */
  default void onMissed(long events) {}
}
