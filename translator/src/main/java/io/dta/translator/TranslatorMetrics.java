package io.dta.translator;

import io.dta.node.Metrics;
import io.dta.primitives.Primitive;
import io.dta.rdma.QueuePairCounters;
import io.dta.translator.engine.DropReason;
import io.dta.translator.engine.EngineEvent;
import io.dta.translator.engine.EngineSnapshot;
import io.dta.translator.engine.LinkState;
import io.dta.translator.engine.LinkStatus;
import io.dta.translator.source.Shard;
import io.dta.translator.source.SourceCounters;
import io.dta.translator.source.UdpSource;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongBiFunction;
import java.util.function.ToLongFunction;

/** Registers a translator's metrics; all are read from its counters when they are scraped. */
final class TranslatorMetrics {
  private static final String PREFIX = "dta_translator_";

  private final PrometheusRegistry registry;
  private final Metrics metrics;
  private final Translator translator;

  private TranslatorMetrics(PrometheusRegistry registry, Translator translator) {
    this.registry = registry;
    this.metrics = new Metrics(registry);
    this.translator = translator;
  }

  /** Registers the metrics of a translator that was started. */
  static void register(PrometheusRegistry registry, Translator translator) {
    TranslatorMetrics metrics = new TranslatorMetrics(registry, translator);
    metrics.reports();
    metrics.source();
    metrics.queuePairs();
  }

  private void reports() {
    byPrimitive("reports_received_total", "Reports that arrived.", EngineSnapshot::received);
    byPrimitive(
        "reports_written_total",
        "Reports whose RDMA operations all succeeded.",
        EngineSnapshot::written);
    byPrimitive(
        "reports_uncertain_total",
        "Reports whose atomics may or may not have taken effect.",
        EngineSnapshot::uncertain);
    byPrimitive("rdma_operations_total", "RDMA operations posted.", EngineSnapshot::operations);
    metrics.counter(
        PREFIX + "reports_dropped_total",
        "Reports dropped, by reason.",
        "reason",
        () -> {
          EngineSnapshot snapshot = translator.snapshot();
          Map<String, Long> values = new LinkedHashMap<>();
          for (DropReason reason : DropReason.values()) {
            values.put(reason.label(), snapshot.dropped(reason));
          }
          return values;
        });
    metrics.gauge(
        PREFIX + "reports_in_flight",
        "Reports that wait in a batch, a cache row or a sketch epoch, or are not acknowledged.",
        "primitive",
        () -> {
          Map<String, Double> values = new LinkedHashMap<>();
          primitives(EngineSnapshot::inFlight).forEach((label, n) -> values.put(label, (double) n));
          return values;
        });
    metrics.counter(
        PREFIX + "engine_events_total",
        "What the engines did beside: full and flushed frames, evicted paths, finished epochs,"
            + " answers.",
        "event",
        () -> {
          EngineSnapshot snapshot = translator.snapshot();
          Map<String, Long> values = new LinkedHashMap<>();
          for (EngineEvent event : EngineEvent.values()) {
            values.put(event.label(), snapshot.count(event));
          }
          return values;
        });
    metrics.counter(
        PREFIX + "errors_total", "Errors that should not happen; see the log.", translator::errors);
  }

  private void byPrimitive(
      String name, String help, ToLongBiFunction<EngineSnapshot, Primitive> value) {
    metrics.counter(PREFIX + name, help, "primitive", () -> primitives(value));
  }

  private Map<String, Long> primitives(ToLongBiFunction<EngineSnapshot, Primitive> value) {
    EngineSnapshot snapshot = translator.snapshot();
    Map<String, Long> values = new LinkedHashMap<>();
    for (Primitive primitive : Primitive.values()) {
      values.put(primitive.label(), value.applyAsLong(snapshot, primitive));
    }
    return values;
  }

  private void source() {
    UdpSource source = translator.source();
    SourceCounters counters = source.counters();
    metrics
        .counter(PREFIX + "datagrams_total", "Datagrams that arrived.", counters::datagrams)
        .counter(PREFIX + "datagram_bytes_total", "UDP payload that arrived.", counters::bytes)
        .counter(PREFIX + "reads_total", "Times that the socket was readable.", counters::reads)
        .counter(
            PREFIX + "kernel_drops_total",
            "Datagrams that the kernel dropped because the receive buffer was full.",
            source::kernelDrops)
        .counter(
            PREFIX + "unknown_source_datagrams_total",
            "Datagrams from IPv6 addresses, whose essential reports are not acknowledged.",
            counters::unknownSources)
        .counter(
            PREFIX + "answers_lost_total",
            "ACKs and NACKs that could not be sent.",
            translator::lostAcknowledgements)
        .gauge(
            PREFIX + "ring_occupancy",
            "Runs of reports that wait for a shard.",
            "shard",
            () -> {
              Map<String, Double> values = new LinkedHashMap<>();
              List<Shard> shards = translator.shards();
              for (int i = 0; i < shards.size(); i++) {
                values.put(Integer.toString(i), (double) shards.get(i).occupancy());
              }
              return values;
            });
  }

  private void queuePairs() {
    GaugeWithCallback.builder()
        .name(PREFIX + "queue_pair_up")
        .help("1 where the queue pair is ready to send.")
        .labelNames("collector", "shard")
        .callback(
            callback -> {
              for (Translator.Link each : translator.links()) {
                boolean up = each.status().state() == LinkState.UP;
                callback.call(
                    up ? 1 : 0, each.status().collector(), Integer.toString(each.shard()));
              }
            })
        .register(registry);
    link("reconnects_total", "Times that it was connected again.", LinkStatus::reconnects);
    link(
        "replayed_operations_total",
        "Operations posted again on a later queue pair.",
        LinkStatus::replayed);
    link(
        "refused_operations_total",
        "Operations given up, as the collector refused them on a fresh queue pair too.",
        LinkStatus::refused);
    queuePair("writes_total", "RDMA WRITEs posted.", QueuePairCounters::writes);
    queuePair("fetch_adds_total", "FETCH_ADDs posted.", QueuePairCounters::fetchAdds);
    queuePair("bytes_total", "Payload posted.", QueuePairCounters::bytes);
    queuePair(
        "packets_total",
        "Packets sent, again or for the first time.",
        QueuePairCounters::packetsSent);
    queuePair("retransmissions_total", "Packets sent again.", QueuePairCounters::retransmissions);
    queuePair(
        "sequence_naks_total",
        "NAKs because a packet was missing.",
        QueuePairCounters::sequenceErrorNaks);
    queuePair("fatal_naks_total", "NAKs that end the queue pair.", QueuePairCounters::fatalNaks);
    queuePair("rnr_naks_total", "RNR NAKs.", QueuePairCounters::receiverNotReadyNaks);
    queuePair("timeouts_total", "Times that no answer came in time.", QueuePairCounters::timeouts);
    queuePair("bad_answers_total", "Answers that were dropped.", QueuePairCounters::badAnswers);
    queuePair(
        "congestion_notifications_total",
        "Congestion notification packets: switches marked our packets.",
        QueuePairCounters::congestionNotifications);
    GaugeWithCallback.builder()
        .name(PREFIX + "queue_pair_rate_limit_bytes_per_second")
        .help("What congestion left of the rate; 0 where nothing limits it.")
        .labelNames("collector", "shard")
        .callback(
            callback -> {
              for (Translator.Link each : translator.links()) {
                callback.call(
                    each.status().counters().rateLimit() / 8.0,
                    each.status().collector(),
                    Integer.toString(each.shard()));
              }
            })
        .register(registry);
  }

  private void queuePair(String name, String help, ToLongFunction<QueuePairCounters> value) {
    link(name, help, status -> value.applyAsLong(status.counters()));
  }

  private void link(String name, String help, ToLongFunction<LinkStatus> value) {
    CounterWithCallback.builder()
        .name(PREFIX + "queue_pair_" + name)
        .help(help)
        .labelNames("collector", "shard")
        .callback(
            callback -> {
              for (Translator.Link each : translator.links()) {
                callback.call(
                    (double) value.applyAsLong(each.status()),
                    each.status().collector(),
                    Integer.toString(each.shard()));
              }
            })
        .register(registry);
  }
}
