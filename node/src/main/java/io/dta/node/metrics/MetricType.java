package io.dta.node.metrics;

import java.util.Locale;

/** What kind of metric it is, as Prometheus has it. */
public enum MetricType {
  /** Only grows, from 0 at the start of the process. */
  COUNTER,
  /** A state that goes up and down. */
  GAUGE,
  /** How often values fell under bounds, and their sum. */
  HISTOGRAM;

  /** The name in the exposition. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
