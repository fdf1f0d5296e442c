package io.dta.translator.engine;

import io.dta.rdma.CompletionListener;
import io.dta.rdma.RdmaQueuePair;

/** Makes queue pairs that are ready at once. */
@FunctionalInterface
public interface QueuePairFactory {
  /**
   * Makes a queue pair in READY_TO_SEND.
   *
   * @param listener what the queue pair delivers its completions to
   */
  RdmaQueuePair make(CompletionListener listener);
}
