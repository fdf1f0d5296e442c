package io.dta.collector.metrics;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Some slots of a store, chosen once at random, and what they held when they were looked at last.
 * Looking at them reads no more than {@link #MOST_SLOTS} slots, however large the store is. For one
 * thread at a time.
 */
final class SlotSample {
  /** The standard error of a share of such a sample is below 0.8 %. */
  static final int MOST_SLOTS = 4096;

  private static final long SEED = 0x5EEDL;
  private static final long FACTOR = 0x9E37_79B9_7F4A_7C15L;

  private final MemorySegment region;
  private final int stride;
  private final long[] offsets;

  /** A hash of each slot's bytes, 0 for one that was never written. */
  private final long[] seen;

  private int changed;
  private int filled;
  private int occupied;

  /**
   * @param stride of a slot in bytes, a multiple of 4
   */
  SlotSample(MemorySegment region, long slots, int stride) {
    this.region = region;
    this.stride = stride;
    LongStream chosen =
        slots <= MOST_SLOTS
            ? LongStream.range(0, slots)
            : new SplittableRandom(SEED).longs(MOST_SLOTS, 0, slots);
    this.offsets = chosen.map(slot -> slot * stride).toArray();
    this.seen = new long[offsets.length];
  }

  /** Looks at the slots; the counts are then of the time since it was called before. */
  void look() {
    changed = 0;
    filled = 0;
    occupied = 0;
    for (int i = 0; i < offsets.length; i++) {
      long now = hash(offsets[i]);
      changed += now == seen[i] ? 0 : 1;
      filled += now != 0 && seen[i] == 0 ? 1 : 0;
      occupied += now == 0 ? 0 : 1;
      seen[i] = now;
    }
  }

  /** How many slots are looked at. */
  int size() {
    return offsets.length;
  }

  /** Of these, how many hold other bytes than before. */
  int changed() {
    return changed;
  }

  /** Of these, how many were empty before and are not any more. */
  int filled() {
    return filled;
  }

  /** Of these, how many hold something. */
  int occupied() {
    return occupied;
  }

  private long hash(long offset) {
    long hash = 0;
    for (int i = 0; i < stride; i += Integer.BYTES) {
      int word = region.get(ValueLayout.JAVA_INT_UNALIGNED, offset + i);
      hash = word == 0 ? hash : (hash ^ (word + ((long) (i + 1) << Integer.SIZE))) * FACTOR;
    }
    return hash;
  }
}
