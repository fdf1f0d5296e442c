package io.dta.rdma.requester;

import io.dta.rdma.CompletionStatus;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RegionTranslation;

/** What a queue pair in ERROR holds, and how it moves to the queue pair's successor. */
public interface FailedOperations {
  boolean isEmpty();

  /** The oldest operation's, as it was posted. */
  long oldestWorkRequestId();

  /** Whether the oldest operation is an atomic that may have been carried out. */
  boolean isOldestUncertain();

  /** What became of the group under way so far. */
  CompletionStatus groupStatus();

  /**
   * Posts the oldest operation on another queue pair.
   *
   * @return as the other queue pair answers; out of bounds where the region is gone
   */
  int postOldest(RdmaQueuePair successor, RegionTranslation regions, long workRequestId);

  /** Ends the oldest operation, and with a signaled one its group. */
  void completeOldest(CompletionStatus status);

  /** Takes the oldest operation off without an end, as another queue pair has it now. */
  void moveOldest();

  /** As {@link RdmaQueuePair#replayOn}. */
  default boolean replayOn(RdmaQueuePair successor, RegionTranslation regions) {
    while (!isEmpty()) {
      CompletionStatus group = groupStatus();
      if (isOldestUncertain()) {
        completeOldest(CompletionStatus.UNCERTAIN);
      } else if (group != CompletionStatus.SUCCESS && group != CompletionStatus.UNCERTAIN) {
        completeOldest(group); // A part of it was refused, and so would be the rest.
      } else if (!replayOldest(successor, regions, group == CompletionStatus.UNCERTAIN)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Moves the oldest operation.
   *
   * @param groupEnded its report is uncertain already, whatever becomes of this part: it completes
   *     here
   * @return false where the successor does not take it now
   */
  private boolean replayOldest(
      RdmaQueuePair successor, RegionTranslation regions, boolean groupEnded) {
    long id = groupEnded ? RdmaQueuePair.UNSIGNALED : oldestWorkRequestId();
    switch (postOldest(successor, regions, id)) {
      case RdmaQueuePair.POSTED -> {
        if (groupEnded) {
          completeOldest(CompletionStatus.UNCERTAIN);
        } else {
          moveOldest();
        }
      }
      case RdmaQueuePair.OUT_OF_BOUNDS -> completeOldest(CompletionStatus.REMOTE_ACCESS_ERROR);
      case RdmaQueuePair.UNSUPPORTED -> completeOldest(CompletionStatus.REMOTE_INVALID_REQUEST);
      default -> {
        return false;
      }
    }
    return true;
  }
}
