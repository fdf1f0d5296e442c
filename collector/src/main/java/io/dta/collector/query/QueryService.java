package io.dta.collector.query;

import io.dta.node.Nearest;
import io.dta.primitives.Primitive;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.store.Store;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The stores that can be asked, by primitive and name. Immutable, safe on any thread, and so is
 * everything that it returns.
 */
public final class QueryService {
  private final List<Store> stores;
  private final Map<String, KeyWriteQueries> keyWrite = new LinkedHashMap<>();
  private final Map<String, PostcardingQueries> postcarding = new LinkedHashMap<>();
  private final Map<String, KeyIncrementQueries> keyIncrement = new LinkedHashMap<>();
  private final Map<String, AppendQueries> append = new LinkedHashMap<>();
  private final Map<String, SketchQueries> sketches = new LinkedHashMap<>();

  /**
   * @param memory the region of a store
   * @param batchLimit the most keys, and entries of a list, in one question
   */
  public QueryService(List<Store> stores, Function<Store, MemorySegment> memory, int batchLimit) {
    this.stores = List.copyOf(stores);
    for (Store store : stores) {
      MemorySegment region = memory.apply(store);
      switch (store) {
        case KeyWriteStore s -> keyWrite.put(s.name(), new KeyWriteQueries(s, region, batchLimit));
        case PostcardingStore s ->
            postcarding.put(s.name(), new PostcardingQueries(s, region, batchLimit));
        case KeyIncrementStore s ->
            keyIncrement.put(s.name(), new KeyIncrementQueries(s, region, batchLimit));
        case AppendStore s -> append.put(s.name(), new AppendQueries(s, region, batchLimit));
        case SketchStore s -> sketches.put(s.name(), new SketchQueries(s, region, batchLimit));
      }
    }
  }

  /**
   * The Key-Write store of a name.
   *
   * @throws QueryException naming the stores that there are; so do the other four
   */
  public KeyWriteQueries keyWrite(String name) {
    return find(Primitive.KEY_WRITE, keyWrite, name);
  }

  /** The Postcarding store of a name. */
  public PostcardingQueries postcarding(String name) {
    return find(Primitive.POSTCARDING, postcarding, name);
  }

  /** The Key-Increment store of a name. */
  public KeyIncrementQueries keyIncrement(String name) {
    return find(Primitive.KEY_INCREMENT, keyIncrement, name);
  }

  /** The Append store of a name. */
  public AppendQueries append(String name) {
    return find(Primitive.APPEND, append, name);
  }

  /** The Sketch-Merge store of a name. */
  public SketchQueries sketch(String name) {
    return find(Primitive.SKETCH_MERGE, sketches, name);
  }

  private <Q> Q find(Primitive primitive, Map<String, Q> queries, String name) {
    Q found = queries.get(name);
    if (found == null) {
      throw QueryException.notFound(
          "no %s store is named '%s'; %s"
              .formatted(primitive.label(), name, whatThereIs(primitive, queries, name)));
    }
    return found;
  }

  private String whatThereIs(Primitive primitive, Map<String, ?> queries, String name) {
    for (Store store : stores) {
      if (store.name().equals(name)) {
        return "store '%s' is for %s: ask /v1/%2$s/%1$s".formatted(name, store.primitive().label());
      }
    }
    if (queries.isEmpty()) {
      return "this collector has no %s store".formatted(primitive.label());
    }
    return "there are: " + String.join(", ", Nearest.nearestFirst(name, queries.keySet()));
  }
}
