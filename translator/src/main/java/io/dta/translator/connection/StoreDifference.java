package io.dta.translator.connection;

import io.dta.primitives.directory.Directory;
import io.dta.primitives.store.Store;
import java.util.LinkedHashMap;
import java.util.Map;

/** Says how the stores of two directories differ. */
final class StoreDifference {
  private StoreDifference() {}

  /**
   * What is different between two collectors' stores, or those of one then and now; null where
   * nothing is.
   */
  static String between(Directory first, Directory second) {
    Map<String, Store> expected = new LinkedHashMap<>();
    first.entries().forEach(entry -> expected.put(entry.store().name(), entry.store()));
    for (Directory.Entry entry : second.entries()) {
      Store store = entry.store();
      Store match = expected.remove(store.name());
      if (match == null) {
        return "the first has no store '" + store.name() + "'";
      }
      if (!match.equals(store)) {
        return "one has " + match + ", the other " + store;
      }
    }
    return expected.isEmpty() ? null : "the second has no store " + expected.keySet();
  }
}
