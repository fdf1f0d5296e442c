package io.dta.rdma.cm;

import java.util.concurrent.atomic.AtomicLongArray;

/** The counters of a {@link ConnectionManager}: written by its thread alone, readable from any. */
@SuppressWarnings("EnumOrdinal") // As an index, never stored.
public final class CmCounters {
  private final AtomicLongArray values = new AtomicLongArray(CmEvent.values().length);

  CmCounters() {}

  /** How often an event occurred. */
  public long get(CmEvent event) {
    return values.getAcquire(event.ordinal());
  }

  void increment(CmEvent event) {
    int index = event.ordinal();
    values.setRelease(index, values.getPlain(index) + 1);
  }
}
