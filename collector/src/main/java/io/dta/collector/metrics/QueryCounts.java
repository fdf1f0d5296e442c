package io.dta.collector.metrics;

import io.dta.primitives.Primitive;
import io.dta.primitives.store.Outcome;
import io.dta.primitives.store.Store;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is known of the questions that were asked. Usable by all threads. */
public final class QueryCounts {
  /** The label of a question about a store that there is not: names are the asker's to choose. */
  private static final String NO_STORE = "none";

  private static final int OK = 200;

  private final Set<String> stores;
  private final Map<Question, LongAdder> questions = new ConcurrentHashMap<>();
  private final Map<Answer, LongAdder> answers = new ConcurrentHashMap<>();
  private final Map<Primitive, Times> times = new EnumMap<>(Primitive.class);

  record Question(Primitive primitive, String store, int status) {}

  record Answer(Primitive primitive, String store, Outcome outcome) {
    String kind() {
      return outcome.name().toLowerCase(Locale.ROOT);
    }
  }

  /** A histogram of times. */
  static final class Times {
    private static final double NS_PER_SECOND = 1e9;

    private static final double[] BOUNDS = {
      0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3
    };

    private final List<LongAdder> counts =
        Stream.generate(LongAdder::new).limit(BOUNDS.length + 1L).toList();
    private final LongAdder sumNs = new LongAdder();

    void add(long ns) {
      int bucket = 0;
      while (bucket < BOUNDS.length && ns > BOUNDS[bucket] * NS_PER_SECOND) {
        bucket++;
      }
      counts.get(bucket).increment();
      sumNs.add(ns);
    }

    double[] bounds() {
      return BOUNDS.clone();
    }

    long[] counts() {
      return counts.stream().mapToLong(LongAdder::sum).toArray();
    }

    double sum() {
      return sumNs.sum() / NS_PER_SECOND;
    }
  }

  /** Of the stores of a collector: their answers are shown from the beginning, as 0. */
  public QueryCounts(List<Store> stores) {
    this.stores = stores.stream().map(Store::name).collect(Collectors.toSet());
    for (Primitive primitive : Primitive.values()) {
      times.put(primitive, new Times());
    }
    for (Store store : stores) {
      questions.put(new Question(store.primitive(), store.name(), OK), new LongAdder());
      for (Outcome outcome : Outcome.values()) {
        answers.put(new Answer(store.primitive(), store.name(), outcome), new LongAdder());
      }
    }
  }

  /**
   * A question, single or a batch, was answered or refused.
   *
   * @param store as it was asked for
   * @param status of HTTP
   * @param ns that it took
   */
  public void asked(Primitive primitive, String store, int status, long ns) {
    String known = stores.contains(store) ? store : NO_STORE;
    questions
        .computeIfAbsent(new Question(primitive, known, status), _ -> new LongAdder())
        .increment();
    times.get(primitive).add(ns);
  }

  /** Keys were looked up with this outcome. */
  public void answered(Primitive primitive, String store, Outcome outcome, long keys) {
    LongAdder counter = answers.get(new Answer(primitive, store, outcome));
    if (counter != null) { // Only stores that there are can answer.
      counter.add(keys);
    }
  }

  Map<Question, LongAdder> questions() {
    return questions;
  }

  Map<Answer, LongAdder> answers() {
    return answers;
  }

  Map<Primitive, Times> times() {
    return times;
  }
}
