package io.dta.collector.metrics;

import io.dta.primitives.analysis.QuerySuccess;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.Store;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;

/**
 * The load of a store whose slots are hashed, estimated from a {@link SlotSample}, as nobody counts
 * what RDMA writes into memory.
 *
 * <p>Where αM different keys are written with N copies each, none of them goes to a slot with the
 * probability exp(−αN), however often each key is written. So of the share c of slots that changed
 * within the window follows α = −ln(1 − c) / N, the load of the window. A key that is written again
 * with the same value is not noticed; a Key-Increment store's counters count when they are used for
 * the first time. Loads above about 9/N, where no slot of the sample is left unchanged, cannot be
 * told from each other.
 */
final class StoreLoad {
  /** Several who scrape must not cause more work than one. */
  private static final long SHORTEST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Store store;
  private final int copies;
  private final boolean counters;
  private final SlotSample sample;
  private final long windowNs;

  private boolean looked;
  private long lookedNs;
  private Reading reading;

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
    sample.look(nowNs);
    int moved =
        counters ? sample.filledSince(nowNs - windowNs) : sample.changedSince(nowNs - windowNs);
    int open = counters ? sample.size() - sample.occupied() + moved : sample.size();
    double load = moved == 0 ? 0 : -Math.log1p(-Math.min(moved, open - 0.5) / open) / copies;
    looked = true;
    lookedNs = nowNs;
    reading =
        new Reading(
            store,
            (double) sample.occupied() / sample.size(),
            load,
            QuerySuccess.found(load, copies),
            QuerySuccess.foundInWindow(load, copies));
    return reading;
  }
}
