package io.dta.collector.connection;

import io.dta.node.metrics.Metric;
import io.dta.node.metrics.MetricDescription;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A counter of an RNIC.
 *
 * @param description one of {@link RnicDescriptions}, with one label or none
 * @param values by label; where there is none, one value with an empty key; safe on any thread
 */
public record RnicMetric(MetricDescription description, Supplier<Map<String, Long>> values) {
  /** A counter without a label. */
  static RnicMetric of(MetricDescription description, Supplier<Long> value) {
    return new RnicMetric(description, () -> Map.of("", value.get()));
  }

  /** To be exposed. */
  public Metric<Rnic> metric() {
    boolean labelled = !description.labels().isEmpty();
    return description.read(
        (rnic, samples) ->
            values
                .get()
                .forEach(
                    (label, value) -> {
                      if (labelled) {
                        samples.add((double) value, label);
                      } else {
                        samples.add((double) value);
                      }
                    }));
  }
}
