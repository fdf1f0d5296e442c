package io.dta.rdma.provider;

import io.dta.rdma.CompletionListener;
import io.dta.rdma.CompletionStatus;
import io.dta.rdma.QueuePairFailure;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RegionTranslation;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.requester.CompletionGroup;
import io.dta.rdma.requester.FailedOperations;
import org.agrona.DirectBuffer;

/**
 * Completes posted operations in order; after a failure it keeps those that were not acknowledged,
 * until they are given up or have moved to another queue pair.
 */
final class OutstandingOperations implements FailedOperations {
  private final PostedOperations operations;
  private final DirectBuffer payloads;
  private final CompletionListener listener;
  private final CompletionGroup group = new CompletionGroup();

  /** Null while nothing has failed. */
  private QueuePairFailure failure;

  OutstandingOperations(
      PostedOperations operations, DirectBuffer payloads, CompletionListener listener) {
    this.operations = operations;
    this.payloads = payloads;
    this.listener = listener;
  }

  /**
   * Takes note of the end. The first one counts, but for one of which the operation was not known.
   *
   * @param number of the operation that it failed at; negative where that is not known, or not yet
   * @return whether this is the one that counts
   */
  boolean fail(CompletionStatus status, long number) {
    if (failure != null && (failure.operation() >= 0 || number < 0)) {
      return false;
    }
    failure = new QueuePairFailure(status, number);
    return true;
  }

  QueuePairFailure failure() {
    return failure;
  }

  /** Completes, successfully, all before a number. */
  void succeedBefore(long number) {
    while (operations.oldest() < number) {
      completeOldest(CompletionStatus.SUCCESS);
    }
  }

  /** Completes the refused operation, if there is one, with its status. */
  void dropRefused() {
    if (failure != null && failure.isRefusal() && isOldestFailing()) {
      completeOldest(failure.status());
    }
  }

  /** Completes everything: with the failure's status, flushed or uncertain. */
  void completeAll() {
    while (!isEmpty()) {
      if (isOldestUncertain()) {
        completeOldest(CompletionStatus.UNCERTAIN);
      } else {
        completeOldest(isOldestFailing() ? failure.status() : CompletionStatus.FLUSHED);
      }
    }
  }

  private boolean isOldestFailing() {
    return !isEmpty() && failure != null && failure.operation() == operations.oldest();
  }

  @Override
  public boolean isEmpty() {
    return operations.oldest() == operations.next();
  }

  @Override
  public long oldestWorkRequestId() {
    return operations.workRequestId(operations.oldest());
  }

  /** It was handed to the RNIC, and the responder has not refused it or one before it. */
  @Override
  public boolean isOldestUncertain() {
    long number = operations.oldest();
    boolean refused = failure != null && failure.isRefusal() && number >= failure.operation();
    return operations.isAtomic(number) && number < operations.handed() && !refused;
  }

  @Override
  public CompletionStatus groupStatus() {
    return group.status();
  }

  @Override
  public int postOldest(RdmaQueuePair successor, RegionTranslation regions, long workRequestId) {
    long number = operations.oldest();
    RemoteRegion was = operations.region(number);
    RegionTranslation.Place place =
        regions.translate(was.rkey(), was.address() + operations.offset(number));
    if (place == null) {
      return RdmaQueuePair.OUT_OF_BOUNDS;
    }
    RemoteRegion region = place.region();
    long offset = place.offset();
    int payload = operations.payload(number);
    int length = operations.length(number);
    return switch (operations.kind(number)) {
      case PostedOperations.WRITE ->
          successor.write(region, offset, payloads, payload, length, workRequestId);
      case PostedOperations.WRITE_IMMEDIATE ->
          successor.writeImmediate(
              region,
              offset,
              payloads,
              payload,
              length,
              operations.immediate(number),
              workRequestId);
      default -> successor.fetchAdd(region, offset, operations.addend(number), workRequestId);
    };
  }

  @Override
  public void completeOldest(CompletionStatus status) {
    CompletionStatus result = group.add(operations.isAtomic(operations.oldest()), status);
    long workRequestId = removeOldest();
    if (workRequestId != RdmaQueuePair.UNSIGNALED) {
      listener.onCompletion(workRequestId, result);
    }
  }

  @Override
  public void moveOldest() {
    removeOldest();
  }

  private long removeOldest() {
    long workRequestId = oldestWorkRequestId();
    if (workRequestId != RdmaQueuePair.UNSIGNALED) {
      group.begin();
    }
    operations.removeOldest();
    return workRequestId;
  }
}
