package io.dta.node;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds what somebody probably meant. */
public final class Nearest {
  /**
   * Names are shorter; what follows in a longer one is not worth the time that a stranger could
   * make us spend.
   */
  private static final int MAX_COMPARED = 64;

  private Nearest() {}

  /** The known names, the one that somebody probably meant first. */
  public static List<String> nearestFirst(String unknown, Collection<String> known) {
    return known.stream()
        .sorted(Comparator.comparingInt(candidate -> distance(unknown, candidate)))
        .toList();
  }

  /**
   * A clause that helps after an unknown name: the nearest known one where it is near, otherwise
   * all of them.
   *
   * @param known in the order to list them; may be empty
   */
  static String hint(String unknown, Collection<String> known) {
    if (known.isEmpty()) {
      return "; none is allowed here";
    }
    String nearest = null;
    int least = Math.max(2, Math.min(unknown.length(), MAX_COMPARED) / 3) + 1;
    for (String candidate : known) {
      int distance = distance(unknown, candidate);
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return nearest != null
        ? "; did you mean '" + nearest + "'?"
        : "; expected one of " + String.join(", ", known);
  }

  /**
   * The least number of characters inserted, removed, replaced or swapped with their neighbor
   * (optimal string alignment).
   */
  static int distance(String whole, String b) {
    String a = whole.substring(0, Math.min(whole.length(), MAX_COMPARED));
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int least = Math.min(replaced, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          least = Math.min(least, cost[i - 2][j - 2] + 1);
        }
        cost[i][j] = least;
      }
    }
    return cost[a.length()][b.length()];
  }
}
