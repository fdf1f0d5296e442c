package io.dta.collector.event;

/** A subscription with a thread of its own. */
public final class EventSubscription implements AutoCloseable {
  private final EventQueue queue;
  private final Thread thread;

  EventSubscription(EventQueue queue, Thread thread) {
    this.queue = queue;
    this.thread = thread;
  }

  /** Whether the subscriber is still told of events. */
  public boolean isActive() {
    return !queue.ended();
  }

  /**
   * Ends the subscription, without what waits in its queue. Returns when the subscriber is not
   * being told any more, unless it is the subscriber that calls.
   */
  @Override
  public void close() {
    queue.close();
    boolean interrupted = false;
    while (thread.isAlive() && Thread.currentThread() != thread) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
