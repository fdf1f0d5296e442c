package io.dta.translator.engine;

import java.util.Arrays;

/**
 * Numbered slots in the order in which they were opened: a doubly linked list in arrays. As all
 * slots wait for the same time, the oldest is always the next one due, whatever the number of
 * slots.
 */
final class AgeList {
  static final int NONE = -1;

  private final int[] older;
  private final int[] newer;
  private final long[] openedNs;
  private int oldest = NONE;
  private int newest = NONE;

  AgeList(int slots) {
    older = new int[slots];
    newer = new int[slots];
    openedNs = new long[slots];
    Arrays.fill(older, NONE);
    Arrays.fill(newer, NONE);
  }

  /** The memory that a slot takes in bytes. */
  static int slotLength() {
    return Integer.BYTES + Integer.BYTES + Long.BYTES;
  }

  /** Adds a slot that is not in the list. */
  void add(int slot, long nowNs) {
    openedNs[slot] = nowNs;
    older[slot] = newest;
    newer[slot] = NONE;
    if (newest == NONE) {
      oldest = slot;
    } else {
      newer[newest] = slot;
    }
    newest = slot;
  }

  /** Removes a slot that is in the list. */
  void remove(int slot) {
    int before = older[slot];
    int after = newer[slot];
    if (before == NONE) {
      oldest = after;
    } else {
      newer[before] = after;
    }
    if (after == NONE) {
      newest = before;
    } else {
      older[after] = before;
    }
  }

  /** The slot that was opened first, or {@link #NONE}. */
  int oldest() {
    return oldest;
  }

  /** When a slot of the list was opened. */
  long openedNs(int slot) {
    return openedNs[slot];
  }
}
