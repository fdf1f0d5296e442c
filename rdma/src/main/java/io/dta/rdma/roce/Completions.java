package io.dta.rdma.roce;

import io.dta.rdma.CompletionListener;
import io.dta.rdma.CompletionStatus;
import io.dta.rdma.RdmaQueuePair;

/**
 * Takes packets off a send queue as they are settled, or all of them once the queue pair has
 * failed, and tells the listener of each signaled operation.
 *
 * <p>A signaled operation speaks for the unsignaled ones before it: if one of those failed, so did
 * it, and if an atomic among them took effect or may have, while another operation did not succeed,
 * it is {@link CompletionStatus#UNCERTAIN}.
 */
final class Completions {
  private final SendQueue queue;
  private final CompletionListener listener;

  private int outstanding;
  private int outstandingAtomics;
  private boolean failed;
  private CompletionStatus failure = CompletionStatus.SUCCESS;
  private long failureAt;
  private boolean delivering;

  /** What the operations since the last signaled one add up to. */
  private CompletionStatus groupStatus = CompletionStatus.SUCCESS;

  private boolean groupAtomicMayHaveTakenEffect;

  Completions(SendQueue queue, CompletionListener listener) {
    this.queue = queue;
    this.listener = listener;
  }

  void onPosted(boolean atomic) {
    outstanding++;
    outstandingAtomics += atomic ? 1 : 0;
  }

  int outstanding() {
    return outstanding;
  }

  int outstandingAtomics() {
    return outstandingAtomics;
  }

  boolean hasFailed() {
    return failed;
  }

  /**
   * Completes everything: the failing packet's operation with its status, what was settled with
   * success, the rest as flushed or uncertain.
   *
   * @param sequence of the failing packet; negative where there is none
   */
  void fail(CompletionStatus status, long sequence) {
    if (!failed) {
      failed = true;
      failure = status;
      failureAt = sequence;
      deliver();
    }
  }

  /** Completes, in order, what is settled; everything where the queue pair has failed. */
  void deliver() {
    if (delivering) {
      return; // Called by the listener: the loop below goes on when it returns.
    }
    delivering = true;
    try {
      while (queue.oldest() < queue.next()) {
        long sequence = queue.oldest();
        if (queue.isSettled(sequence)) {
          complete(sequence, CompletionStatus.SUCCESS);
        } else if (failed) {
          complete(sequence, statusOfFailed(sequence));
        } else {
          break;
        }
      }
    } finally {
      delivering = false;
    }
  }

  private CompletionStatus statusOfFailed(long sequence) {
    boolean refused = sequence == failureAt && failure != CompletionStatus.RETRY_EXCEEDED;
    if (queue.isAtomic(sequence) && sequence < queue.sent() && !refused) {
      return CompletionStatus.UNCERTAIN;
    }
    return sequence == failureAt ? failure : CompletionStatus.FLUSHED;
  }

  private void complete(long sequence, CompletionStatus status) {
    boolean atomic = queue.isAtomic(sequence);
    boolean lastOfOperation = queue.isLastOfOperation(sequence);
    long workRequestId = queue.workRequestId(sequence);
    queue.removeOldest();
    if (groupStatus == CompletionStatus.SUCCESS) {
      groupStatus = status;
    }
    if (atomic) {
      outstandingAtomics--;
      groupAtomicMayHaveTakenEffect |=
          status == CompletionStatus.SUCCESS || status == CompletionStatus.UNCERTAIN;
    }
    if (lastOfOperation) {
      outstanding--;
      if (workRequestId != RdmaQueuePair.UNSIGNALED) {
        boolean uncertain =
            groupStatus != CompletionStatus.SUCCESS && groupAtomicMayHaveTakenEffect;
        CompletionStatus result = uncertain ? CompletionStatus.UNCERTAIN : groupStatus;
        groupStatus = CompletionStatus.SUCCESS;
        groupAtomicMayHaveTakenEffect = false;
        listener.onCompletion(workRequestId, result);
      }
    }
  }
}
