package io.dta.collector.api;

import io.dta.collector.connection.QueuePairStatus;
import io.dta.collector.connection.RnicService;
import io.dta.node.Metrics;
import io.dta.rdma.roce.RnicEvent;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.TreeMap;

/** The software RNIC's counters as Prometheus metrics. */
final class RnicMetrics {
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

  private final RnicService rnic;

  private RnicMetrics(RnicService rnic) {
    this.rnic = rnic;
  }

  static void register(PrometheusRegistry registry, RnicService rnic) {
    RnicMetrics values = new RnicMetrics(rnic);
    new Metrics(registry)
        .counter(
            "dta_rnic_packets_total",
            "Datagrams received",
            () -> rnic.counters().get(RnicEvent.PACKETS))
        .counter(
            "dta_rnic_written_bytes_total",
            "Bytes that WRITEs put into memory",
            () -> rnic.counters().get(RnicEvent.WRITTEN_BYTES))
        .counter(
            "dta_rnic_acknowledgements_total",
            "Acknowledgements sent",
            () -> rnic.counters().get(RnicEvent.ACKNOWLEDGEMENTS))
        .counter(
            "dta_rnic_duplicates_total",
            "Requests carried out before: acknowledged again, not carried out again",
            () -> rnic.counters().get(RnicEvent.DUPLICATES))
        .counter(
            "dta_rnic_failures_total",
            "Requests at which the RNIC failed by a defect of its own",
            rnic::failures)
        .counter(
            "dta_rnic_operations_total",
            "Operations carried out, by kind",
            "operation",
            () -> values.of(OPERATIONS))
        .counter("dta_rnic_naks_total", "NAKs sent, by syndrome", "syndrome", () -> values.of(NAKS))
        .counter(
            "dta_rnic_dropped_packets_total",
            "Packets dropped, by reason",
            "reason",
            () -> values.of(DROPPED))
        .gauge("dta_rnic_queue_pairs", "Queue pairs connected, by state", "state", values::states);
  }

  private Map<String, Long> of(Map<RnicEvent, String> labels) {
    Map<String, Long> values = new TreeMap<>();
    labels.forEach((event, label) -> values.put(label, rnic.counters().get(event)));
    return values;
  }

  private Map<String, Double> states() {
    double receiving = 0;
    double failed = 0;
    for (QueuePairStatus queuePair : rnic.queuePairs()) {
      receiving += queuePair.isReceiving() ? 1 : 0;
      failed += queuePair.isReceiving() ? 0 : 1;
    }
    return Map.of("receiving", receiving, "error", failed);
  }
}
