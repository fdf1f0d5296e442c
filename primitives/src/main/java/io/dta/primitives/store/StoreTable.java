package io.dta.primitives.store;

import io.dta.primitives.Primitive;
import io.dta.primitives.wire.BaseHeader;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The stores of a node by primitive and number, for constant-time look-up without allocation. */
public final class StoreTable {
  private final List<Store> stores;
  private final Store[] byPrimitiveAndId =
      new Store[(Primitive.values().length + 1) * BaseHeader.STORES];

  /**
   * @throws IllegalArgumentException where two stores have the same primitive and number, or the
   *     same name
   */
  public StoreTable(List<Store> stores) {
    this.stores = List.copyOf(stores);
    Set<String> names = new HashSet<>();
    for (Store store : this.stores) {
      int index = index(store.primitive(), store.id());
      Store other = byPrimitiveAndId[index];
      if (other != null) {
        throw new IllegalArgumentException(
            "stores '%s' and '%s' are both %s store %d"
                .formatted(other.name(), store.name(), store.primitive().label(), store.id()));
      }
      if (!names.add(store.name())) {
        throw new IllegalArgumentException("two stores are named '" + store.name() + "'");
      }
      byPrimitiveAndId[index] = store;
    }
  }

  /** All stores, in the order given. */
  public List<Store> stores() {
    return stores;
  }

  /**
   * The store that a report names.
   *
   * @param id 0 to 63
   * @return null where there is none
   */
  public Store store(Primitive primitive, int id) {
    return byPrimitiveAndId[index(primitive, id)];
  }

  /** The store of a name, or null. */
  public Store byName(String name) {
    for (Store store : stores) {
      if (store.name().equals(name)) {
        return store;
      }
    }
    return null;
  }

  private static int index(Primitive primitive, int id) {
    return primitive.opcode() * BaseHeader.STORES + id;
  }
}
