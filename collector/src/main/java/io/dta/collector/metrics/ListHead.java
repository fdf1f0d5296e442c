package io.dta.collector.metrics;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.nio.ByteOrder.BIG_ENDIAN;

import io.dta.primitives.store.AppendStore;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Follows the end of an Append list. Frames are written in the order of their sequences, so that
 * the end is found from where it was by doubling steps and halving them, and few frames are looked
 * at. What it says is for display: frames are not checked. For one thread at a time.
 */
final class ListHead {
  private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(BIG_ENDIAN);

  private final AppendStore store;
  private final MemorySegment region;
  private final int list;
  private int next = AppendStore.FIRST_SEQUENCE;
  private long frames;

  ListHead(AppendStore store, MemorySegment region, int list) {
    this.store = store;
    this.region = region;
    this.list = list;
  }

  /** The frames written so far, this moment. */
  long frames() {
    int before = next;
    int there = sequenceAt(next);
    if (there - next > store.frames() / 2) {
      next = there; // Laps went by: the end is somewhere behind this one.
    }
    advance();
    frames += Integer.toUnsignedLong(next - before);
    return frames;
  }

  /** The sequence of the next frame. */
  int next() {
    return next;
  }

  private void advance() {
    if (!isWritten(next)) {
      return;
    }
    int distance = 1;
    while (distance < store.frames() && isWritten(next + distance)) {
      distance *= 2;
    }
    int low = distance / 2; // The last that is known to be there, from the old end on.
    int high = Math.min(distance, store.frames());
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (isWritten(next + middle)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    next += low + 1;
  }

  /** Whether a frame of this sequence, or a later one in its place, is there. */
  private boolean isWritten(int sequence) {
    return sequenceAt(sequence) - sequence >= 0;
  }

  private int sequenceAt(int sequence) {
    return region.get(
        INT,
        store.frameOffset(list, sequence) + store.trailerOffset() + AppendStore.SEQUENCE_OFFSET);
  }
}
