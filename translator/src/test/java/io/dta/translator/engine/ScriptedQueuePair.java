package io.dta.translator.engine;

import io.dta.rdma.CompletionListener;
import io.dta.rdma.CompletionStatus;
import io.dta.rdma.QueuePairCounters;
import io.dta.rdma.QueuePairFailure;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RegionTranslation;
import io.dta.rdma.RemoteRegion;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * A queue pair that does nothing but what a test tells it: acknowledge later, have no room, fail.
 */
final class ScriptedQueuePair implements RdmaQueuePair {
  /** An operation that was accepted. */
  record Operation(
      RemoteRegion region, long offset, int length, boolean atomic, Integer immediate, long id) {
    Operation at(RegionTranslation.Place place) {
      return new Operation(place.region(), place.offset(), length, atomic, immediate, id);
    }
  }

  final List<Operation> posted = new ArrayList<>();
  private final CompletionListener listener;
  private final Deque<Operation> pending = new ArrayDeque<>();

  /** Answers the next operations, POSTED included, before anything else. */
  final Deque<Integer> answers = new ArrayDeque<>();

  /** Operations that fit before there is no room. */
  int room = Integer.MAX_VALUE;

  /** How many pending operations a poll completes. */
  int completedByPoll = Integer.MAX_VALUE;

  /** Whether a poll without room takes the queue pair down. */
  boolean failsWithoutRoom;

  private QueuePairFailure failure;
  private QueuePairState state = QueuePairState.READY_TO_SEND;

  ScriptedQueuePair(CompletionListener listener) {
    this.listener = listener;
  }

  @Override
  public int write(
      RemoteRegion region,
      long offset,
      DirectBuffer source,
      int index,
      int length,
      long workRequestId) {
    source.boundsCheck(index, length);
    return post(new Operation(region, offset, length, false, null, workRequestId));
  }

  @Override
  public int writeImmediate(
      RemoteRegion region,
      long offset,
      DirectBuffer source,
      int index,
      int length,
      int immediate,
      long workRequestId) {
    source.boundsCheck(index, length);
    return post(new Operation(region, offset, length, false, immediate, workRequestId));
  }

  @Override
  public int fetchAdd(RemoteRegion region, long offset, long addend, long workRequestId) {
    return post(new Operation(region, offset, Long.BYTES, true, null, workRequestId));
  }

  private int post(Operation operation) {
    if (state != QueuePairState.READY_TO_SEND) {
      return NOT_CONNECTED;
    }
    if (!operation.region().contains(operation.offset(), operation.length())) {
      return OUT_OF_BOUNDS;
    }
    if (pending.size() >= room) {
      return BACK_PRESSURED;
    }
    int answer = answers.isEmpty() ? POSTED : answers.poll();
    if (answer == POSTED) {
      posted.add(operation);
      pending.add(operation);
    } else if (answer == NOT_CONNECTED) {
      fail(CompletionStatus.RETRY_EXCEEDED);
    }
    return answer;
  }

  @Override
  public int poll() {
    if (state != QueuePairState.READY_TO_SEND) {
      return 0;
    }
    if (failsWithoutRoom && pending.size() >= room) {
      fail(CompletionStatus.RETRY_EXCEEDED);
      return 1;
    }
    int done = 0;
    while (done < completedByPoll && !pending.isEmpty()) {
      complete(pending.poll(), CompletionStatus.SUCCESS);
      done++;
    }
    return done;
  }

  private void complete(Operation operation, CompletionStatus status) {
    if (operation.id() != UNSIGNALED) {
      listener.onCompletion(operation.id(), status);
    }
  }

  /** Ends the oldest pending operation, as a queue pair does that completes while posting. */
  void end(CompletionStatus status) {
    listener.onCompletion(pending.poll().id(), status);
  }

  /** Takes the queue pair down, if it is up; the oldest pending operation is the cause. */
  void fail(CompletionStatus cause) {
    if (state != QueuePairState.READY_TO_SEND) {
      return;
    }
    state = QueuePairState.ERROR;
    failure = new QueuePairFailure(cause, posted.size() - pending.size());
  }

  @Override
  public QueuePairFailure failure() {
    return state == QueuePairState.ERROR ? failure : null;
  }

  @Override
  public void dropRefused() {
    if (failure.isRefusal()) {
      complete(pending.poll(), failure.status());
      failure = new QueuePairFailure(CompletionStatus.FLUSHED, -1);
    }
  }

  @Override
  public boolean replayOn(RdmaQueuePair successor, RegionTranslation regions) {
    while (!pending.isEmpty()) {
      Operation operation = pending.peek();
      if (operation.atomic() && !failure.isRefusal()) {
        complete(pending.poll(), CompletionStatus.UNCERTAIN);
        continue;
      }
      RegionTranslation.Place place =
          regions.translate(
              operation.region().rkey(), operation.region().address() + operation.offset());
      if (place == null) {
        complete(pending.poll(), CompletionStatus.REMOTE_ACCESS_ERROR);
        continue;
      }
      int result = ((ScriptedQueuePair) successor).post(operation.at(place));
      if (result != POSTED) {
        return false;
      }
      pending.poll();
    }
    return true;
  }

  @Override
  public void flush() {}

  @Override
  public int outstanding() {
    return pending.size();
  }

  @Override
  public QueuePairState state() {
    return state;
  }

  @Override
  public QueuePairCounters counters() {
    long fetchAdds = posted.stream().filter(Operation::atomic).count();
    return new QueuePairTotals(
        posted.size() - fetchAdds, fetchAdds, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  @Override
  public void close() {
    CompletionStatus status = failure == null ? CompletionStatus.FLUSHED : failure.status();
    state = QueuePairState.RESET;
    while (!pending.isEmpty()) {
      Operation operation = pending.poll();
      boolean lost = failure == null || !failure.isRefusal();
      complete(operation, operation.atomic() && lost ? CompletionStatus.UNCERTAIN : status);
      status = CompletionStatus.FLUSHED;
    }
  }
}
