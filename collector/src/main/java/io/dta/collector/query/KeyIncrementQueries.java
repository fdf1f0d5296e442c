package io.dta.collector.query;

import io.dta.primitives.store.KeyIncrementReader;
import io.dta.primitives.store.KeyIncrementStore;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Reads the counters of keys in a Key-Increment store. */
public final class KeyIncrementQueries {
  private final KeyIncrementStore store;
  private final int batchLimit;
  private final Pools<KeyIncrementReader> readers;

  KeyIncrementQueries(KeyIncrementStore store, MemorySegment region, int batchLimit) {
    this.store = store;
    this.batchLimit = batchLimit;
    this.readers =
        new Pools<>(
            store.redundancy(),
            copies -> new KeyIncrementReader(withRedundancy(store, copies), region));
  }

  private static KeyIncrementStore withRedundancy(KeyIncrementStore store, int copies) {
    return new KeyIncrementStore(store.id(), store.name(), store.key(), store.counters(), copies);
  }

  /**
   * Reads the counts of keys.
   *
   * @param redundancy how many counters of a key to look at, 1 to the store's redundancy; null for
   *     all
   * @return one answer a key, in the keys' order
   * @throws QueryException where a key is malformed, there are too many, or the redundancy is out
   *     of range
   */
  public List<KeyCount> count(List<String> texts, Integer redundancy) {
    int copies = readers.copies(redundancy, store.name());
    Keys keys = Keys.parse(store.key(), texts, batchLimit);
    return readers.of(copies).use(reader -> all(reader, keys, copies));
  }

  private static List<KeyCount> all(KeyIncrementReader reader, Keys keys, int copies) {
    List<KeyCount> all = new ArrayList<>(keys.count());
    for (int i = 0; i < keys.count(); i++) {
      long count = reader.count(keys.buffer(), keys.index(i));
      all.add(new KeyCount(keys.text(i), new BigInteger(Long.toUnsignedString(count)), copies));
    }
    return all;
  }
}
