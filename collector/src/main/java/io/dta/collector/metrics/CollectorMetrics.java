package io.dta.collector.metrics;

import static io.dta.node.metrics.MetricDescription.counter;
import static io.dta.node.metrics.MetricDescription.gauge;
import static io.dta.node.metrics.MetricDescription.histogram;

import io.dta.collector.connection.QueuePairStatus;
import io.dta.collector.connection.Rnic;
import io.dta.collector.connection.RnicDescriptions;
import io.dta.collector.connection.RnicMetric;
import io.dta.collector.event.EventStream;
import io.dta.collector.region.Capacity;
import io.dta.collector.region.StoreRegions;
import io.dta.node.metrics.LabelValue;
import io.dta.node.metrics.Metric;
import io.dta.node.metrics.MetricDescription;
import io.dta.node.metrics.MetricSet;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.Store;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** A collector's metrics. */
public final class CollectorMetrics {
  private static final String PREFIX = "dta_collector_";

  /** All that is shown, at one moment. */
  private record Reading(
      StoreRegions regions,
      List<StoreLoad.Reading> loads,
      double plannedLoad,
      QueryCounts queries,
      ListReaders.Reading lists,
      EventStream events) {}

  private static final List<Metric<Reading>> STORES =
      List.of(
          gauge(
                  PREFIX + "store_slots",
                  "What a store's memory is an array of: slots, chunks, counters, frames, epochs.",
                  "The configuration.",
                  "Raise it where the load is above what was planned.",
                  "primitive",
                  "store")
              .read(byStore((regions, store) -> Capacity.of(store).slots())),
          gauge(
                  PREFIX + "region_bytes",
                  "The length of a store's memory region.",
                  "The configuration.",
                  "None: it stands beside the memory of the host.",
                  "primitive",
                  "store")
              .read(byStore((regions, store) -> regions.region(store).length())),
          gauge(
                  PREFIX + "region_huge_pages",
                  "1 where the system backs a store's memory with huge pages, 0 elsewhere.",
                  "`regions.backing` and `regions.hugePages`, and what the system grants.",
                  "See `dta doctor`; without them random writes are slower.",
                  "primitive",
                  "store")
              .read(
                  byStore((regions, store) -> regions.region(store).hugePages().isHuge() ? 1 : 0)),
          gauge(
                  PREFIX + "store_used_ratio",
                  "The share of slots that hold something, by a sample of 4096.",
                  "Keys are written; it only grows until the memory is cleared.",
                  "None: the load decides how many answers are found.",
                  "primitive",
                  "store")
              .read(byLoad(StoreLoad.Reading::used)),
          gauge(
                  PREFIX + "store_load_ratio",
                  "The load factor: distinct keys written within `plan.window`, a slot.",
                  "Estimated from the share of sampled slots that changed within the window, so"
                      + " that a key counts once however often its value changes; looked at when"
                      + " scraped.",
                  "Above the planned load: more slots, fewer reports, or a shorter window.",
                  "primitive",
                  "store")
              .read(byLoad(StoreLoad.Reading::load)),
          gauge(
                  PREFIX + "store_planned_load_ratio",
                  "The load factor that the stores were sized for, `plan.load`.",
                  "The configuration.",
                  "None: alerts compare the load with it.",
                  "primitive",
                  "store")
              .read(
                  (reading, samples) -> {
                    for (StoreLoad.Reading load : reading.loads()) {
                      Store store = load.store();
                      samples.add(reading.plannedLoad(), store.primitive().label(), store.name());
                    }
                  }),
          gauge(
                  PREFIX + "store_predicted_success_ratio",
                  "The probability that a key is still found, by the closed form 1 - (1 -"
                      + " exp(-aN))^N at the load a.",
                  "Later keys overwrite earlier ones; the more of them a slot, the sooner.",
                  "Low: more slots, or see whether the redundancy fits the load.",
                  "primitive",
                  "store",
                  "age")
              .explaining(
                  List.of(
                      new LabelValue(
                          "age",
                          "oldest",
                          "A key that was written at the beginning of `plan.window`.",
                          "As above."),
                      new LabelValue(
                          "age", "average", "All keys of `plan.window` together.", "As above.")))
              .read(
                  (reading, samples) -> {
                    for (StoreLoad.Reading load : reading.loads()) {
                      String primitive = load.store().primitive().label();
                      String store = load.store().name();
                      samples.add(load.oldest(), primitive, store, "oldest");
                      samples.add(load.average(), primitive, store, "average");
                    }
                  }));

  private static final List<Metric<Reading>> QUERIES =
      List.of(
          counter(
                  PREFIX + "queries_total",
                  "Questions about a store, single ones and batches alike; of a store that there is"
                      + " not, under the name none.",
                  "Someone asks over HTTP.",
                  "Status 400 or 404: the asker's mistake, the answer says which; 500: see the"
                      + " log.",
                  "primitive",
                  "store",
                  "status")
              .read(
                  (reading, samples) ->
                      reading
                          .queries()
                          .questions()
                          .forEach(
                              (question, count) ->
                                  samples.add(
                                      (double) count.sum(),
                                      question.primitive().label(),
                                      question.store(),
                                      Integer.toString(question.status())))),
          counter(
                  PREFIX + "answers_total",
                  "Answers, each key of a batch one.",
                  "See the kinds below.",
                  "See the kinds below.",
                  "primitive",
                  "store",
                  "kind")
              .explaining(
                  List.of(
                      new LabelValue("kind", "value", "The key was found.", "None."),
                      new LabelValue(
                          "kind",
                          "empty",
                          "The key was never reported, or all of its copies were overwritten.",
                          "More than predicted: see whether its reports arrive and are written."),
                      new LabelValue(
                          "kind",
                          "ambiguous",
                          "Copies contradict each other, and the policy cannot decide.",
                          "More than a few: use another policy, or `checksum: key-value`.")))
              .read(
                  (reading, samples) ->
                      reading
                          .queries()
                          .answers()
                          .forEach(
                              (answer, count) ->
                                  samples.add(
                                      (double) count.sum(),
                                      answer.primitive().label(),
                                      answer.store(),
                                      answer.kind()))),
          histogram(
                  PREFIX + "query_seconds",
                  "Time to answer a question, single or a batch, without writing the answer.",
                  "Batches take longer; so does a host that is busy.",
                  "Ask in smaller batches; see the host's load.",
                  "primitive")
              .read(
                  (reading, samples) ->
                      reading
                          .queries()
                          .times()
                          .forEach(
                              (primitive, times) ->
                                  samples.add(
                                      times.bounds(),
                                      times.counts(),
                                      times.sum(),
                                      primitive.label()))));

  private static final List<Metric<Reading>> LISTS =
      List.of(
          counter(
                  PREFIX + "list_frames_total",
                  "Frames written to a list, since its memory was empty; the first 256 lists of a"
                      + " store.",
                  "A translator writes a frame when it is full, or when its time is over.",
                  "If it stands still, see whether its reporters send.",
                  "store",
                  "list")
              .read(
                  (reading, samples) ->
                      reading
                          .lists()
                          .lists()
                          .forEach(
                              list ->
                                  samples.add((double) list.frames(), list.store(), list.list()))),
          gauge(
                  PREFIX + "list_capacity_frames",
                  "Frames that a list keeps before the oldest are overwritten.",
                  "The configuration.",
                  "Raise `frames` where readers are lapped.",
                  "store")
              .read(
                  (reading, samples) -> {
                    for (Store store : reading.regions().stores()) {
                      if (store instanceof AppendStore append) {
                        samples.add(append.frames(), append.name());
                      }
                    }
                  }),
          gauge(
                  PREFIX + "reader_lag_frames",
                  "Frames between a reader's position and the end of its list, of those who ask"
                      + " with `reader=NAME`; the 256 that asked last.",
                  "The list is written faster than it is read, or the reader pauses.",
                  "Near the list's capacity: read faster, or raise `frames`.",
                  "store",
                  "list",
                  "reader")
              .read(byReader(ListReaders.ReaderReading::lag)),
          counter(
                  PREFIX + "reader_laps_total",
                  "Times that a reader found that frames were overwritten before it read them.",
                  "It was slower than the list is written, by all frames that the list keeps.",
                  "Read faster, raise `frames`, or spread the reports over more lists.",
                  "store",
                  "list",
                  "reader")
              .read(byReader(ListReaders.ReaderReading::laps)),
          counter(
                  PREFIX + "reader_lost_frames_total",
                  "Frames that a reader did not get: overwritten before it read them, or never"
                      + " arrived.",
                  "It was lapped; over UC also a lost packet.",
                  "As for laps.",
                  "store",
                  "list",
                  "reader")
              .read(byReader(ListReaders.ReaderReading::lostFrames)));

  private static final List<Metric<Reading>> EVENTS =
      List.of(
          counter(
                  PREFIX + "immediates_total",
                  "WRITEs with immediate received.",
                  "Reports with the immediate flag.",
                  "None: this is the load.")
              .read((reading, samples) -> samples.add((double) reading.events().received())),
          counter(
                  PREFIX + "unknown_immediates_total",
                  "Immediates that say no store of this collector.",
                  "A translator has another configuration.",
                  "Restart the translator, so that it reads the directory again.")
              .read((reading, samples) -> samples.add((double) reading.events().unknown())),
          counter(
                  PREFIX + "events_missed_total",
                  "Events that subscribers missed.",
                  "They were too slow, or too many events came at once.",
                  "Read faster, or subscribe to fewer stores.")
              .read((reading, samples) -> samples.add((double) reading.events().missed())),
          gauge(
                  PREFIX + "event_subscribers",
                  "Subscribers to events.",
                  "`GET /v1/events`, `dta events` and Java callbacks.",
                  "Near `limits.subscribers`: raise it.")
              .read((reading, samples) -> samples.add(reading.events().subscribers())));

  private static final List<Metric<Reading>> ALL =
      Stream.of(STORES, QUERIES, LISTS, EVENTS).flatMap(List::stream).toList();

  private static final Metric<Rnic> QUEUE_PAIRS =
      gauge(
              "dta_rnic_queue_pairs",
              "Queue pairs that translators made.",
              "Translators connect and disconnect.",
              "In error: the RNIC refused a request; the translator connects anew.",
              "state")
          .read(
              (rnic, samples) -> {
                List<QueuePairStatus> all = rnic.queuePairs();
                long receiving = all.stream().filter(QueuePairStatus::isReceiving).count();
                samples.add((double) receiving, "receiving");
                samples.add((double) (all.size() - receiving), "error");
              });

  private CollectorMetrics() {}

  /** What they are, for the documentation. */
  public static List<MetricDescription> descriptions() {
    return Stream.of(
            Metric.descriptions(ALL), List.of(QUEUE_PAIRS.description()), RnicDescriptions.ALL)
        .flatMap(List::stream)
        .toList();
  }

  /**
   * Adds them to a registry.
   *
   * @param rnic null where there is none
   * @param plannedLoad distinct keys a slot within the window
   * @param window how old the oldest key is that queries should find
   */
  public static void register(
      PrometheusRegistry registry,
      StoreRegions regions,
      Rnic rnic,
      EventStream events,
      QueryCounts queries,
      ListReaders readers,
      double plannedLoad,
      Duration window) {
    List<StoreLoad> loads =
        regions.stores().stream()
            .map(store -> StoreLoad.of(store, regions.region(store).segment(), window.toNanos()))
            .filter(Objects::nonNull)
            .toList();
    MetricSet.register(
        registry,
        ALL,
        () ->
            new Reading(
                regions,
                loads.stream().map(load -> load.read(System.nanoTime())).toList(),
                plannedLoad,
                queries,
                readers.read(),
                events));
    if (rnic != null) {
      List<Metric<Rnic>> metrics =
          Stream.concat(Stream.of(QUEUE_PAIRS), rnic.metrics().stream().map(RnicMetric::metric))
              .toList();
      MetricSet.register(registry, metrics, () -> rnic);
    }
    MetricSet.registerJvm(registry);
  }

  @FunctionalInterface
  private interface StoreValue {
    double of(StoreRegions regions, Store store);
  }

  private static Metric.Reader<Reading> byStore(StoreValue value) {
    return (reading, samples) -> {
      for (Store store : reading.regions().stores()) {
        samples.add(value.of(reading.regions(), store), store.primitive().label(), store.name());
      }
    };
  }

  private static Metric.Reader<Reading> byLoad(ToDoubleFunction<StoreLoad.Reading> value) {
    return (reading, samples) -> {
      for (StoreLoad.Reading load : reading.loads()) {
        samples.add(
            value.applyAsDouble(load), load.store().primitive().label(), load.store().name());
      }
    };
  }

  private static Metric.Reader<Reading> byReader(
      ToDoubleFunction<ListReaders.ReaderReading> value) {
    return (reading, samples) -> {
      for (ListReaders.ReaderReading reader : reading.lists().readers()) {
        samples.add(value.applyAsDouble(reader), reader.store(), reader.list(), reader.reader());
      }
    };
  }
}
