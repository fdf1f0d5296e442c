package io.dta.fattree.reporter;

import io.dta.fattree.workload.SplitMix64;

/**
 * The registers of all switches: a table each, in which a key has one place, by hash, and whoever
 * comes to a taken place must evict its owner. A key is two longs, the second not 0; with it are
 * two numbers.
 */
final class FlowCache {
  /** A slot is four longs, half of a cache line: two of the key and two numbers. */
  private static final int SLOT_BITS = 2;

  private static final int LOW = 1;
  private static final int VALUE = 2;
  private static final int EXTRA = 3;

  private final int slotsPerTable;
  private final long[] words;

  /**
   * Empty tables.
   *
   * @param slotsPerTable a power of two
   */
  FlowCache(int tables, int slotsPerTable) {
    if (slotsPerTable < 1 || Integer.bitCount(slotsPerTable) != 1) {
      throw new IllegalArgumentException(
          "slots " + slotsPerTable + ": expected a power of two, 1 or more");
    }
    this.slotsPerTable = slotsPerTable;
    words = new long[Math.multiplyExact(Math.multiplyExact(tables, slotsPerTable), 1 << SLOT_BITS)];
  }

  /** All slots of all tables are from 0 to this − 1. */
  int slots() {
    return words.length >> SLOT_BITS;
  }

  /** The table of a slot. */
  int table(int slot) {
    return slot / slotsPerTable;
  }

  /** The place of a key. */
  int slot(int table, long high, long low) {
    long hash = SplitMix64.mix(SplitMix64.mix(high) ^ low);
    return table * slotsPerTable + ((int) hash & (slotsPerTable - 1));
  }

  boolean isFree(int slot) {
    return low(slot) == 0;
  }

  boolean holds(int slot, long high, long low) {
    return high(slot) == high && low(slot) == low;
  }

  /** Gives a slot to a key; both numbers are 0. */
  void take(int slot, long high, long low) {
    int at = slot << SLOT_BITS;
    words[at] = high;
    words[at + LOW] = low;
    words[at + VALUE] = 0;
    words[at + EXTRA] = 0;
  }

  void free(int slot) {
    words[(slot << SLOT_BITS) + LOW] = 0;
  }

  long high(int slot) {
    return words[slot << SLOT_BITS];
  }

  long low(int slot) {
    return words[(slot << SLOT_BITS) + LOW];
  }

  long value(int slot) {
    return words[(slot << SLOT_BITS) + VALUE];
  }

  void value(int slot, long value) {
    words[(slot << SLOT_BITS) + VALUE] = value;
  }

  long extra(int slot) {
    return words[(slot << SLOT_BITS) + EXTRA];
  }

  void extra(int slot, long extra) {
    words[(slot << SLOT_BITS) + EXTRA] = extra;
  }
}
