package io.dta.translator.engine;

import java.util.Locale;

/** How an engine's connection to a collector stands. */
public enum LinkState {
  /** The queue pair is being connected. */
  CONNECTING,
  /** What was unacknowledged when the queue pair went down is being written again. */
  REPLAYING,
  /** Reports are written. */
  UP,
  /** The queue pair went down, or could not be connected; it is tried again in a while. */
  DOWN,
  /** The engine is closed. */
  CLOSED;

  /** The name in JSON, on the screen and as a metric's label, such as {@code replaying}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
