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
      RemoteRegion region, long offset, int length, boolean atomic, Integer immediate, long id) {}

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
      state = QueuePairState.ERROR;
    }
    return answer;
  }

  @Override
  public int poll() {
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

  /**
   * Takes the queue pair down: the oldest pending operation ends as told, the others are flushed.
   */
  void fail(CompletionStatus first) {
    state = QueuePairState.ERROR;
    CompletionStatus status = first;
    while (!pending.isEmpty()) {
      Operation operation = pending.poll();
      boolean lost =
          status == CompletionStatus.FLUSHED || status == CompletionStatus.RETRY_EXCEEDED;
      listener.onCompletion(
          operation.id(), operation.atomic() && lost ? CompletionStatus.UNCERTAIN : status);
      status = CompletionStatus.FLUSHED;
    }
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
  public QueuePairFailure failure() {
    return null;
  }

  @Override
  public void dropRefused() {}

  @Override
  public boolean replayOn(RdmaQueuePair successor, RegionTranslation regions) {
    return true;
  }

  @Override
  public QueuePairCounters counters() {
    throw new UnsupportedOperationException("the engine does not ask for them");
  }

  @Override
  public void close() {
    fail(CompletionStatus.FLUSHED);
  }
}
