package io.dta.rdma.provider;

import io.dta.rdma.CompletionListener;
import io.dta.rdma.CompletionStatus;
import io.dta.rdma.RdmaQueuePair;

/**
 * Completes posted operations in order.
 *
 * <p>A signaled operation speaks for the unsignaled ones before it, its group: if one of those
 * failed, so did it, and if an atomic among them took effect or may have, while another operation
 * did not succeed, it is {@link CompletionStatus#UNCERTAIN}.
 */
final class OutstandingOperations {
  private final PostedOperations operations;
  private final CompletionListener listener;
  private CompletionStatus groupStatus = CompletionStatus.SUCCESS;
  private boolean groupAtomicMayHaveTakenEffect;

  OutstandingOperations(PostedOperations operations, CompletionListener listener) {
    this.operations = operations;
    this.listener = listener;
  }

  /** What became of the group under way so far. */
  CompletionStatus groupStatus() {
    return groupStatus;
  }

  /** Completes, successfully, all before a number. */
  void succeedBefore(long number) {
    while (operations.oldest() < number) {
      completeOldest(CompletionStatus.SUCCESS);
    }
  }

  /** Ends the oldest operation, and with a signaled one its group. */
  void completeOldest(CompletionStatus status) {
    long number = operations.oldest();
    if (groupStatus == CompletionStatus.SUCCESS) {
      groupStatus = status;
    }
    groupAtomicMayHaveTakenEffect |=
        operations.isAtomic(number)
            && (status == CompletionStatus.SUCCESS || status == CompletionStatus.UNCERTAIN);
    boolean uncertain = groupStatus != CompletionStatus.SUCCESS && groupAtomicMayHaveTakenEffect;
    CompletionStatus result = uncertain ? CompletionStatus.UNCERTAIN : groupStatus;
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
    long workRequestId = operations.workRequestId(operations.oldest());
    if (workRequestId != RdmaQueuePair.UNSIGNALED) {
      groupStatus = CompletionStatus.SUCCESS;
      groupAtomicMayHaveTakenEffect = false;
    }
    operations.removeOldest();
    return workRequestId;
  }
}
