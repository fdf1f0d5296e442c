package io.dta.collector.query;

import io.dta.primitives.store.KeyWriteAnswer;
import io.dta.primitives.store.KeyWriteReader;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.Outcome;
import io.dta.primitives.store.QueryPolicy;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Looks up keys in a Key-Write store. */
public final class KeyWriteQueries {
  /**
   * Enough for the misses of a chunk to overlap, little enough for its answers to stay in the
   * cache.
   */
  private static final int CHUNK = 64;

  private final KeyWriteStore store;
  private final int batchLimit;
  private final Pools<Lookup> lookups;

  KeyWriteQueries(KeyWriteStore store, MemorySegment region, int batchLimit) {
    this.store = store;
    this.batchLimit = batchLimit;
    this.lookups =
        new Pools<>(
            store.redundancy(), copies -> new Lookup(withRedundancy(store, copies), region));
  }

  private static KeyWriteStore withRedundancy(KeyWriteStore store, int copies) {
    return new KeyWriteStore(
        store.id(),
        store.name(),
        store.key(),
        store.valueLength(),
        store.slots(),
        copies,
        store.checksum(),
        store.hashes());
  }

  /**
   * Looks up keys.
   *
   * @param redundancy how many copies to look at, 1 to the store's redundancy; null for all
   * @return one answer a key, in the keys' order
   * @throws QueryException where a key is malformed, there are too many, or the redundancy is out
   *     of range
   */
  public List<ValueAnswer> lookup(List<String> texts, QueryPolicy policy, Integer redundancy) {
    int copies = lookups.copies(redundancy, store.name());
    Keys keys = Keys.parse(store.key(), texts, batchLimit);
    return lookups.of(copies).use(lookup -> lookup.all(keys, policy));
  }

  /** A reader and room for its answers; for one thread. */
  private static final class Lookup {
    private final KeyWriteStore store;
    private final KeyWriteReader reader;
    private final KeyWriteAnswer[] answers = new KeyWriteAnswer[CHUNK];

    Lookup(KeyWriteStore store, MemorySegment region) {
      this.store = store;
      this.reader = new KeyWriteReader(store, region);
      for (int i = 0; i < CHUNK; i++) {
        answers[i] = new KeyWriteAnswer(store);
      }
    }

    List<ValueAnswer> all(Keys keys, QueryPolicy policy) {
      List<ValueAnswer> all = new ArrayList<>(keys.count());
      for (int first = 0; first < keys.count(); first += CHUNK) {
        int count = Math.min(CHUNK, keys.count() - first);
        reader.lookup(keys.buffer(), keys.index(first), count, policy, answers);
        for (int i = 0; i < count; i++) {
          all.add(answer(keys.text(first + i), answers[i]));
        }
      }
      return all;
    }

    private ValueAnswer answer(String key, KeyWriteAnswer found) {
      boolean isValue = found.outcome() == Outcome.VALUE;
      byte[] value = new byte[isValue ? store.valueLength() : 0];
      if (isValue) {
        found.value().getBytes(0, value);
      }
      return new ValueAnswer(
          key,
          found.outcome(),
          store.redundancy(),
          found.copiesMatched(),
          found.copiesAgreed(),
          isValue ? HexFormat.of().formatHex(value) : null,
          isValue ? Words.of(value) : null);
    }
  }
}
