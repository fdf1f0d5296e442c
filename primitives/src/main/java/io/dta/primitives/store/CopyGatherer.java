package io.dta.primitives.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Copies the N slots of each key of a group out of a region, and lets the copies of a key that
 * match it elect an answer.
 *
 * <p>A region is written while it is read, so nothing may be checked in place and then be read
 * again. And all slots of a group are copied before any of them is looked at, so that their cache
 * misses overlap.
 *
 * <p>Where two copies of a key have the same slot, only the first counts: it is one piece of
 * evidence, not two.
 */
final class CopyGatherer {
  /** What {@link #elect} returns where no copy wins. */
  static final int NOBODY = -1;

  static final int TIE = -2;

  /** Keys a group: enough to keep all of a core's outstanding misses busy. */
  private static final int MAX_GROUP = 64;

  /** What a group's copies may occupy, so that they stay in the cache. */
  private static final int MAX_BYTES = 16 * 1024;

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  private final MemorySegment region;
  private final int copies;
  private final int stride;
  private final int group;
  private final long[] offsets;
  private final byte[] bytes;
  private final UnsafeBuffer buffer;
  private int agreed;

  /**
   * @param copies N, the slots a key
   * @param stride from slot to slot in bytes, 4 or a multiple of 8
   */
  CopyGatherer(MemorySegment region, int copies, int stride) {
    this.region = region;
    this.copies = copies;
    this.stride = stride;
    this.group = Math.clamp(MAX_BYTES / ((long) copies * stride), 1, MAX_GROUP);
    this.offsets = new long[group * copies];
    this.bytes = new byte[group * copies * stride];
    this.buffer = new UnsafeBuffer(bytes);
  }

  /** How many keys a group may have. */
  int group() {
    return group;
  }

  /** Says where a copy of a key of the group lies in the region. */
  void place(int key, int copy, long offset) {
    offsets[key * copies + copy] = offset;
  }

  /** Copies the slots of the group's first {@code keys} keys. */
  void load(int keys) {
    // The writer is elsewhere: nothing that was read before may stand for what is read now.
    VarHandle.acquireFence();
    MemorySegment from = region;
    UnsafeBuffer to = buffer;
    long[] slots = offsets;
    int count = keys * copies;
    if (stride < Long.BYTES) {
      for (int slot = 0; slot < count; slot++) {
        to.putInt(slot * Integer.BYTES, from.get(INT, slots[slot]));
      }
      return;
    }
    // Word by word over all slots: the first round takes all cache misses at once, and its loop is
    // a long one.
    for (int at = 0; at < stride; at += Long.BYTES) {
      for (int slot = 0; slot < count; slot++) {
        to.putLong(slot * stride + at, from.get(LONG, slots[slot] + at));
      }
    }
  }

  /** Holds the copies. */
  UnsafeBuffer buffer() {
    return buffer;
  }

  /** The array behind {@link #buffer}. */
  byte[] bytes() {
    return bytes;
  }

  /** Where in the buffer a copy of a key begins. */
  int index(int key, int copy) {
    return (key * copies + copy) * stride;
  }

  /** Whether a copy has the slot of an earlier copy of its key. */
  boolean isRepeat(int key, int copy) {
    int first = key * copies;
    for (int earlier = 0; earlier < copy; earlier++) {
      if (offsets[first + earlier] == offsets[first + copy]) {
        return true;
      }
    }
    return false;
  }

  /**
   * The copy that the policy chooses among those that match the key.
   *
   * @param matches bit i is set where copy i matches
   * @param offset of the bytes to compare in a copy
   * @param length of the bytes to compare
   * @return a copy, {@link #NOBODY} or {@link #TIE}
   */
  int elect(int key, int matches, QueryPolicy policy, int offset, int length) {
    if ((matches & (matches - 1)) == 0) {
      // None or one, as nearly always with first-match.
      agreed = Integer.bitCount(matches);
      return agreed >= policy.threshold() ? Integer.numberOfTrailingZeros(matches) : NOBODY;
    }
    int threshold = policy.threshold();
    int winner = NOBODY;
    int rivals = 0;
    agreed = 0;
    int open = matches;
    while (open != 0) {
      int copy = Integer.numberOfTrailingZeros(open);
      int equals = equals(key, copy, open, offset, length);
      open &= ~equals;
      int votes = Integer.bitCount(equals);
      switch (policy.kind()) {
        case FIRST_MATCH -> {
          agreed = votes;
          return copy;
        }
        case PLURALITY -> {
          if (votes > agreed) {
            winner = copy;
            rivals = 1;
          } else if (votes == agreed) {
            rivals++;
          }
        }
        case CONSENSUS -> {
          if (votes >= threshold) {
            winner = copy;
            rivals++;
          }
        }
      }
      agreed = Math.max(agreed, votes);
    }
    return rivals > 1 ? TIE : winner;
  }

  /**
   * How many copies agreed with the elected one; where none was elected, the most that agreed with
   * each other.
   */
  int agreed() {
    return agreed;
  }

  private int equals(int key, int copy, int candidates, int offset, int length) {
    int from = index(key, copy) + offset;
    int equals = 1 << copy;
    for (int others = candidates & ~equals; others != 0; others &= others - 1) {
      int other = Integer.numberOfTrailingZeros(others);
      int at = index(key, other) + offset;
      if (ShortBytes.equal(bytes, from, at, length)) {
        equals |= 1 << other;
      }
    }
    return equals;
  }
}
