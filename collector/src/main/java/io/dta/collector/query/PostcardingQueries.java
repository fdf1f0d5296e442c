package io.dta.collector.query;

import io.dta.primitives.store.Outcome;
import io.dta.primitives.store.PathAnswer;
import io.dta.primitives.store.PostcardingReader;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.QueryPolicy;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Looks up the paths of flows in a Postcarding store. */
public final class PostcardingQueries {
  /** As for {@link KeyWriteQueries}. */
  private static final int CHUNK = 64;

  private final PostcardingStore store;
  private final int batchLimit;
  private final Pools<Lookup> lookups;

  PostcardingQueries(PostcardingStore store, MemorySegment region, int batchLimit) {
    this.store = store;
    this.batchLimit = batchLimit;
    this.lookups =
        new Pools<>(
            store.redundancy(), copies -> new Lookup(withRedundancy(store, copies), region));
  }

  private static PostcardingStore withRedundancy(PostcardingStore store, int copies) {
    return new PostcardingStore(
        store.id(),
        store.name(),
        store.key(),
        store.hops(),
        store.chunks(),
        copies,
        store.verify(),
        store.values());
  }

  /**
   * Looks up paths.
   *
   * @param redundancy how many copies to look at, 1 to the store's redundancy; null for all
   * @return one answer a key, in the keys' order
   * @throws QueryException where a key is malformed, there are too many, or the redundancy is out
   *     of range
   */
  public List<FlowPath> lookup(List<String> texts, QueryPolicy policy, Integer redundancy) {
    int copies = lookups.copies(redundancy, store.name());
    Keys keys = Keys.parse(store.key(), texts, batchLimit);
    return lookups.of(copies).use(lookup -> lookup.all(keys, policy));
  }

  /** A reader and room for its answers; for one thread. */
  private static final class Lookup {
    private final PostcardingStore store;
    private final PostcardingReader reader;
    private final PathAnswer[] answers = new PathAnswer[CHUNK];

    Lookup(PostcardingStore store, MemorySegment region) {
      this.store = store;
      this.reader = new PostcardingReader(store, region);
      for (int i = 0; i < CHUNK; i++) {
        answers[i] = new PathAnswer(store);
      }
    }

    List<FlowPath> all(Keys keys, QueryPolicy policy) {
      List<FlowPath> all = new ArrayList<>(keys.count());
      for (int first = 0; first < keys.count(); first += CHUNK) {
        int count = Math.min(CHUNK, keys.count() - first);
        reader.lookup(keys.buffer(), keys.index(first), count, policy, answers);
        for (int i = 0; i < count; i++) {
          all.add(path(keys.text(first + i), answers[i]));
        }
      }
      return all;
    }

    private FlowPath path(String key, PathAnswer answer) {
      List<Long> values = new ArrayList<>();
      List<FlowPath.Hop> hops = new ArrayList<>();
      List<Integer> missing = new ArrayList<>();
      if (answer.outcome() == Outcome.VALUE) {
        for (int hop = 1; hop <= answer.length(); hop++) {
          if ((answer.hops() & 1 << (hop - 1)) != 0) {
            long value = Integer.toUnsignedLong(answer.value(hop));
            values.add(value);
            hops.add(new FlowPath.Hop(hop, value));
          } else {
            missing.add(hop);
          }
        }
      }
      return new FlowPath(
          key,
          answer.outcome(),
          store.redundancy(),
          answer.copiesMatched(),
          answer.copiesAgreed(),
          values,
          hops,
          missing);
    }
  }
}
