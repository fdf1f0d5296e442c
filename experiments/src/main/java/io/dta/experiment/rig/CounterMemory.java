package io.dta.experiment.rig;

import io.dta.primitives.store.KeyIncrementReader;
import io.dta.primitives.store.KeyIncrementStore;

/** A Key-Increment store, its translator and its reader. For one thread. */
public final class CounterMemory implements FlowCounter {
  private final KeyIncrementStore store;
  private final EngineRig rig;
  private final KeyIncrementReader reader;

  /**
   * Counters that are all zero.
   *
   * @param counters M, a power of two
   * @param copies N
   */
  public CounterMemory(long counters, int copies) {
    store = new KeyIncrementStore(0, "counts", PathFlows.KEY, counters, copies);
    rig = new EngineRig(store);
    reader = new KeyIncrementReader(store, rig.memory(store));
  }

  /** Reports an increment, on behalf of any switch. */
  @Override
  public void add(int reporter, PathFlows flows, long increment) {
    rig.keyIncrement(store, store.redundancy(), flows.key(), increment);
  }

  @Override
  public void finish() {
    rig.drain();
  }

  @Override
  public long estimate(PathFlows flows) {
    return reader.count(flows.key(), 0);
  }

  @Override
  public long bytes() {
    return store.counters() * Long.BYTES;
  }

  @Override
  public void close() {
    rig.close();
  }
}
