package io.dta.rdma;

/**
 * Connects to one responder, at the start and again whenever the queue pair went down. For the
 * thread that will own the queue pairs.
 */
@FunctionalInterface
public interface QueuePairConnector {
  /**
   * Begins to connect. Never blocks.
   *
   * @param listener what the queue pair delivers its completions to
   */
  PendingQueuePair connect(CompletionListener listener);

  /**
   * Whether the responder is known to be another one than the queue pair was connected to, and the
   * queue pair itself would not notice. Never blocks; called often.
   */
  default boolean isStale() {
    return false;
  }
}
