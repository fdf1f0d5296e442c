package io.dta.collector.query;

import java.util.Comparator;
import java.util.List;

/** Finds the names that somebody who mistyped one may have meant. */
final class Names {
  /**
   * As long as names are; what follows in a longer one is not worth the time that a stranger could
   * make us spend.
   */
  private static final int MAX_LENGTH = 63;

  private Names() {}

  /** The names, the most similar first. */
  static List<String> nearestFirst(String name, List<String> names) {
    String start = name.substring(0, Math.min(name.length(), MAX_LENGTH));
    return names.stream()
        .sorted(Comparator.comparingInt((String other) -> distance(start, other)))
        .toList();
  }

  /** How many characters must be inserted, deleted or replaced (Levenshtein, 1966). */
  private static int distance(String from, String to) {
    int[] previous = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] current = new int[to.length() + 1];
      current[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[to.length()];
  }
}
