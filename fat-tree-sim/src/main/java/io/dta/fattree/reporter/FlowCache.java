package io.dta.fattree.reporter;

import io.dta.fattree.workload.SplitMix64;

/**
 * The registers of all switches: a table each, in which a key has one place, by hash, and whoever
 * comes to a taken place must evict its owner. A key is two longs, the second not 0; with it are
 * two numbers.
 */
final class FlowCache {
  private final int slotsPerTable;
  private final long[] highs;
  private final long[] lows;
  private final long[] values;
  private final long[] extras;

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
    int slots = Math.multiplyExact(tables, slotsPerTable);
    highs = new long[slots];
    lows = new long[slots];
    values = new long[slots];
    extras = new long[slots];
  }

  /** All slots of all tables are from 0 to this − 1. */
  int slots() {
    return highs.length;
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
    return lows[slot] == 0;
  }

  boolean holds(int slot, long high, long low) {
    return highs[slot] == high && lows[slot] == low;
  }

  /** Gives a slot to a key; both numbers are 0. */
  void take(int slot, long high, long low) {
    highs[slot] = high;
    lows[slot] = low;
    values[slot] = 0;
    extras[slot] = 0;
  }

  void free(int slot) {
    lows[slot] = 0;
  }

  long high(int slot) {
    return highs[slot];
  }

  long low(int slot) {
    return lows[slot];
  }

  long value(int slot) {
    return values[slot];
  }

  void value(int slot, long value) {
    values[slot] = value;
  }

  long extra(int slot) {
    return extras[slot];
  }

  void extra(int slot, long extra) {
    extras[slot] = extra;
  }
}
