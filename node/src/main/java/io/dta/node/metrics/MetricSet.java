package io.dta.node.metrics;

import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.Supplier;

/**
 * Metrics that are read together: in each scrape all of them from one and the same source, so that
 * what belongs together adds up.
 *
 * @param <S> what they are read from
 */
public final class MetricSet<S> implements MultiCollector {
  private final List<Metric<S>> metrics;
  private final Supplier<S> source;

  private MetricSet(List<Metric<S>> metrics, Supplier<S> source) {
    this.metrics = List.copyOf(metrics);
    this.source = source;
  }

  /**
   * Adds metrics to a registry.
   *
   * @param source called once a scrape, on any thread
   */
  public static <S> void register(
      PrometheusRegistry registry, List<Metric<S>> metrics, Supplier<S> source) {
    registry.register(new MetricSet<>(metrics, source));
  }

  /** Adds the client's own metrics: memory, garbage collection, threads, classes, the process. */
  public static void registerJvm(PrometheusRegistry registry) {
    JvmMetrics.builder().register(registry);
  }

  @Override
  public MetricSnapshots collect() {
    S current = source.get();
    MetricSnapshots.Builder snapshots = MetricSnapshots.builder();
    for (Metric<S> metric : metrics) {
      Samples samples = new Samples(metric.description());
      metric.reader().read(current, samples);
      snapshots.metricSnapshot(samples.snapshot());
    }
    return snapshots.build();
  }

  @Override
  public List<MetricFamilyDescriptor> getMetricFamilyDescriptors() {
    return metrics.stream().map(metric -> metric.description().family()).toList();
  }
}
