package io.dta.translator.engine;

import io.dta.primitives.store.Store;
import io.dta.primitives.store.StoreTable;
import io.dta.rdma.CompletionListener;
import io.dta.rdma.CompletionStatus;
import io.dta.rdma.ConnectionException;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.QueuePairFailure;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RegionTranslation;
import io.dta.rdma.RemoteRegion;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Connects to a collector, and for ever again when the queue pair went down: waits, connects, has
 * what was not acknowledged written again, and hands the queue pair over.
 *
 * <p>An operation that is refused is tried once more, with the rkeys and addresses of a fresh
 * directory. One that is refused for its access even so tells that its store's region cannot be
 * written: then the operations of that store are given up, and the store rests for a while, which
 * doubles, or until the collector gives it another region. So one bad region does not keep the
 * others from being written. One that is refused for what it is, is given up itself.
 */
final class Reconnector {
  private static final System.Logger LOG = System.getLogger(Reconnector.class.getName());

  /** A queue pair that went down, with what it holds, and the regions that it was posted with. */
  private record Failed(RdmaQueuePair queuePair, LinkRegions.Registration regions) {}

  private final CollectorTarget target;
  private final LinkRegions regions;
  private final CompletionListener listener;
  private final LinkStatus status;
  private final Random random;

  /** What went down and is not written again yet; the first holds the oldest operations. */
  private final Deque<Failed> failed = new ArrayDeque<>();

  private LinkState state = LinkState.CONNECTING;
  private PendingQueuePair pending;
  private RdmaQueuePair queuePair;

  /** Operations that were replayed on the queue pair, the first of it. */
  private long replayed;

  /** Whether the oldest operation of all was refused twice, so that its store has to rest. */
  private boolean regionIsBad;

  private boolean wasUp;
  private int attempts;
  private long waitNs;
  private long dueNs;
  private long upSinceNs;
  private long downSinceNs;

  Reconnector(CollectorTarget target, StoreTable stores, CompletionListener listener) {
    this.target = target;
    this.regions = new LinkRegions(target, stores);
    this.listener = listener;
    this.status = new LinkStatus(target.name());
    this.random = new Random(target.reconnect().seed());
    this.waitNs = target.reconnect().firstNs();
  }

  LinkStatus status() {
    return status;
  }

  /** The queue pair that is up. */
  RdmaQueuePair queuePair() {
    return queuePair;
  }

  /** Whether a queue pair is the one that is up, and was not replaced. */
  @SuppressWarnings("ReferenceEquality") // whether it is the very same
  boolean uses(RdmaQueuePair known) {
    return queuePair == known;
  }

  /**
   * Where each store lies, by {@link LinkRegions#index}; null for one that cannot be written.
   * Always the same array.
   */
  RemoteRegion[] regions() {
    return regions.usable();
  }

  boolean isUp() {
    return state == LinkState.UP;
  }

  /** Operations that wait for a queue pair to come back. */
  int retained() {
    int operations = 0;
    for (Failed each : failed) {
      operations += each.queuePair().outstanding();
    }
    return operations;
  }

  /**
   * Goes on with connecting and replaying; where the queue pair is up, ends the rest of stores.
   *
   * @return how much was done
   */
  int doWork(long nowNs) {
    return switch (state) {
      case DOWN -> nowNs - dueNs >= 0 ? connect(nowNs) : 0;
      case CONNECTING -> pending == null ? connect(nowNs) : pollPending(nowNs);
      case REPLAYING -> replay(nowNs);
      case UP -> regions.wake(nowNs) + renew(nowNs);
      case CLOSED -> 0;
    };
  }

  private int connect(long nowNs) {
    attempts++;
    enter(LinkState.CONNECTING);
    pending = target.connector().connect(listener);
    return 1 + pollPending(nowNs);
  }

  private int pollPending(long nowNs) {
    RdmaQueuePair connected;
    try {
      connected = pending.poll();
    } catch (ConnectionException e) {
      pending.close();
      pending = null;
      onAttemptFailed(e.getMessage(), nowNs);
      return 1;
    }
    if (connected == null) {
      return 0;
    }
    pending = null;
    try {
      regions.refresh();
    } catch (IllegalArgumentException e) {
      connected.close();
      onAttemptFailed(e.getMessage(), nowNs);
      return 1;
    }
    queuePair = connected;
    replayed = 0;
    status.connected(connected.counters());
    enter(LinkState.REPLAYING);
    return 1 + replay(nowNs);
  }

  /**
   * Replaces a queue pair that does not notice that its collector was started again. The old one is
   * used until the new one is there, as shared memory that was kept can still be written.
   */
  private int renew(long nowNs) {
    if (pending == null) {
      if (!target.connector().isStale()) {
        return 0;
      }
      LOG.log(
          System.Logger.Level.INFO,
          "collector {0} was started again: it is connected anew",
          target.name());
      pending = target.connector().connect(listener);
    }
    RdmaQueuePair connected = null;
    try {
      connected = pending.poll();
      if (connected == null) {
        return 0;
      }
      retire();
      regions.refresh();
      queuePair = connected;
      replayed = 0;
      upSinceNs = nowNs;
      status.connected(connected.counters());
      status.reconnected();
    } catch (ConnectionException | IllegalArgumentException e) {
      if (connected == null) {
        pending.close();
        retire();
      } else {
        connected.close();
      }
      downSinceNs = nowNs;
      onAttemptFailed(e.getMessage(), nowNs);
    }
    pending = null;
    return 1;
  }

  /** Ends a queue pair that is up, once it has sent what was posted. */
  private void retire() {
    queuePair.flush();
    queuePair.poll();
    queuePair.close();
    queuePair = null;
  }

  private void onAttemptFailed(String problem, long nowNs) {
    if (!problem.equals(status.problem())) {
      LOG.log(
          System.Logger.Level.WARNING,
          "collector {0} cannot be connected: {1} (it is tried again for ever, at least every {2}"
              + " ms)",
          target.name(),
          problem,
          Long.toString(TimeUnit.NANOSECONDS.toMillis(target.reconnect().longestNs())));
    }
    await(problem, nowNs);
  }

  private void await(String problem, long nowNs) {
    status.problem(problem);
    enter(LinkState.DOWN);
    dueNs = nowNs + waitNs - (long) (random.nextDouble() * waitNs / 2);
    waitNs = Math.min(target.reconnect().longestNs(), 2 * waitNs);
  }

  /** Has what went down written again, the oldest first. */
  private int replay(long nowNs) {
    int done = 0;
    while (!failed.isEmpty()) {
      Failed oldest = failed.peek();
      int before = oldest.queuePair().outstanding();
      boolean all =
          oldest
              .queuePair()
              .replayOn(queuePair, (rkey, address) -> place(oldest, rkey, address, nowNs));
      countReplayed();
      done += before - oldest.queuePair().outstanding();
      if (!all) {
        queuePair.flush();
        done += queuePair.poll();
        if (queuePair.state() == QueuePairState.ERROR) {
          onDown(nowNs);
        }
        return done;
      }
      failed.remove().queuePair().close();
    }
    return done + probe(nowNs);
  }

  /**
   * What was replayed shows whether the collector answers, before new reports are let in: a
   * collector whose NIC is gone may still make queue pairs.
   */
  private int probe(long nowNs) {
    queuePair.flush();
    int done = queuePair.poll();
    if (queuePair.state() == QueuePairState.ERROR) {
      onDown(nowNs);
    } else if (replayed == 0 || queuePair.outstanding() < replayed) {
      onUp(nowNs);
      done++;
    }
    return done;
  }

  private void countReplayed() {
    long posted = queuePair.counters().writes() + queuePair.counters().fetchAdds();
    status.replayed(posted - replayed);
    replayed = posted;
  }

  private RegionTranslation.Place place(Failed from, int rkey, long address, long nowNs) {
    Store store = regions.find(from.regions(), rkey, address);
    if (store == null) {
      return null;
    }
    if (regionIsBad) { // It is the first to be looked up: the oldest, which was refused.
      regionIsBad = false;
      if (regions.isUnchanged(from.regions(), store)) {
        regions.rest(store, nowNs);
      }
    }
    RegionTranslation.Place place = regions.place(from.regions(), store, address);
    if (place == null) {
      status.refusedOne();
    }
    return place;
  }

  private void onUp(long nowNs) {
    regionIsBad = false;
    upSinceNs = nowNs;
    status.problem(null);
    enter(LinkState.UP);
    if (wasUp) {
      status.reconnected();
      LOG.log(
          System.Logger.Level.INFO,
          "collector {0} is connected again after {1} ms, at attempt {2}; {3} operations were"
              + " written again",
          target.name(),
          Long.toString(TimeUnit.NANOSECONDS.toMillis(nowNs - downSinceNs)),
          Integer.toString(attempts),
          Long.toString(replayed));
    }
    wasUp = true;
    attempts = 0;
  }

  /** The queue pair went down. */
  void onDown(long nowNs) {
    if (pending != null) {
      pending.close();
      pending = null;
    }
    QueuePairFailure failure = queuePair.failure();
    if (wasRefusedAgain(failure)) {
      if (failure.status() == CompletionStatus.REMOTE_ACCESS_ERROR) {
        regionIsBad = true;
      } else {
        status.refusedOne();
        queuePair.dropRefused();
      }
    }
    failed.push(new Failed(queuePair, regions.registered()));
    queuePair = null;
    if (state == LinkState.UP) {
      downSinceNs = nowNs;
      if (nowNs - upSinceNs >= target.reconnect().longestNs()) {
        waitNs = target.reconnect().firstNs();
      }
    }
    String problem = "the queue pair went down: " + cause(failure);
    LOG.log(
        System.Logger.Level.WARNING,
        "collector {0}: {1}; {2} operations are kept to be written again, new reports for it are"
            + " dropped as queue-pair-down until it is connected again",
        target.name(),
        problem,
        Integer.toString(retained()));
    await(problem, nowNs);
  }

  /** Whether an operation was refused that had been posted anew with what the directory says. */
  private boolean wasRefusedAgain(QueuePairFailure failure) {
    return failure != null
        && failure.isRefusal()
        && replayed > 0
        && failure.operation() < replayed
        && queuePair.outstanding() > 0;
  }

  private static String cause(QueuePairFailure failure) {
    if (failure == null) {
      return "no cause is known";
    }
    return switch (failure.status()) {
      case REMOTE_ACCESS_ERROR ->
          "the collector refused the rkey, the range or the access of an operation (NAK 0x62); it"
              + " may have been started again";
      case REMOTE_INVALID_REQUEST ->
          "the collector found an operation malformed (NAK 0x61); see whether its NIC has atomics";
      case REMOTE_OPERATIONAL_ERROR ->
          "the collector could not carry out an operation (NAK 0x63); see its log and its NIC";
      case RETRY_EXCEEDED -> "the collector gave no answer; see whether it runs and is reachable";
      case FLUSHED ->
          "the connection was ended: the collector stopped, its queue pair was destroyed there, or"
              + " the device on this side failed";
      case SUCCESS, UNCERTAIN -> "it ended as " + failure.status();
    };
  }

  private void enter(LinkState next) {
    state = next;
    status.state(next);
  }

  /** Closes all queue pairs, the one with the oldest operations first. */
  void close() {
    if (pending != null) {
      pending.close();
      pending = null;
    }
    while (!failed.isEmpty() && state != LinkState.REPLAYING) {
      failed.remove().queuePair().close();
    }
    if (queuePair != null) {
      queuePair.close();
    }
    while (!failed.isEmpty()) {
      failed.remove().queuePair().close();
    }
    enter(LinkState.CLOSED);
  }
}
