package io.dta.rdma.roce;

import java.util.concurrent.atomic.AtomicLongArray;

/** The counters of a {@link SoftwareRnic}: written by its thread alone, readable from any. */
@SuppressWarnings("EnumOrdinal") // As an index, never stored.
public final class RnicCounters {
  private final AtomicLongArray values = new AtomicLongArray(RnicEvent.values().length);

  RnicCounters() {}

  /** How often an event occurred, or how many bytes it amounts to. */
  public long get(RnicEvent event) {
    return values.getAcquire(event.ordinal());
  }

  void add(RnicEvent event, long increment) {
    int index = event.ordinal();
    values.setRelease(index, values.getPlain(index) + increment);
  }

  void increment(RnicEvent event) {
    add(event, 1);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (RnicEvent event : RnicEvent.values()) {
      if (get(event) != 0) {
        text.append(text.isEmpty() ? "" : ", ").append(event).append(' ').append(get(event));
      }
    }
    return text.toString();
  }
}
