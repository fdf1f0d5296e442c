package io.dta.primitives.store;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The values that a store's postcards may carry, for quick look-ups: disjoint ranges in ascending
 * order.
 */
final class ValueSet {
  /** The ends of the ranges with their top bits flipped, so that signed order is unsigned order. */
  private final int[] firsts;

  private final int[] lasts;
  private final long size;

  ValueSet(List<ValueRange> ranges) {
    ValueRange[] sorted = ranges.toArray(ValueRange[]::new);
    Arrays.sort(sorted, Comparator.comparingLong(ValueRange::first));
    int[] firstsFound = new int[sorted.length];
    int[] lastsFound = new int[sorted.length];
    int count = 0;
    long total = 0;
    long covered = -1;
    for (ValueRange range : sorted) {
      if (range.last() <= covered) {
        continue;
      }
      long first = Math.max(range.first(), covered + 1);
      firstsFound[count] = flip(first);
      lastsFound[count] = flip(range.last());
      count++;
      total += range.last() - first + 1;
      covered = range.last();
    }
    firsts = Arrays.copyOf(firstsFound, count);
    lasts = Arrays.copyOf(lastsFound, count);
    size = total;
  }

  /** How many values there are. */
  long size() {
    return size;
  }

  /** Whether an unsigned 32-bit value is one of them. */
  boolean contains(int value) {
    int flipped = value ^ Integer.MIN_VALUE;
    int low = 0;
    int high = firsts.length;
    // The range sought is the last one that starts at the value or before it.
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (firsts[middle] <= flipped) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low > 0 && flipped <= lasts[low - 1];
  }

  private static int flip(long value) {
    return (int) value ^ Integer.MIN_VALUE;
  }
}
