package io.dta.collector.region;

import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.store.Store;

/**
 * What a store's memory is an array of.
 *
 * @param slots how many
 * @param unit of what
 */
public record Capacity(long slots, String unit) {
  /** Of a store. */
  public static Capacity of(Store store) {
    return switch (store) {
      case KeyWriteStore s -> new Capacity(s.slots(), "slots");
      case PostcardingStore s -> new Capacity(s.chunks(), "chunks");
      case KeyIncrementStore s -> new Capacity(s.counters(), "counters");
      case AppendStore s -> new Capacity((long) s.lists() * s.frames(), "frames");
      case SketchStore s -> new Capacity(s.epochs(), "epochs");
    };
  }
}
