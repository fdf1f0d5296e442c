package io.dta.collector.event;

import io.dta.primitives.Primitive;
import io.dta.primitives.store.Store;
import java.util.Set;

/**
 * Which events a subscriber wants.
 *
 * @param stores those with one of these names; empty for all
 * @param primitives those of one of these; empty for all
 */
public record EventFilter(Set<String> stores, Set<Primitive> primitives) {
  /** Every event. */
  public static final EventFilter ALL = new EventFilter(Set.of(), Set.of());

  public EventFilter {
    stores = Set.copyOf(stores);
    primitives = Set.copyOf(primitives);
  }

  /** Whether events of a store pass. */
  public boolean accepts(Store store) {
    return (stores.isEmpty() || stores.contains(store.name()))
        && (primitives.isEmpty() || primitives.contains(store.primitive()));
  }
}
