package io.dta.collector.metrics;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Some slots of a store, chosen once at random, and what they held when they were looked at last,
 * and when that changed. Looking at them reads no more than {@link #MOST_SLOTS} slots, however
 * large the store is. For one thread at a time.
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

  /** When each slot was found changed; of those that ever were. */
  private final long[] changedNs;

  private final long[] filledNs;
  private final boolean[] everChanged;
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
    this.changedNs = new long[offsets.length];
    this.filledNs = new long[offsets.length];
    this.everChanged = new boolean[offsets.length];
  }

  /** Looks at the slots. */
  void look(long nowNs) {
    occupied = 0;
    for (int i = 0; i < offsets.length; i++) {
      long now = hash(offsets[i]);
      if (now != seen[i]) {
        changedNs[i] = nowNs;
        everChanged[i] = true;
        if (seen[i] == 0) {
          filledNs[i] = nowNs;
        }
      }
      occupied += now == 0 ? 0 : 1;
      seen[i] = now;
    }
  }

  /** How many slots are looked at. */
  int size() {
    return offsets.length;
  }

  /** Of these, how many were found with other bytes than before, at that time or later. */
  int changedSince(long timeNs) {
    return countSince(changedNs, timeNs);
  }

  /** Of these, how many were found in use for the first time, at that time or later. */
  int filledSince(long timeNs) {
    return countSince(filledNs, timeNs);
  }

  private int countSince(long[] timesNs, long timeNs) {
    int count = 0;
    for (int i = 0; i < timesNs.length; i++) {
      count += everChanged[i] && timesNs[i] - timeNs >= 0 ? 1 : 0;
    }
    return count;
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
