package io.dta.experiment.rig;

import io.dta.primitives.store.KeyWriteStore;
import io.dta.translator.engine.EngineSettings;
import io.dta.translator.engine.EngineSnapshot;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.SystemNanoClock;

/** Paths by way of the translator's engine. */
final class TranslatedPaths implements PathWriter {
  private final KeyWriteStore store;
  private final EngineRig rig;

  TranslatedPaths(KeyWriteStore store, Losses losses, long seed) {
    this.store = store;
    rig =
        new EngineRig(
            List.of(store),
            EngineSettings.DEFAULTS,
            losses.betweenTranslatorAndMemory(seed),
            SystemNanoClock.INSTANCE);
  }

  @Override
  public void write(PathFlows flows, DirectBuffer value) {
    rig.keyWrite(store, store.redundancy(), flows.key(), value);
  }

  @Override
  public void work() {
    rig.work();
  }

  @Override
  public void finish() {
    rig.drain();
    EngineSnapshot counters = rig.counters();
    if (!counters.isBalanced() || counters.written() != counters.received()) {
      throw new IllegalStateException("the engine lost reports: " + counters);
    }
  }

  @Override
  public long operations() {
    return rig.counters().operations();
  }

  @Override
  public int connections() {
    return 1;
  }

  @Override
  public MemorySegment memory() {
    return rig.memory(store);
  }

  @Override
  public void close() {
    rig.close();
  }
}
