package io.dta.fattree.output;

import io.dta.fattree.verify.CollectorAnswers;
import io.dta.primitives.hash.CollectorHasher;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.KeyWriteStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Values of several collectors, each key's from the one that its hash chooses. Of the rest, which
 * DART does not write, the first collector is asked.
 */
final class ShardedAnswers implements CollectorAnswers {
  private final List<? extends CollectorAnswers> collectors;
  private final Map<String, KeyWriteStore> stores;

  ShardedAnswers(List<? extends CollectorAnswers> collectors, List<KeyWriteStore> stores) {
    this.collectors = List.copyOf(collectors);
    this.stores =
        stores.stream().collect(Collectors.toMap(KeyWriteStore::name, Function.identity()));
  }

  @Override
  public List<Value> values(String store, List<String> keys) throws IOException {
    KeyFormat format = stores.get(store).key();
    CollectorHasher hasher = new CollectorHasher(format.length());
    List<List<String>> keysOf = new ArrayList<>();
    List<List<Integer>> placesOf = new ArrayList<>();
    for (int i = 0; i < collectors.size(); i++) {
      keysOf.add(new ArrayList<>());
      placesOf.add(new ArrayList<>());
    }
    for (int i = 0; i < keys.size(); i++) {
      UnsafeBuffer key = new UnsafeBuffer(format.parseKey(keys.get(i)));
      int collector = hasher.collector(key, 0, collectors.size());
      keysOf.get(collector).add(keys.get(i));
      placesOf.get(collector).add(i);
    }
    Value[] values = new Value[keys.size()];
    for (int i = 0; i < collectors.size(); i++) {
      if (!keysOf.get(i).isEmpty()) {
        List<Value> answered = collectors.get(i).values(store, keysOf.get(i));
        for (int j = 0; j < answered.size(); j++) {
          values[placesOf.get(i).get(j)] = answered.get(j);
        }
      }
    }
    return Arrays.asList(values);
  }

  @Override
  public List<Path> paths(String store, List<String> keys) throws IOException {
    return collectors.getFirst().paths(store, keys);
  }

  @Override
  public List<Long> counts(String store, List<String> keys) throws IOException {
    return collectors.getFirst().counts(store, keys);
  }

  @Override
  public Page entries(String store, int list, long from) throws IOException {
    return collectors.getFirst().entries(store, list, from);
  }

  @Override
  public List<Epoch> epochs(String store) throws IOException {
    return collectors.getFirst().epochs(store);
  }

  @Override
  public List<Long> estimates(String store, long epoch, List<String> keys) throws IOException {
    return collectors.getFirst().estimates(store, epoch, keys);
  }

  @Override
  public double cardinality(String store, long epoch) throws IOException {
    return collectors.getFirst().cardinality(store, epoch);
  }
}
