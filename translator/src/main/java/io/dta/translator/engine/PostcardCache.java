package io.dta.translator.engine;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The rows in which postcards gather, one a flow: a set-associative cache of four ways. A flow has
 * its place in one set of four rows; where all of them are taken, the one that was opened first
 * gives way.
 */
final class PostcardCache {
  private static final int WAYS = 4;
  private static final int FREE = 0;

  private final int setMask;
  private final int keyLength;
  private final int keyStride;
  private final int hops;

  /**
   * A row's flow: the upper half of its key's hash, never 0; {@link #FREE} where the row is free.
   */
  private final int[] tags;

  private final UnsafeBuffer keys;
  private final int[] values;
  private final byte[] masks;
  private final boolean[] immediates;
  private final AgeList ages;

  /** A row's collector, whose queue it is in. */
  private final short[] targets;

  private boolean found;
  private int foundTag;
  private long held;

  PostcardCache(int rows, int keyLength, int hops, int collectors) {
    this.setMask = rows / WAYS - 1;
    this.keyLength = keyLength;
    this.keyStride = (keyLength + Long.BYTES - 1) & -Long.BYTES;
    this.hops = hops;
    this.tags = new int[rows];
    this.keys = new UnsafeBuffer(new byte[rows * keyStride]);
    this.values = new int[rows * hops];
    this.masks = new byte[rows];
    this.immediates = new boolean[rows];
    this.targets = new short[rows];
    this.ages = new AgeList(rows, collectors);
  }

  /**
   * The row of a flow: its own, which {@link #isFound} says, or else the row that it may {@link
   * #open}, which is free or else the oldest of its set.
   */
  int find(DirectBuffer buffer, int key) {
    long hash = ShortBytes.hash(buffer, key, keyLength);
    int tag = (int) (hash >>> Integer.SIZE) | 1;
    int first = ((int) hash & setMask) * WAYS;
    int candidate = AgeList.NONE;
    for (int row = first; row < first + WAYS; row++) {
      if (tags[row] == tag && ShortBytes.equal(keys, row * keyStride, buffer, key, keyLength)) {
        found = true;
        return row;
      }
      candidate = better(candidate, row);
    }
    found = false;
    foundTag = tag;
    return candidate;
  }

  private int better(int candidate, int row) {
    if (candidate == AgeList.NONE) {
      return row;
    }
    if (tags[candidate] == FREE) {
      return candidate;
    }
    boolean isBetter = tags[row] == FREE || ages.openedNs(row) - ages.openedNs(candidate) < 0;
    return isBetter ? row : candidate;
  }

  /** Whether the row that {@link #find} returned last is the flow's own. */
  boolean isFound() {
    return found;
  }

  boolean isTaken(int row) {
    return tags[row] != FREE;
  }

  /** Gives a free row to the flow that {@link #find} was called for last. */
  void open(int row, DirectBuffer buffer, int key, int target, long nowNs) {
    tags[row] = foundTag;
    ShortBytes.copy(buffer, key, keys, row * keyStride, keyLength);
    masks[row] = 0;
    immediates[row] = false;
    targets[row] = (short) target;
    ages.add(target, row, nowNs);
  }

  /**
   * Puts a hop's value into a row.
   *
   * @return whether it took the place of another
   */
  boolean put(int row, int hop, int value, boolean immediate) {
    int bit = 1 << (hop - 1);
    boolean taken = (masks[row] & bit) != 0;
    masks[row] |= (byte) bit;
    immediates[row] |= immediate;
    values[row * hops + hop - 1] = value;
    if (!taken) {
      held++;
    }
    return taken;
  }

  /** Frees a row; its key and values can be read until it is opened again. */
  void close(int row) {
    held -= Integer.bitCount(hops(row));
    tags[row] = FREE;
    ages.remove(targets[row], row);
  }

  /** The hops of a row: bit i − 1 is set where hop i is there. */
  int hops(int row) {
    return masks[row] & 0xFF;
  }

  boolean isImmediate(int row) {
    return immediates[row];
  }

  UnsafeBuffer keys() {
    return keys;
  }

  int keyIndex(int row) {
    return row * keyStride;
  }

  int[] values() {
    return values;
  }

  int valuesIndex(int row) {
    return row * hops;
  }

  /** The collector of a taken row. */
  int target(int row) {
    return targets[row];
  }

  /** A collector's taken row that was opened first, or {@link AgeList#NONE}. */
  int oldest(int target) {
    return ages.oldest(target);
  }

  long openedNs(int row) {
    return ages.openedNs(row);
  }

  long held() {
    return held;
  }

  long countHeld() {
    long count = 0;
    for (int row = 0; row < tags.length; row++) {
      count += tags[row] == FREE ? 0 : Integer.bitCount(hops(row));
    }
    return count;
  }
}
