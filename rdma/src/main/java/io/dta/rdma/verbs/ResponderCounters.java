package io.dta.rdma.verbs;

import java.util.concurrent.atomic.AtomicLongArray;

/** The counters of a {@link VerbsResponder}; for any thread. */
@SuppressWarnings("EnumOrdinal") // As an index, never stored.
public final class ResponderCounters {
  private final AtomicLongArray values = new AtomicLongArray(ResponderEvent.values().length);

  ResponderCounters() {}

  /** How often an event occurred. */
  public long get(ResponderEvent event) {
    return values.get(event.ordinal());
  }

  void increment(ResponderEvent event) {
    values.incrementAndGet(event.ordinal());
  }
}
