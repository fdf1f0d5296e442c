package io.dta.benchmarks;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.SplittableRandom;

/**
 * The plainest loops that this machine can run over the same memory: what no engine or reader can
 * beat. Random offsets come from a table made before the run, so that only memory is measured.
 */
final class MachineLimit {
  private static final int OFFSETS = 1 << 20;
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  private final MemorySegment region;
  private final long[] offsets = new long[OFFSETS];
  private int next;

  /**
   * @param region what to write to and read from
   * @param stride the distance of the slots, a multiple of 8
   */
  MachineLimit(MemorySegment region, int stride, long seed) {
    this.region = region;
    SplittableRandom random = new SplittableRandom(seed);
    long slots = region.byteSize() / stride;
    for (int i = 0; i < OFFSETS; i++) {
      offsets[i] = random.nextLong(slots) * stride;
    }
  }

  /** Writes 8-byte words to random slots. */
  void write(int slots, int wordsPerSlot) {
    int index = next;
    for (int i = 0; i < slots; i++) {
      long offset = offsets[index++ & (OFFSETS - 1)];
      for (int word = 0; word < wordsPerSlot; word++) {
        region.set(ValueLayout.JAVA_LONG_UNALIGNED, offset + word * 8L, index);
      }
    }
    next = index;
  }

  /** Adds atomically to random 64-bit counters. */
  void add(int counters) {
    int index = next;
    for (int i = 0; i < counters; i++) {
      LONG.getAndAdd(region, offsets[index++ & (OFFSETS - 1)], 1L);
    }
    next = index;
  }

  /** Reads the first word of random slots, each independent of the others. */
  long read(int slots) {
    int index = next;
    long sum = 0;
    for (int i = 0; i < slots; i++) {
      sum += region.get(ValueLayout.JAVA_LONG_UNALIGNED, offsets[index++ & (OFFSETS - 1)]);
    }
    next = index;
    return sum;
  }
}
