package io.dta.rdma.roce;

import io.dta.rdma.CompletionListener;
import io.dta.rdma.CompletionStatus;
import io.dta.rdma.QueuePairFailure;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.requester.CompletionGroup;

/**
 * Takes operations off a send queue as they are settled, and tells the listener of each signaled
 * one. Once the queue pair has failed, what was carried out still completes; the rest stays until
 * it is given up or has moved to another queue pair.
 */
final class Completions {
  private final SendQueue queue;
  private final CompletionListener listener;

  private int outstanding;
  private int outstandingAtomics;

  /** Operations that are not outstanding any more. */
  private long ended;

  /** Null while nothing has failed. */
  private QueuePairFailure failure;

  private long failureAt;
  private long mayHaveRunBefore;
  private boolean delivering;

  private final CompletionGroup group = new CompletionGroup();

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
    return failure != null;
  }

  QueuePairFailure failure() {
    return failure;
  }

  /**
   * Takes note of the end. What is known to have been carried out completes: what was acknowledged,
   * an atomic without its own answer too.
   *
   * @param sequence of the failing packet, negative where there is none
   * @param before the responder may have carried out what was sent before this sequence, and
   *     certainly nothing from it on
   */
  void fail(CompletionStatus status, long sequence, long before) {
    if (failure == null) {
      failureAt = sequence;
      mayHaveRunBefore = before;
      failure = new QueuePairFailure(status, sequence < 0 ? -1 : operationsBefore(sequence));
      deliver();
    }
  }

  private long operationsBefore(long sequence) {
    long operations = ended;
    for (long s = queue.oldest(); s < sequence; s++) {
      operations += queue.isLastOfOperation(s) ? 1 : 0;
    }
    return operations;
  }

  /** Completes, in order, what is settled. */
  void deliver() {
    if (delivering) {
      return; // Called by the listener: the loop below goes on when it returns.
    }
    delivering = true;
    try {
      while (queue.oldest() < queue.next() && isCarriedOut(queue.endOfOldest() - 1)) {
        completeOldest(CompletionStatus.SUCCESS);
      }
    } finally {
      delivering = false;
    }
  }

  private boolean isCarriedOut(long sequence) {
    return queue.isSettled(sequence) || (hasFailed() && sequence < queue.received());
  }

  /** Whether the oldest operation is an atomic that may have been carried out; after a failure. */
  boolean isOldestUncertain() {
    return queue.isAtomic(queue.oldest()) && queue.oldest() < mayHaveRunBefore;
  }

  /** What became of the group under way so far. */
  CompletionStatus groupStatus() {
    return group.status();
  }

  /** Completes the refused operation, if there is one, with its status. */
  void dropRefused() {
    if (failure != null && failure.isRefusal() && isOldestFailing()) {
      completeOldest(failure.status());
    }
  }

  private boolean isOldestFailing() {
    return queue.oldest() < queue.next()
        && failureAt >= queue.oldest()
        && failureAt < queue.endOfOldest();
  }

  /** Completes everything: what did not succeed with the failure's status, flushed or uncertain. */
  void completeAll() {
    while (queue.oldest() < queue.next()) {
      if (isOldestUncertain()) {
        completeOldest(CompletionStatus.UNCERTAIN);
      } else {
        completeOldest(isOldestFailing() ? failure.status() : CompletionStatus.FLUSHED);
      }
    }
  }

  /** Ends the oldest operation, and with a signaled one its group. */
  void completeOldest(CompletionStatus status) {
    CompletionStatus result = group.add(queue.isAtomic(queue.oldest()), status);
    long workRequestId = removeOldest();
    if (workRequestId != RdmaQueuePair.UNSIGNALED) {
      listener.onCompletion(workRequestId, result);
    }
  }

  /** Takes the oldest operation off without an end, as another queue pair has it now. */
  void moveOldest() {
    removeOldest();
  }

  private long removeOldest() {
    long end = queue.endOfOldest();
    long workRequestId = queue.workRequestId(end - 1);
    outstanding--;
    outstandingAtomics -= queue.isAtomic(end - 1) ? 1 : 0;
    ended++;
    if (workRequestId != RdmaQueuePair.UNSIGNALED) {
      group.begin();
    }
    queue.removeBefore(end);
    return workRequestId;
  }
}
