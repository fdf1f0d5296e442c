package io.dta.primitives.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.agrona.DirectBuffer;

/**
 * Reads the counts of keys from a Key-Increment store while it is written (DTA section 3).
 * Allocates nothing; for one thread.
 */
public final class KeyIncrementReader {
  private static final VarHandle COUNTER = ValueLayout.JAVA_LONG.varHandle();

  private final MemorySegment region;
  private final int copies;
  private final KeyIncrementHasher hasher;

  /**
   * @param region the store's region, at least {@link KeyIncrementStore#regionLength()} bytes,
   *     aligned to 8
   * @throws IllegalArgumentException where it is shorter or not aligned
   */
  public KeyIncrementReader(KeyIncrementStore store, MemorySegment region) {
    StoreChecks.region(store, region);
    if (region.maxByteAlignment() < KeyIncrementStore.COUNTER_LENGTH) {
      throw new IllegalArgumentException(
          "region at "
              + region
              + ": store '"
              + store.name()
              + "' needs one that is aligned to 8 bytes, for atomic counters");
    }
    this.region = region;
    copies = store.redundancy();
    hasher = new KeyIncrementHasher(store);
  }

  /**
   * The count of a key: the least of its N counters. Never under the truth once the key's
   * increments are in memory, all of them with the store's redundancy; {@link
   * io.dta.primitives.analysis.KeyIncrementBounds} says how far it may be over.
   *
   * @return an unsigned 64-bit number
   */
  public long count(DirectBuffer key, int index) {
    hasher.hash(key, index, copies);
    long least = (long) COUNTER.getOpaque(region, hasher.counterOffset(0));
    for (int copy = 1; copy < copies; copy++) {
      long count = (long) COUNTER.getOpaque(region, hasher.counterOffset(copy));
      if (Long.compareUnsigned(count, least) < 0) {
        least = count;
      }
    }
    return least;
  }
}
