package io.dta.node.metrics;

import java.util.List;

/**
 * A metric and how it is read.
 *
 * @param description what it is
 * @param reader reads it
 * @param <S> what it is read from
 */
public record Metric<S>(MetricDescription description, Reader<S> reader) {
  /** Reads a metric. */
  @FunctionalInterface
  public interface Reader<S> {
    /**
     * Reads what a scrape shows.
     *
     * @param source what it is read from, the same for all metrics of a scrape
     * @param samples where the values go
     */
    void read(S source, Samples samples);
  }

  /** The descriptions of some metrics. */
  public static <S> List<MetricDescription> descriptions(List<Metric<S>> metrics) {
    return metrics.stream().map(Metric::description).toList();
  }
}
