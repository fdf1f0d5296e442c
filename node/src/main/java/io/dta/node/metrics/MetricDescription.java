package io.dta.node.metrics;

import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import java.util.List;

/**
 * What an operator has to know of a metric. {@code docs/metrics.md} is made of these.
 *
 * @param name as it is exposed, with its unit and, of a counter, with {@code _total}
 * @param type what kind it is
 * @param help what it says, a sentence
 * @param cause why it moves, a sentence
 * @param remedy what to do about it, a sentence
 * @param labels the names of its labels
 * @param values those values of labels that need an explanation of their own
 */
public record MetricDescription(
    String name,
    MetricType type,
    String help,
    String cause,
    String remedy,
    List<String> labels,
    List<LabelValue> values) {
  private static final String TOTAL = "_total";

  public MetricDescription {
    if (!name.matches("[a-z][a-z0-9_]*") || name.endsWith(TOTAL) != (type == MetricType.COUNTER)) {
      throw new IllegalArgumentException(
          "metric '%s': expected lower case with underscores, and '_total' at the end of counters alone"
              .formatted(name));
    }
    for (String sentence : List.of(help, cause, remedy)) {
      if (!sentence.endsWith(".")) {
        throw new IllegalArgumentException(
            "metric '%s': '%s' is no sentence with a full stop".formatted(name, sentence));
      }
    }
    labels = List.copyOf(labels);
    values = List.copyOf(values);
  }

  /** A counter. */
  public static MetricDescription counter(
      String name, String help, String cause, String remedy, String... labels) {
    return of(name, MetricType.COUNTER, help, cause, remedy, labels);
  }

  /** A gauge. */
  public static MetricDescription gauge(
      String name, String help, String cause, String remedy, String... labels) {
    return of(name, MetricType.GAUGE, help, cause, remedy, labels);
  }

  /** A histogram. */
  public static MetricDescription histogram(
      String name, String help, String cause, String remedy, String... labels) {
    return of(name, MetricType.HISTOGRAM, help, cause, remedy, labels);
  }

  private static MetricDescription of(
      String name, MetricType type, String help, String cause, String remedy, String... labels) {
    return new MetricDescription(name, type, help, cause, remedy, List.of(labels), List.of());
  }

  /** The same with explanations of a label's values. */
  public MetricDescription explaining(List<LabelValue> explanations) {
    return new MetricDescription(name, type, help, cause, remedy, labels, explanations);
  }

  /** The same with a reader, to be exposed. */
  public <S> Metric<S> read(Metric.Reader<S> reader) {
    return new Metric<>(this, reader);
  }

  MetricFamilyDescriptor family() {
    return MetricFamilyDescriptor.of(
        switch (type) {
          case COUNTER -> io.prometheus.metrics.model.registry.MetricType.COUNTER;
          case GAUGE -> io.prometheus.metrics.model.registry.MetricType.GAUGE;
          case HISTOGRAM -> io.prometheus.metrics.model.registry.MetricType.HISTOGRAM;
        },
        metadata(),
        labels);
  }

  /** The client adds {@code _total} to counters by itself. */
  MetricMetadata metadata() {
    String family =
        type == MetricType.COUNTER ? name.substring(0, name.length() - TOTAL.length()) : name;
    return new MetricMetadata(family, help);
  }
}
