package io.dta.primitives.datagram;

import io.dta.primitives.Vectors;
import io.dta.primitives.store.Store;
import io.dta.primitives.store.StoreTable;
import java.util.ArrayList;
import java.util.List;

/** The stores of {@code reports.json}: two of each primitive, one of them with number 0. */
final class TestStores {
  static final StoreTable TABLE = table();

  private TestStores() {}

  private static StoreTable table() {
    List<Store> stores = new ArrayList<>();
    Vectors.read("reports.json")
        .get("stores")
        .forEach(store -> stores.add(Vectors.JSON.convertValue(store, Store.class)));
    return new StoreTable(stores);
  }
}
