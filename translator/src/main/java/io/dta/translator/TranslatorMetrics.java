package io.dta.translator;

import static io.dta.node.metrics.MetricDescription.counter;
import static io.dta.node.metrics.MetricDescription.gauge;
import static io.dta.node.metrics.MetricDescription.histogram;

import io.dta.node.metrics.LabelValue;
import io.dta.node.metrics.Metric;
import io.dta.node.metrics.MetricDescription;
import io.dta.node.metrics.Samples;
import io.dta.primitives.Primitive;
import io.dta.translator.engine.Distribution;
import io.dta.translator.engine.DropReason;
import io.dta.translator.engine.EngineCounters;
import io.dta.translator.engine.EngineEvent;
import io.dta.translator.engine.EngineSnapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.ToLongBiFunction;
import java.util.stream.Stream;

/** A translator's metrics, but for those of its queue pairs. */
public final class TranslatorMetrics {
  static final String PREFIX = "dta_translator_";

  /** What cannot be decoded belongs to no primitive. */
  private static final String NO_PRIMITIVE = "none";

  private static final double NS_PER_SECOND = 1e9;

  private static final List<Metric<TranslatorReading>> REPORTS =
      List.of(
          counter(
                  PREFIX + "reports_received_total",
                  "Reports that arrived; in every scrape this is written + uncertain + in flight +"
                      + " all dropped.",
                  "Reporters send; what cannot be decoded of a datagram counts as one, of the"
                      + " primitive none.",
                  "If it stands still, see whether reporters send, and to this address and port.",
                  "primitive")
              .read(byPrimitive(EngineSnapshot::received)),
          counter(
                  PREFIX + "reports_written_total",
                  "Reports whose RDMA operations all succeeded.",
                  "The collector acknowledged them (RC), or they were handed over (UC, shared"
                      + " memory).",
                  "If it falls behind what is received, see what is dropped and what is in flight.",
                  "primitive")
              .read(byPrimitive(EngineSnapshot::written)),
          counter(
                  PREFIX + "reports_uncertain_total",
                  "Reports whose atomics may or may not have taken effect.",
                  "A queue pair went down between an atomic and its answer; doing it again could"
                      + " count twice.",
                  "See why the queue pair went down; counters may be low by these increments.",
                  "primitive")
              .read(byPrimitive(EngineSnapshot::uncertain)),
          gauge(
                  PREFIX + "reports_in_flight",
                  "Reports that wait in a batch, a cache row or a sketch epoch, or are not"
                      + " acknowledged.",
                  "Batches fill, paths and epochs become complete, the collector answers.",
                  "If it grows and nothing is written, see whether the queue pair is up.",
                  "primitive")
              .read(byPrimitive(EngineSnapshot::inFlight)),
          counter(
                  PREFIX + "reports_dropped_total",
                  "Reports that were dropped.",
                  "See the reasons below.",
                  "See the reasons below.",
                  "primitive",
                  "reason")
              .explaining(
                  Arrays.stream(DropReason.values())
                      .map(
                          reason ->
                              new LabelValue(
                                  "reason", reason.label(), reason.cause(), reason.remedy()))
                      .toList())
              .read(TranslatorMetrics::dropped),
          histogram(
                  PREFIX + "report_latency_seconds",
                  "Time from a report's datagram to the acknowledgement of its write.",
                  "Waiting in the ring, in a batch, a path or an epoch (from the oldest report on),"
                      + " and for the collector's answer; too long by less than a duty cycle.",
                  "If it grows for all primitives, see retransmissions and outstanding operations;"
                      + " for one that gathers reports, its time-out.",
                  "primitive")
              .read(distribution(EngineCounters::latency, NS_PER_SECOND)),
          counter(
                  PREFIX + "rdma_operations_total",
                  "RDMA operations that reports called for.",
                  "A report needs as many as its redundancy, a batch or a path one a copy.",
                  "None: this is the load of the collector's NIC.",
                  "primitive")
              .read(byPrimitive(EngineSnapshot::operations)),
          histogram(
                  PREFIX + "batch_reports",
                  "Reports that one WRITE carries, of the primitives that gather them.",
                  "Append frames, paths and groups of sketch columns are written when full, or when"
                      + " their time is over.",
                  "Small batches at a high load: raise `appendFlush`, `postcardTimeout` or"
                      + " `postcardRows`.",
                  "primitive")
              .read(distribution(EngineCounters::batches, 1)),
          counter(
                  PREFIX + "engine_events_total",
                  "What the engines did beside.",
                  "See the events below.",
                  "See the events below.",
                  "event")
              .explaining(
                  Arrays.stream(EngineEvent.values())
                      .map(
                          event ->
                              new LabelValue("event", event.label(), event.cause(), event.remedy()))
                      .toList())
              .read(
                  (reading, samples) -> {
                    for (EngineEvent event : EngineEvent.values()) {
                      samples.add((double) reading.reports().count(event), event.label());
                    }
                  }),
          counter(
                  PREFIX + "errors_total",
                  "Errors that should not happen.",
                  "A defect.",
                  "Look into the log, and report it.")
              .read((reading, samples) -> samples.add((double) reading.errors())));

  private static final List<Metric<TranslatorReading>> SOURCE =
      List.of(
          counter(
                  PREFIX + "datagrams_total",
                  "Datagrams that arrived.",
                  "Reporters send.",
                  "If it stands still, see whether reporters send, and to this address and port.")
              .read((reading, samples) -> samples.add((double) reading.source().datagrams())),
          counter(
                  PREFIX + "datagram_bytes_total",
                  "UDP payload that arrived.",
                  "Reporters send.",
                  "None: this is the load of the network.")
              .read((reading, samples) -> samples.add((double) reading.source().bytes())),
          histogram(
                  PREFIX + "datagrams_per_read",
                  "Datagrams that were taken at once when the socket was readable.",
                  "The busier the translator, the more are waiting when it looks.",
                  "Many at a time: it is near its limit; use more shards or another translator.")
              .read(
                  (reading, samples) ->
                      add(samples, List.of(reading.source().datagramsPerRead()), 1)),
          counter(
                  PREFIX + "kernel_drops_total",
                  "Datagrams that the kernel dropped because a socket's receive buffer was full.",
                  "More arrived than was read; reports that are lost here were never received.",
                  "Raise `listen.receiveBuffer` and `net.core.rmem_max`, use more shards, or send"
                      + " less.",
                  "socket")
              .explaining(
                  List.of(
                      new LabelValue(
                          "socket",
                          "reports",
                          "The socket that reports arrive at.",
                          "Essential reports are asked for again; others are lost."),
                      new LabelValue(
                          "socket",
                          "rdma-N",
                          "The socket of shard N at which RoCEv2 answers arrive.",
                          "Requests are sent again; see the load of the host.")))
              .read(
                  (reading, samples) ->
                      reading
                          .kernelDrops()
                          .forEach((socket, drops) -> samples.add((double) drops, socket))),
          counter(
                  PREFIX + "unknown_source_datagrams_total",
                  "Datagrams from IPv6 addresses, whose essential reports are not acknowledged.",
                  "A reporter sends over IPv6.",
                  "Send essential reports over IPv4.")
              .read((reading, samples) -> samples.add((double) reading.source().unknownSources())),
          counter(
                  PREFIX + "answers_lost_total",
                  "ACKs and NACKs that could not be sent.",
                  "The socket had no room, or the network refused the datagram.",
                  "See whether the reporters' addresses are reachable; reporters repeat what is not"
                      + " acknowledged.")
              .read((reading, samples) -> samples.add((double) reading.answersLost())),
          gauge(
                  PREFIX + "ring_occupancy",
                  "Runs of reports that wait in a shard's ring; none with `threading: shared`.",
                  "The source reads faster than the shard translates.",
                  "Near its capacity: use more shards or a larger ring; then reports are dropped as"
                      + " ring-full.",
                  "shard")
              .read(
                  (reading, samples) -> {
                    for (int i = 0; i < reading.shards().size(); i++) {
                      samples.add(
                          (double) reading.shards().get(i).occupancy(), Integer.toString(i));
                    }
                  }),
          histogram(
                  PREFIX + "ring_backlog",
                  "Runs of reports that waited in a shard's ring, after each read of the socket.",
                  "Bursts, or the source reads faster than the shard translates; the occupancy is"
                      + " only what waits while it is scraped.",
                  "As for the occupancy.",
                  "shard")
              .read(
                  (reading, samples) -> {
                    for (int i = 0; i < reading.shards().size(); i++) {
                      add(
                          samples,
                          List.of(reading.shards().get(i).backlog()),
                          1,
                          Integer.toString(i));
                    }
                  }),
          gauge(
                  PREFIX + "ring_capacity",
                  "Runs of reports that a shard's ring holds.",
                  "`threads.ringSize`.",
                  "None: it stands beside the occupancy.",
                  "shard")
              .read(
                  (reading, samples) -> {
                    for (int i = 0; i < reading.shards().size(); i++) {
                      samples.add(reading.shards().get(i).capacity(), Integer.toString(i));
                    }
                  }));

  /** All of them. */
  static final List<Metric<TranslatorReading>> ALL =
      Stream.of(REPORTS, SOURCE, LinkMetrics.ALL).flatMap(List::stream).toList();

  private TranslatorMetrics() {}

  /** What they are, for the documentation. */
  public static List<MetricDescription> descriptions() {
    return Metric.descriptions(ALL);
  }

  private static Metric.Reader<TranslatorReading> byPrimitive(
      ToLongBiFunction<EngineSnapshot, Primitive> value) {
    return (reading, samples) -> {
      for (Primitive primitive : Primitive.values()) {
        samples.add((double) value.applyAsLong(reading.reports(), primitive), primitive.label());
      }
      samples.add((double) value.applyAsLong(reading.reports(), null), NO_PRIMITIVE);
    };
  }

  private static void dropped(TranslatorReading reading, Samples samples) {
    for (DropReason reason : DropReason.values()) {
      for (Primitive primitive : Primitive.values()) {
        samples.add(
            (double) reading.reports().dropped(primitive, reason),
            primitive.label(),
            reason.label());
      }
      samples.add((double) reading.reports().dropped(null, reason), NO_PRIMITIVE, reason.label());
    }
  }

  private static Metric.Reader<TranslatorReading> distribution(
      BiFunction<EngineCounters, Primitive, Distribution> of, double unit) {
    return (reading, samples) -> {
      for (Primitive primitive : Primitive.values()) {
        List<Distribution> parts = new ArrayList<>();
        for (EngineCounters engine : reading.engines()) {
          parts.add(of.apply(engine, primitive));
        }
        add(samples, parts, unit, primitive.label());
      }
    };
  }

  /** Adds the sum of some distributions of the same bounds. */
  private static void add(
      Samples samples, List<Distribution> parts, double unit, String... labels) {
    double[] bounds =
        Arrays.stream(parts.getFirst().bounds()).mapToDouble(bound -> bound / unit).toArray();
    long[] counts = new long[bounds.length + 1];
    double sum = 0;
    for (Distribution part : parts) {
      part.addTo(counts);
      sum += part.sum() / unit;
    }
    samples.add(bounds, counts, sum, labels);
  }
}
