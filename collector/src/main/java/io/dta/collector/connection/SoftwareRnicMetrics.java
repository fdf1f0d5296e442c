package io.dta.collector.connection;

import io.dta.node.metrics.MetricDescription;
import io.dta.rdma.cm.CmCounters;
import io.dta.rdma.cm.CmEvent;
import io.dta.rdma.roce.RnicCounters;
import io.dta.rdma.roce.RnicEvent;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The software RNIC's counters under the names by which the outside knows them. */
final class SoftwareRnicMetrics {
  private static final Map<RnicEvent, String> OPERATIONS =
      Map.of(
          RnicEvent.WRITES, "write",
          RnicEvent.IMMEDIATES, "write-immediate",
          RnicEvent.READS, "read",
          RnicEvent.ATOMICS, "atomic");

  /** By AETH syndrome (InfiniBand Architecture Specification 1.4, volume 1, section 9.7.5.2). */
  private static final Map<RnicEvent, String> NAKS =
      Map.of(
          RnicEvent.SEQUENCE_ERROR_NAKS, "0x60",
          RnicEvent.INVALID_REQUEST_NAKS, "0x61",
          RnicEvent.REMOTE_ACCESS_NAKS, "0x62",
          RnicEvent.REMOTE_OPERATIONAL_NAKS, "0x63",
          RnicEvent.RECEIVER_NOT_READY_NAKS, "rnr");

  private static final Map<RnicEvent, String> DROPPED =
      Map.of(
          RnicEvent.OUT_OF_SEQUENCE, "out-of-sequence",
          RnicEvent.MALFORMED, "malformed",
          RnicEvent.UNKNOWN_QUEUE_PAIR, "unknown-queue-pair",
          RnicEvent.WRONG_SOURCE, "wrong-source",
          RnicEvent.WRONG_VERSION_OR_PARTITION, "wrong-version-or-partition",
          RnicEvent.WRONG_ICRC, "wrong-icrc",
          RnicEvent.WRONG_OPCODE, "wrong-opcode",
          RnicEvent.QUEUE_PAIR_IN_ERROR, "queue-pair-in-error",
          RnicEvent.FORGOTTEN_ATOMIC, "forgotten-atomic",
          RnicEvent.UNRELIABLE_DROPPED, "unreliable");

  private SoftwareRnicMetrics() {}

  static Map<String, Long> events(RnicCounters counters) {
    Map<String, Long> events = new TreeMap<>();
    for (RnicEvent event : RnicEvent.values()) {
      events.put(event.name().toLowerCase(Locale.ROOT).replace('_', '-'), counters.get(event));
    }
    return events;
  }

  /** Those of RDMA CM, with {@code cm-} before their names. */
  static Map<String, Long> events(CmCounters counters) {
    Map<String, Long> events = new TreeMap<>();
    for (CmEvent event : CmEvent.values()) {
      events.put("cm-" + label(event), counters.get(event));
    }
    return events;
  }

  private static String label(CmEvent event) {
    return event.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static RnicMetric of(CmCounters counters) {
    return new RnicMetric(
        RnicDescriptions.CM_EVENTS,
        () -> {
          Map<String, Long> values = new TreeMap<>();
          for (CmEvent event : CmEvent.values()) {
            values.put(label(event), counters.get(event));
          }
          return values;
        });
  }

  /**
   * @param failures requests at which the RNIC failed by a defect of its own
   * @param kernelDrops in front of its socket
   */
  static List<RnicMetric> of(
      RnicCounters counters, Supplier<Long> failures, Supplier<Long> kernelDrops) {
    return List.of(
        one(RnicDescriptions.PACKETS, counters, RnicEvent.PACKETS),
        one(RnicDescriptions.WRITTEN_BYTES, counters, RnicEvent.WRITTEN_BYTES),
        one(RnicDescriptions.ACKNOWLEDGEMENTS, counters, RnicEvent.ACKNOWLEDGEMENTS),
        one(RnicDescriptions.DUPLICATES, counters, RnicEvent.DUPLICATES),
        one(RnicDescriptions.CONGESTION_MARKS, counters, RnicEvent.CONGESTION_MARKS),
        one(
            RnicDescriptions.CONGESTION_NOTIFICATIONS,
            counters,
            RnicEvent.CONGESTION_NOTIFICATIONS_SENT),
        RnicMetric.of(RnicDescriptions.FAILURES, failures),
        RnicMetric.of(RnicDescriptions.KERNEL_DROPS, kernelDrops),
        new RnicMetric(RnicDescriptions.OPERATIONS, () -> values(counters, OPERATIONS)),
        new RnicMetric(RnicDescriptions.NAKS, () -> values(counters, NAKS)),
        new RnicMetric(RnicDescriptions.DROPPED, () -> values(counters, DROPPED)));
  }

  private static RnicMetric one(
      MetricDescription description, RnicCounters counters, RnicEvent event) {
    return RnicMetric.of(description, () -> counters.get(event));
  }

  private static Map<String, Long> values(RnicCounters counters, Map<RnicEvent, String> labels) {
    Map<String, Long> values = new TreeMap<>();
    labels.forEach((event, label) -> values.put(label, counters.get(event)));
    return values;
  }
}
