package io.dta.collector.connection;

import java.util.Map;
import java.util.function.Supplier;

/**
 * A counter of an RNIC.
 *
 * @param name of the Prometheus metric, such as {@code dta_rnic_packets_total}
 * @param help a sentence without a full stop
 * @param label what {@code values} differ by; null where there is one value, with an empty key
 * @param values by label; safe on any thread
 */
public record RnicMetric(
    String name, String help, String label, Supplier<Map<String, Long>> values) {
  /** A counter without a label. */
  public static RnicMetric of(String name, String help, Supplier<Long> value) {
    return new RnicMetric(name, help, null, () -> Map.of("", value.get()));
  }
}
