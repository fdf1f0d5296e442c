package io.dta.rdma.provider;

import io.dta.rdma.CompletionListener;
import io.dta.rdma.CompletionStatus;
import io.dta.rdma.QueuePairCounters;
import io.dta.rdma.QueuePairFailure;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RegionTranslation;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.requester.RequesterCounters;
import java.lang.foreign.MemorySegment;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A connection whose packets an RNIC sends; a reliable one, unless the library has others.
 *
 * <p>Posting copies the payload into registered memory and serializes a work request; the chain of
 * them goes to the RNIC, with one call, once it is full and in {@link #flush}. Only the last
 * request of a chain asks for a completion, which speaks for all before it; short payloads travel
 * inside their request. Completions are taken in batches.
 *
 * <p>The RNIC retransmits and times out by itself; its driver counts what it does ({@code rdma
 * statistic}), so that packets and retransmissions stay 0 in {@link #counters}. A work request that
 * fails takes the queue pair down; the first failed completion names it, and all before it were
 * carried out (InfiniBand Architecture Specification 1.4, volume 1, section 10.8.5).
 */
public final class ProviderQueuePair implements RdmaQueuePair {
  /** Polls between two looks at whether the peer is still connected, less one. */
  private static final int CONNECTION_CHECK_MASK = 255;

  private static final int ATOMIC_RESULT = 0;

  /** A cache line, so that atomics' results do not share one with payloads. */
  private static final int PAYLOADS = 64;

  private final WorkQueue queue;
  private final WorkRequestChain chain;
  private final PostedOperations operations;
  private final OutstandingOperations outstanding;
  private final RequesterCounters counters = new RequesterCounters();
  private final UnsafeBuffer payloads;
  private final long payloadAddress;
  private final long resultAddress;
  private final int localKey;
  private final int maxInline;
  private final boolean atomics;

  private QueuePairState state = QueuePairState.READY_TO_SEND;
  private int polls;

  /** Whether the listener is being told: it may post, but what it flushes is taken later. */
  private boolean polling;

  /**
   * @param queue connected; closed together with this queue pair
   */
  public ProviderQueuePair(WorkQueue queue, CompletionListener listener) {
    this.queue = queue;
    chain = queue.chain();
    chain.clear();
    localKey = queue.localKey();
    maxInline = queue.maxInline();
    atomics = queue.hasAtomics();
    MemorySegment memory = queue.registered();
    int payloadBytes = Math.toIntExact(memory.byteSize()) - PAYLOADS;
    resultAddress = memory.address() + ATOMIC_RESULT;
    payloadAddress = memory.address() + PAYLOADS;
    payloads = new UnsafeBuffer(payloadAddress, payloadBytes);
    operations = new PostedOperations(queue.depth(), payloadBytes);
    outstanding = new OutstandingOperations(operations, payloads, listener);
  }

  /** {@inheritDoc} A payload of more than a quarter of the memory for payloads is unsupported. */
  @Override
  public int write(
      RemoteRegion region,
      long offset,
      DirectBuffer source,
      int index,
      int length,
      long workRequestId) {
    return post(PostedOperations.WRITE, region, offset, source, index, length, 0, workRequestId);
  }

  /** {@inheritDoc} A payload of more than a quarter of the memory for payloads is unsupported. */
  @Override
  public int writeImmediate(
      RemoteRegion region,
      long offset,
      DirectBuffer source,
      int index,
      int length,
      int immediate,
      long workRequestId) {
    return post(
        PostedOperations.WRITE_IMMEDIATE,
        region,
        offset,
        source,
        index,
        length,
        immediate,
        workRequestId);
  }

  private int post(
      byte kind,
      RemoteRegion region,
      long offset,
      DirectBuffer source,
      int index,
      int length,
      int immediate,
      long workRequestId) {
    if (state != QueuePairState.READY_TO_SEND) {
      return NOT_CONNECTED;
    }
    if (!region.contains(offset, length)) {
      return OUT_OF_BOUNDS;
    }
    if (operations.isFull()) {
      return BACK_PRESSURED;
    }
    int payload = operations.reserve(length);
    if (payload < 0) {
      return length > operations.payloadCapacity() / 4 ? UNSUPPORTED : BACK_PRESSURED;
    }
    payloads.putBytes(payload, source, index, length);
    long number = operations.next();
    long local = payloadAddress + payload;
    boolean inline = length <= maxInline;
    if (kind == PostedOperations.WRITE) {
      chain.write(
          number, region.address() + offset, region.rkey(), local, length, localKey, inline);
    } else {
      chain.writeImmediate(
          number,
          region.address() + offset,
          region.rkey(),
          local,
          length,
          localKey,
          inline,
          immediate);
    }
    operations.appendWrite(kind, region, offset, payload, length, immediate, workRequestId);
    counters.increment(RequesterCounters.WRITES);
    counters.add(RequesterCounters.BYTES, length);
    return posted();
  }

  @Override
  public int fetchAdd(RemoteRegion region, long offset, long addend, long workRequestId) {
    if (state != QueuePairState.READY_TO_SEND) {
      return NOT_CONNECTED;
    }
    if (!atomics) {
      return UNSUPPORTED;
    }
    if (!region.contains(offset, Long.BYTES)) {
      return OUT_OF_BOUNDS;
    }
    if (operations.isFull()) {
      return BACK_PRESSURED;
    }
    chain.fetchAdd(
        operations.next(),
        region.address() + offset,
        region.rkey(),
        addend,
        resultAddress,
        localKey);
    operations.appendFetchAdd(region, offset, addend, workRequestId);
    counters.increment(RequesterCounters.FETCH_ADDS);
    counters.add(RequesterCounters.BYTES, Long.BYTES);
    return posted();
  }

  private int posted() {
    if (chain.isFull()) {
      hand();
    }
    return POSTED;
  }

  @Override
  public void flush() {
    if (state == QueuePairState.READY_TO_SEND && chain.size() > 0) {
      hand();
    }
  }

  private void hand() {
    chain.seal();
    operations.handOver(); // Even where the library refuses: it may have taken a part of them.
    boolean taken = queue.post();
    chain.clear();
    if (!taken) {
      fail(CompletionStatus.RETRY_EXCEEDED, -1);
    }
  }

  @Override
  public int poll() {
    if (state == QueuePairState.RESET || polling) {
      return 0;
    }
    polling = true;
    try {
      int completions = queue.poll();
      for (int i = 0; i < completions; i++) {
        take(queue.workRequestId(i), queue.status(i));
      }
      boolean lost = (++polls & CONNECTION_CHECK_MASK) == 0 && !queue.isConnected();
      if (state == QueuePairState.READY_TO_SEND && (completions < 0 || lost)) {
        fail(lost ? CompletionStatus.FLUSHED : CompletionStatus.RETRY_EXCEEDED, -1);
      }
      return Math.max(completions, 0);
    } finally {
      polling = false;
    }
  }

  private void take(long number, int status) {
    if (number < operations.oldest() || number >= operations.handed()) {
      return; // Of an operation that has moved to another queue pair.
    }
    if (status == WorkCompletionStatus.SUCCESS) {
      outstanding.succeedBefore(number + 1);
    } else if (outstanding.failure() == null || outstanding.failure().operation() < 0) {
      outstanding.succeedBefore(number);
      fail(WorkCompletionStatus.of(status), number);
    }
  }

  private void fail(CompletionStatus status, long number) {
    if (outstanding.fail(status, number)) {
      state = QueuePairState.ERROR;
      if (outstanding.failure().isRefusal()) {
        counters.refused(status);
      } else if (status == CompletionStatus.RETRY_EXCEEDED) {
        counters.increment(RequesterCounters.TIMEOUTS);
      }
    }
  }

  @Override
  public int outstanding() {
    return (int) (operations.next() - operations.oldest());
  }

  @Override
  public QueuePairState state() {
    return state;
  }

  @Override
  public QueuePairCounters counters() {
    return counters;
  }

  @Override
  public QueuePairFailure failure() {
    return state == QueuePairState.ERROR ? outstanding.failure() : null;
  }

  @Override
  public void dropRefused() {
    outstanding.dropRefused();
  }

  @Override
  public boolean replayOn(RdmaQueuePair successor, RegionTranslation regions) {
    if (state != QueuePairState.ERROR) {
      throw new IllegalStateException("a queue pair is replayed in ERROR, not in " + state);
    }
    return outstanding.replayOn(successor, regions);
  }

  @Override
  public void close() {
    if (state != QueuePairState.RESET) {
      state = QueuePairState.RESET;
      outstanding.completeAll();
      queue.close();
    }
  }
}
