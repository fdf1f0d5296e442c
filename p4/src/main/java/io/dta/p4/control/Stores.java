package io.dta.p4.control;

import io.dta.primitives.directory.Directory;
import io.dta.primitives.store.Store;
import java.util.Comparator;
import java.util.List;

/** The stores of a collector, of which all collectors of a switch have to have the same ones. */
final class Stores {
  private Stores() {}

  /** Those of a directory, by name. */
  static List<Store> of(Directory directory) {
    return directory.entries().stream()
        .map(Directory.Entry::store)
        .sorted(Comparator.comparing(Store::name))
        .toList();
  }

  /**
   * How a collector's stores differ from those that are served; null where they do not.
   *
   * @param served in the order of {@link #of}
   */
  static String difference(List<Store> served, List<Store> others) {
    if (served.equals(others)) {
      return null;
    }
    for (Store store : others) {
      if (!served.contains(store)) {
        return "it has %s, and the switch serves %s; start it with these, or start again to take the new ones over"
            .formatted(store, served);
      }
    }
    return "it has only %s, and the switch serves %s".formatted(others, served);
  }
}
