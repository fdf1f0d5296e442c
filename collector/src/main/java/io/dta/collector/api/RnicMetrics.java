package io.dta.collector.api;

import io.dta.collector.connection.QueuePairStatus;
import io.dta.collector.connection.Rnic;
import io.dta.collector.connection.RnicMetric;
import io.dta.node.Metrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;

/** An RNIC's counters as Prometheus metrics. */
final class RnicMetrics {
  private RnicMetrics() {}

  static void register(PrometheusRegistry registry, Rnic rnic) {
    Metrics metrics = new Metrics(registry);
    for (RnicMetric metric : rnic.metrics()) {
      if (metric.label() == null) {
        metrics.counter(metric.name(), metric.help(), () -> metric.values().get().get(""));
      } else {
        metrics.counter(metric.name(), metric.help(), metric.label(), metric.values());
      }
    }
    metrics.gauge(
        "dta_rnic_queue_pairs", "Queue pairs connected, by state", "state", () -> states(rnic));
  }

  private static Map<String, Double> states(Rnic rnic) {
    double receiving = 0;
    double failed = 0;
    for (QueuePairStatus queuePair : rnic.queuePairs()) {
      receiving += queuePair.isReceiving() ? 1 : 0;
      failed += queuePair.isReceiving() ? 0 : 1;
    }
    return Map.of("receiving", receiving, "error", failed);
  }
}
