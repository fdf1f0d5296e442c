package io.dta.collector.metrics;

import io.dta.primitives.analysis.QuerySuccess;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.Store;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * The load of a store whose slots are hashed, estimated from a {@link SlotSample}, as nobody counts
 * what RDMA writes into memory.
 *
 * <p>Where αM keys are written with N copies each, a slot keeps what it held with the probability
 * exp(−αN). So of the share c of slots that changed between two looks follows α = −ln(1 − c) / N,
 * and the load of a window is the sum over its looks. A key that is written again counts if its
 * value has changed, so that the load is rather too high; a Key-Increment store's counters count
 * when they are used for the first time. Looks that are so far apart that nearly every slot changed
 * in between give too low a load.
 */
final class StoreLoad {
  /** Several who scrape must not cause more work than one. */
  private static final long SHORTEST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(500);

  /** How many points of a window are kept. */
  private static final int POINTS = 64;

  private final Store store;
  private final int copies;
  private final boolean counters;
  private final SlotSample sample;
  private final long windowNs;
  private final Deque<Point> points = new ArrayDeque<>();

  private boolean looked;
  private long lookedNs;
  private double total;
  private double before;
  private Reading reading;

  private record Point(long timeNs, double total) {}

  /**
   * What a store's load is.
   *
   * @param used the share of slots that hold something
   * @param load distinct keys written within the window, a slot
   * @param oldest the probability that a key as old as the window is found
   * @param average that a key of the window is found
   */
  record Reading(Store store, double used, double load, double oldest, double average) {}

  private StoreLoad(
      Store store, int copies, MemorySegment region, long slots, int stride, long windowNs) {
    this.store = store;
    this.copies = copies;
    this.counters = store instanceof KeyIncrementStore;
    this.sample = new SlotSample(region, slots, stride);
    this.windowNs = windowNs;
  }

  /** Of a store; null where its slots are not hashed. */
  static StoreLoad of(Store store, MemorySegment region, long windowNs) {
    return switch (store) {
      case KeyWriteStore s ->
          new StoreLoad(s, s.redundancy(), region, s.slots(), s.stride(), windowNs);
      case PostcardingStore s ->
          new StoreLoad(s, s.redundancy(), region, s.chunks(), s.stride(), windowNs);
      case KeyIncrementStore s ->
          new StoreLoad(s, s.redundancy(), region, s.counters(), Long.BYTES, windowNs);
      default -> null;
    };
  }

  /** Looks at the sample, if that was not done a moment ago. */
  synchronized Reading read(long nowNs) {
    if (looked && nowNs - lookedNs < SHORTEST_PAUSE_NS) {
      return reading;
    }
    sample.look();
    int moved = counters ? sample.filled() : sample.changed();
    int open = counters ? sample.size() - sample.occupied() + moved : sample.size();
    if (moved > 0) {
      total += -Math.log1p(-Math.min(moved, open - 0.5) / open) / copies;
    }
    looked = true;
    lookedNs = nowNs;
    double load = total - before(nowNs);
    reading =
        new Reading(
            store,
            (double) sample.occupied() / sample.size(),
            load,
            QuerySuccess.found(load, copies),
            QuerySuccess.foundInWindow(load, copies));
    return reading;
  }

  /** What the total was when the window began, or a 64th of a window before. */
  private double before(long nowNs) {
    Point last = points.peekLast();
    if (last == null || nowNs - last.timeNs() >= windowNs / POINTS) {
      points.addLast(new Point(nowNs, total));
    }
    while (nowNs - points.getFirst().timeNs() > windowNs) {
      before = points.removeFirst().total();
    }
    return before;
  }
}
