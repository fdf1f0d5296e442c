package io.dta.node;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Registers metrics whose values are counted elsewhere and read at each scrape, so that the code
 * that counts knows nothing of Prometheus. Names follow its conventions: {@code
 * dta_translator_reports_total}, units as suffixes.
 */
public final class Metrics {
  private final PrometheusRegistry registry;

  public Metrics(PrometheusRegistry registry) {
    this.registry = registry;
  }

  /** A counter. */
  public Metrics counter(String name, String help, LongSupplier value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call((double) value.getAsLong()))
        .register(registry);
    return this;
  }

  /**
   * A counter with one label.
   *
   * @param values by the label's values
   */
  public Metrics counter(
      String name, String help, String label, Supplier<Map<String, Long>> values) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(label)
        .callback(
            callback -> values.get().forEach((key, value) -> callback.call((double) value, key)))
        .register(registry);
    return this;
  }

  /** A gauge. */
  public Metrics gauge(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
    return this;
  }

  /**
   * A gauge with one label.
   *
   * @param values by the label's values
   */
  public Metrics gauge(
      String name, String help, String label, Supplier<Map<String, Double>> values) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(label)
        .callback(callback -> values.get().forEach((key, value) -> callback.call(value, key)))
        .register(registry);
    return this;
  }

  /** Memory, garbage collection, threads and classes of this JVM. */
  public Metrics jvm() {
    JvmMetrics.builder().register(registry);
    return this;
  }
}
