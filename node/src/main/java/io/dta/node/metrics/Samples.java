package io.dta.node.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;

/** The values of one metric in one scrape. */
public final class Samples {
  private final MetricDescription description;
  private final List<CounterDataPointSnapshot> counters = new ArrayList<>();
  private final List<GaugeDataPointSnapshot> gauges = new ArrayList<>();
  private final List<HistogramDataPointSnapshot> histograms = new ArrayList<>();

  Samples(MetricDescription description) {
    this.description = description;
  }

  /**
   * Adds a value of a counter or gauge.
   *
   * @param labels the values of the metric's labels, in their order
   */
  public void add(double value, String... labels) {
    if (description.type() == MetricType.COUNTER) {
      counters.add(
          CounterDataPointSnapshot.builder().value(value).labels(labelled(labels)).build());
    } else {
      gauges.add(GaugeDataPointSnapshot.builder().value(value).labels(labelled(labels)).build());
    }
  }

  /**
   * Adds a histogram.
   *
   * @param bounds inclusive upper bounds, rising
   * @param counts how many values were up to each bound and above the one before; the last of them
   *     above all bounds
   * @param sum of all values
   */
  public void add(double[] bounds, long[] counts, double sum, String... labels) {
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    for (int i = 0; i < counts.length; i++) {
      buckets.bucket(i < bounds.length ? bounds[i] : Double.POSITIVE_INFINITY, counts[i]);
    }
    histograms.add(
        HistogramDataPointSnapshot.builder()
            .classicHistogramBuckets(buckets.build())
            .sum(sum)
            .labels(labelled(labels))
            .build());
  }

  private Labels labelled(String... values) {
    return Labels.of(description.labels().toArray(String[]::new), values);
  }

  MetricSnapshot snapshot() {
    return switch (description.type()) {
      case COUNTER -> new CounterSnapshot(description.metadata(), counters);
      case GAUGE -> new GaugeSnapshot(description.metadata(), gauges);
      case HISTOGRAM -> new HistogramSnapshot(description.metadata(), histograms);
    };
  }
}
