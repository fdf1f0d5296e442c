package io.dta.translator.engine;

import io.dta.primitives.Primitive;
import io.dta.primitives.store.StoreTable;
import io.dta.rdma.CompletionListener;
import io.dta.rdma.CompletionStatus;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;

/**
 * The way to a collector: its queue pair, its rate limit, and the account of the reports that are
 * attached to unacknowledged operations.
 *
 * <p>Where the queue pair has no room, a post waits for it: the queue pair's own time-outs bound
 * that, as they free room or take it down. Meanwhile datagrams queue up in the source, whose losses
 * are counted there. The wait spins and yields first, and then parks for up to {@link
 * #LONGEST_PARK_NS}, so that a software NIC on the same core gets to work. Where there are other
 * collectors, one that has given no sign for {@link #PATIENCE_NS} does not keep them: nothing is
 * admitted for it until it gives one.
 *
 * <p>While the queue pair is down, nothing is admitted; a {@link Reconnector} sees to it.
 */
final class CollectorLink implements CompletionListener {
  private static final long SHORTEST_PARK_NS = 1_000;
  private static final long LONGEST_PARK_NS = 100_000;
  private static final int SPINS = 20;
  private static final int YIELDS = 20;
  private static final long PATIENCE_NS = 100_000_000;

  private final EngineCounters counters;
  private final RateLimiter limiter;
  private final NanoClock clock;
  private final boolean alone;
  private final IdleStrategy idle =
      new BackoffIdleStrategy(SPINS, YIELDS, SHORTEST_PARK_NS, LONGEST_PARK_NS);
  private final Reconnector reconnector;
  private final ReportLatency latency;

  /** By {@link LinkRegions#index}; null where a store cannot be written. */
  private final RemoteRegion[] regions;

  /** Null before the first is connected; one that went down until there is another. */
  private RdmaQueuePair queuePair;

  // Reports by opcode: attached to operations that were posted, and to such that ended.
  private final long[] posted = new long[EngineCounters.ROWS];
  private final long[] succeeded = new long[EngineCounters.ROWS];
  private final long[] failed = new long[EngineCounters.ROWS];

  /**
   * Why an unsignaled operation failed: the reason for the report that it was a part of, whose end
   * is a flush.
   */
  private DropReason cause;

  /** Whether the queue pair is up and not silent. */
  private boolean open;

  private boolean up;

  /** What was outstanding when the collector was found to be silent. */
  private int silentAt;

  private boolean unflushed;
  private boolean closing;
  private long nowNs;

  /** When the datagram arrived that is being translated. */
  private long arrivedNs;

  /**
   * @param alone whether there is no other collector
   */
  CollectorLink(
      CollectorTarget target,
      StoreTable stores,
      EngineSettings settings,
      EngineCounters counters,
      NanoClock clock,
      boolean alone) {
    this.counters = counters;
    this.clock = clock;
    this.alone = alone;
    this.nowNs = clock.nanoTime();
    this.limiter = new RateLimiter(settings.operationsPerSecond(), nowNs);
    this.reconnector = new Reconnector(target, stores, this);
    this.regions = reconnector.regions();
    this.latency = new ReportLatency(clock, counters);
    this.arrivedNs = nowNs;
    recover();
  }

  private int recover() {
    int done = reconnector.doWork(nowNs);
    if (reconnector.isUp()) {
      queuePair = reconnector.queuePair();
      up = true;
      open = true;
      unflushed = true; // what was replayed
    }
    return done;
  }

  /** The queue pair was ended though it was up, as its collector was started again. */
  private void replaced() {
    up = reconnector.isUp();
    open = up;
    if (up) {
      queuePair = reconnector.queuePair();
    }
  }

  private void lost() {
    up = false;
    open = false;
    reconnector.onDown(nowNs);
  }

  /**
   * Whether a report that needs so many operations may cause them now; takes them from the rate
   * limit.
   *
   * @param store its {@link LinkRegions#index}
   * @return null, or why not
   */
  DropReason admit(int store, int operations) {
    if (!open) {
      return closing ? DropReason.SHUTDOWN : DropReason.QUEUE_PAIR_DOWN;
    }
    if (regions[store] == null) {
      return DropReason.REMOTE_ACCESS;
    }
    return limiter.tryAcquire(operations) ? null : DropReason.RATE_LIMITED;
  }

  /** Whether operations for what was admitted earlier may be posted now. */
  boolean permits(int store, int operations) {
    return open && regions[store] != null && limiter.tryAcquire(operations);
  }

  /** Posts a WRITE that is one of several of a report, and not the last. */
  int write(int store, long offset, DirectBuffer source, int index, int length) {
    int result;
    do {
      result =
          queuePair.write(regions[store], offset, source, index, length, RdmaQueuePair.UNSIGNALED);
    } while (result == RdmaQueuePair.BACK_PRESSURED && awaitRoom());
    return result;
  }

  /** The datagram that is translated from now on arrived then. */
  void arrived(long timeNs) {
    arrivedNs = timeNs;
  }

  /** When the datagram arrived that is being translated. */
  long arrivedNs() {
    return arrivedNs;
  }

  /**
   * Posts the WRITE with which reports end.
   *
   * @param sinceNs when the oldest of them arrived
   */
  int writeLast(
      int store,
      long offset,
      DirectBuffer source,
      int index,
      int length,
      int opcode,
      int reports,
      long sinceNs) {
    long id = WorkRequest.id(opcode, reports, sinceNs);
    int result;
    do {
      result = queuePair.write(regions[store], offset, source, index, length, id);
    } while (result == RdmaQueuePair.BACK_PRESSURED && awaitRoom());
    return posted(result, opcode, reports);
  }

  /** Posts the WRITE with which reports end, and tells the collector's CPU. */
  int writeLastImmediate(
      int store,
      long offset,
      DirectBuffer source,
      int index,
      int length,
      int immediate,
      int opcode,
      int reports,
      long sinceNs) {
    long id = WorkRequest.id(opcode, reports, sinceNs);
    int result;
    do {
      result =
          queuePair.writeImmediate(regions[store], offset, source, index, length, immediate, id);
    } while (result == RdmaQueuePair.BACK_PRESSURED && awaitRoom());
    return posted(result, opcode, reports);
  }

  /** Posts a FETCH_ADD that is one of several of a report, and not the last. */
  int fetchAdd(int store, long offset, long addend) {
    int result;
    do {
      result = queuePair.fetchAdd(regions[store], offset, addend, RdmaQueuePair.UNSIGNALED);
    } while (result == RdmaQueuePair.BACK_PRESSURED && awaitRoom());
    return result;
  }

  /**
   * Posts the FETCH_ADD with which a report ends.
   *
   * @param first whether it is the report's only one
   */
  int fetchAddLast(int store, long offset, long addend, int opcode, boolean first) {
    long id =
        first ? WorkRequest.id(opcode, 1, arrivedNs) : WorkRequest.partialId(opcode, 1, arrivedNs);
    int result;
    do {
      result = queuePair.fetchAdd(regions[store], offset, addend, id);
    } while (result == RdmaQueuePair.BACK_PRESSURED && awaitRoom());
    return posted(result, opcode, 1);
  }

  private int posted(int result, int opcode, int reports) {
    if (result == RdmaQueuePair.POSTED) {
      posted[opcode] += reports;
      if (!unflushed) { // hardly ever, and a store that is not needed takes room from one that is
        unflushed = true;
      }
    }
    return result;
  }

  /**
   * Makes room in the send queue, or waits until the queue pair is down, for the loops above.
   *
   * @return false where the collector is silent and there are others
   */
  private boolean awaitRoom() {
    if (!open) {
      return false;
    }
    counters.event(EngineEvent.BACK_PRESSURED);
    queuePair.flush();
    idle.reset();
    int before = queuePair.outstanding();
    long startNs = clock.nanoTime();
    do {
      queuePair.poll();
      if (queuePair.outstanding() < before) {
        return true;
      }
      if (!alone && clock.nanoTime() - startNs >= PATIENCE_NS) {
        open = false;
        silentAt = before;
        return false;
      }
      idle.idle();
    } while (queuePair.state() == QueuePairState.READY_TO_SEND);
    return true;
  }

  /** Why a report is dropped whose operation the queue pair refused. */
  DropReason refused(int result) {
    return switch (result) {
      case RdmaQueuePair.OUT_OF_BOUNDS -> DropReason.REMOTE_ACCESS;
      case RdmaQueuePair.UNSUPPORTED -> DropReason.UNSUPPORTED;
      case RdmaQueuePair.BACK_PRESSURED -> DropReason.QUEUE_PAIR_DOWN;
      default -> {
        if (up) {
          lost();
        }
        yield reason(CompletionStatus.FLUSHED);
      }
    };
  }

  @Override
  public void onCompletion(long workRequestId, CompletionStatus status) {
    if (workRequestId == RdmaQueuePair.UNSIGNALED) {
      if (status != CompletionStatus.SUCCESS) {
        cause = reason(status);
      }
      return;
    }
    int opcode = WorkRequest.opcode(workRequestId);
    int reports = WorkRequest.reports(workRequestId);
    if (status == CompletionStatus.SUCCESS) {
      succeeded[opcode] += reports;
      latency.completed(workRequestId, opcode, reports);
    } else {
      failed[opcode] += reports;
      failed(workRequestId, status, opcode, reports);
    }
  }

  private void failed(long workRequestId, CompletionStatus status, int opcode, int reports) {
    if (status == CompletionStatus.UNCERTAIN || WorkRequest.isPartial(workRequestId)) {
      counters.uncertain(opcode, reports);
    } else {
      counters.dropped(opcode, reason(status), reports);
    }
  }

  private DropReason reason(CompletionStatus status) {
    return switch (status) {
      case REMOTE_ACCESS_ERROR -> DropReason.REMOTE_ACCESS;
      case REMOTE_INVALID_REQUEST -> DropReason.REMOTE_INVALID;
      case REMOTE_OPERATIONAL_ERROR -> DropReason.REMOTE_OPERATIONAL;
      case SUCCESS, RETRY_EXCEEDED, FLUSHED, UNCERTAIN -> {
        DropReason why = cause;
        cause = null;
        if (why == null) {
          why = closing ? DropReason.SHUTDOWN : DropReason.QUEUE_PAIR_DOWN;
        }
        yield why;
      }
    };
  }

  /**
   * Moves the rate limit's clock, sends what is queued and takes what is answered; or sees to it
   * that the queue pair comes back.
   */
  @SuppressWarnings("ReferenceEquality") // another queue pair, not one that is equal
  int doWork(long timeNs) {
    nowNs = timeNs;
    arrivedNs = timeNs;
    limiter.advance(timeNs);
    latency.advance(timeNs);
    if (!up) {
      return closing ? 0 : recover();
    }
    if (unflushed) {
      unflushed = false;
      queuePair.flush();
    }
    int done = queuePair.poll() + reconnector.doWork(timeNs);
    reconnector.status().outstanding(queuePair.outstanding());
    if (!reconnector.uses(queuePair)) {
      replaced();
    } else if (queuePair.state() == QueuePairState.ERROR) {
      lost();
    } else if (!open && queuePair.outstanding() < silentAt) {
      open = true;
    }
    return done;
  }

  /** Reports of an opcode whose operations succeeded. */
  long written(int opcode) {
    return succeeded[opcode];
  }

  /** Reports of an opcode that are attached to unacknowledged operations. */
  long unacknowledged(int opcode) {
    return posted[opcode] - succeeded[opcode] - failed[opcode];
  }

  /** Whether nothing that was posted is unacknowledged. */
  boolean isDrained() {
    for (int opcode = 0; opcode < posted.length; opcode++) {
      if (unacknowledged(opcode) != 0) {
        return false;
      }
    }
    return !up || queuePair.outstanding() == 0;
  }

  /** How the connection stands; from any thread. */
  LinkStatus status() {
    return reconnector.status();
  }

  /** Closes the queue pairs; what they do not complete even then is ended here. */
  void close() {
    closing = true;
    up = false;
    open = false;
    reconnector.close();
    for (int opcode = 0; opcode < posted.length; opcode++) {
      int left = (int) unacknowledged(opcode);
      failed[opcode] += left;
      if (opcode == Primitive.KEY_INCREMENT.opcode()) {
        counters.uncertain(opcode, left);
      } else {
        counters.dropped(opcode, DropReason.SHUTDOWN, left);
      }
    }
  }
}
