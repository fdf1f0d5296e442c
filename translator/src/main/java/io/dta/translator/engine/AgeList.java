package io.dta.translator.engine;

import java.util.Arrays;

/**
 * Numbered slots in the order in which they were opened, in one or more queues: doubly linked lists
 * in arrays. As all slots wait for the same time, the oldest of a queue is always the next one due,
 * whatever the number of slots. A queue a collector, so that one that is down does not keep what
 * waits for the others.
 */
final class AgeList {
  static final int NONE = -1;

  private final int[] older;
  private final int[] newer;
  private final long[] openedNs;
  private final int[] oldest;
  private final int[] newest;

  AgeList(int slots, int queues) {
    oldest = new int[queues];
    newest = new int[queues];
    Arrays.fill(oldest, NONE);
    Arrays.fill(newest, NONE);
    older = new int[slots];
    newer = new int[slots];
    openedNs = new long[slots];
    Arrays.fill(older, NONE);
    Arrays.fill(newer, NONE);
  }

  /** Adds a slot that is in no queue. */
  void add(int queue, int slot, long nowNs) {
    int last = newest[queue];
    openedNs[slot] = nowNs;
    older[slot] = last;
    newer[slot] = NONE;
    if (last == NONE) {
      oldest[queue] = slot;
    } else {
      newer[last] = slot;
    }
    newest[queue] = slot;
  }

  /** Removes a slot from the queue that it is in. */
  void remove(int queue, int slot) {
    int before = older[slot];
    int after = newer[slot];
    if (before == NONE) {
      oldest[queue] = after;
    } else {
      newer[before] = after;
    }
    if (after == NONE) {
      newest[queue] = before;
    } else {
      older[after] = before;
    }
  }

  /** The slot of a queue that was opened first, or {@link #NONE}. */
  int oldest(int queue) {
    return oldest[queue];
  }

  /** When a slot of a queue was opened. */
  long openedNs(int slot) {
    return openedNs[slot];
  }
}
