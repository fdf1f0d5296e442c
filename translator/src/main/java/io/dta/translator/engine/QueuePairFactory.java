package io.dta.translator.engine;

import io.dta.rdma.CompletionListener;
import io.dta.rdma.RdmaQueuePair;

/** Makes the queue pair to a collector, ready to send, around the engine's completion listener. */
@FunctionalInterface
public interface QueuePairFactory {
  /**
   * Makes a queue pair. The engine owns it from then on: only its thread calls it, and it closes
   * it.
   *
   * @param listener what the queue pair delivers its completions to
   */
  RdmaQueuePair connect(CompletionListener listener);
}
