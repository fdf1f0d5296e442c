package io.dta.rdma;

/** Receives the completions of signaled work requests, in the order they were posted. */
@FunctionalInterface
public interface CompletionListener {
  /**
   * A work request has ended. Called on the thread that owns the queue pair, from {@link
   * RdmaQueuePair#poll}, {@link RdmaQueuePair#close}, or the posting call itself. May post to the
   * queue pair.
   */
  void onCompletion(long workRequestId, CompletionStatus status);
}
