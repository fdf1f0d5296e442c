package io.dta.primitives.store;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.nio.ByteOrder.BIG_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Follows one list of an Append store while it is written: delivers every entry that is still there
 * when it looks, in order, once, and counts the frames that were not.
 *
 * <p>The reader's <em>position</em> is the sequence of the frame that it expects next; the frame's
 * index in the ring follows from it. Sequences are compared modulo 2^32: s is after t where the
 * signed 32-bit difference s − t is positive. What lies at the index decides:
 *
 * <ul>
 *   <li>A whole frame of the expected sequence is delivered.
 *   <li>A whole frame of a later sequence s: the reader was lapped. The oldest frame that can still
 *       be there is s − F + 1; it becomes the position, and the frames before it are lost.
 *   <li>Everything else (an earlier frame, a frame that is being written, memory never written) is
 *       not there yet, and is looked at again by the next call. But a list's frames are written in
 *       the order of their sequences; so where a later frame was seen before, this one has been
 *       overwritten or never arrived (UC does not repeat a lost WRITE): it is lost, and the
 *       position moves on by one.
 * </ul>
 *
 * <p>A call that finds nothing at its position therefore looks 1, 2, 4 … frames ahead for a later
 * sequence. So the reader passes a frame that was lost on its way without waiting for the ring to
 * come round again.
 *
 * <p>Frames are copied first, and the copy is checked and delivered. Allocates nothing; for one
 * thread.
 */
public final class AppendReader {
  private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(BIG_ENDIAN);

  private final AppendStore store;
  private final MemorySegment region;
  private final int list;
  private final int indexMask;
  private final int sequenceOffset;
  private final MemorySegment copy;
  private final UnsafeBuffer frame;

  private int expected;
  private int latestSeen;
  private long lostFrames;

  /**
   * @param region the store's region, at least {@link AppendStore#regionLength()} bytes
   * @param list 0 to L − 1
   * @param position the sequence of the first frame to deliver, an unsigned 32-bit number: {@link
   *     AppendStore#FIRST_SEQUENCE} for all that is there, {@link #nextSequence} for what will be
   *     written from now on, or an earlier reader's {@link #position()}
   * @throws IllegalArgumentException where the region is too short, or the list or the position out
   *     of range
   */
  public AppendReader(AppendStore store, MemorySegment region, int list, long position) {
    StoreChecks.region(store, region);
    StoreChecks.range("list", list, 0, store.lists() - 1L);
    StoreChecks.range("position", position, 0, 0xFFFF_FFFFL);
    this.store = store;
    this.region = region;
    this.list = list;
    this.indexMask = store.frames() - 1;
    this.sequenceOffset = store.trailerOffset() + AppendStore.SEQUENCE_OFFSET;
    byte[] bytes = new byte[store.frameLength()];
    this.copy = MemorySegment.ofArray(bytes);
    this.frame = new UnsafeBuffer(bytes);
    this.expected = (int) position;
    this.latestSeen = expected - 1;
  }

  /**
   * Delivers what is there from the position on. Frames are delivered whole, so that a position is
   * always between two frames.
   *
   * <p>Where the handler throws, the position stays at the frame that it was called for.
   *
   * @param limit no frame is begun once so many entries have been delivered: at most {@code limit +
   *     b − 1} are
   * @return how many entries were delivered
   */
  public int poll(EntryHandler handler, int limit) {
    int delivered = 0;
    while (delivered < limit) {
      if (load(expected)) {
        int sequence = AppendFrame.sequence(frame, 0, store);
        seen(sequence);
        if (sequence == expected) {
          delivered += deliver(handler);
          expected++;
        } else {
          loseUpTo(sequence - store.frames() + 1);
        }
      } else if (latestSeen - expected > 0) {
        loseUpTo(expected + 1);
      } else if (!laterFrameIsThere()) {
        break;
      }
    }
    return delivered;
  }

  /** The sequence of the frame that is expected next, an unsigned 32-bit number. */
  public long position() {
    return Integer.toUnsignedLong(expected);
  }

  /**
   * How many frames were passed over since this reader's first position because they were no
   * longer, or never, there.
   */
  public long lostFrames() {
    return lostFrames;
  }

  /**
   * The sequence that a list's next frame will have: one more than the latest whole frame in its
   * ring, {@link AppendStore#FIRST_SEQUENCE} where there is none. Looks at the sequence of every
   * frame of the ring. A frame that was torn when its writer died does not count, so that a new
   * writer starts by replacing it.
   *
   * @return an unsigned 32-bit number
   */
  public static long nextSequence(AppendStore store, MemorySegment region, int list) {
    AppendReader reader = new AppendReader(store, region, list, AppendStore.FIRST_SEQUENCE);
    boolean found = false;
    int latest = 0;
    // From the end: sequences fall that way, but for the one step between two laps, so that few
    // frames are later than all before them and have to be copied and checked.
    for (int index = store.frames() - 1; index >= 0; index--) {
      int sequence = reader.sequenceAt(index);
      if ((sequence & reader.indexMask) == index
          && (!found || sequence - latest > 0)
          && reader.copy(index)) {
        found = true;
        latest = AppendFrame.sequence(reader.frame, 0, store);
      }
    }
    return found ? Integer.toUnsignedLong(latest + 1) : AppendStore.FIRST_SEQUENCE;
  }

  private int deliver(EntryHandler handler) {
    int count = AppendFrame.count(frame, 0, store);
    int length = store.entryLength();
    for (int entry = 0; entry < count; entry++) {
      handler.onEntry(position(), entry, frame, entry * length, length);
    }
    return count;
  }

  private void loseUpTo(int position) {
    lostFrames += Integer.toUnsignedLong(position - expected);
    expected = position;
  }

  private void seen(int sequence) {
    if (sequence - latestSeen > 0) {
      latestSeen = sequence;
    }
  }

  private boolean laterFrameIsThere() {
    for (int distance = 1; distance < store.frames(); distance *= 2) {
      if (load(expected + distance)) {
        seen(AppendFrame.sequence(frame, 0, store));
        return true;
      }
    }
    return false;
  }

  /**
   * Copies the frame at a sequence's index.
   *
   * @return whether it is whole and not earlier than the position
   */
  private boolean load(int sequence) {
    // The writer is elsewhere: nothing that was read before may stand for what is read now.
    VarHandle.acquireFence();
    int index = sequence & indexMask;
    return isExpectedOrLater(sequenceAt(index))
        && copy(index)
        && isExpectedOrLater(AppendFrame.sequence(frame, 0, store));
  }

  private boolean isExpectedOrLater(int sequence) {
    return sequence - expected >= 0;
  }

  private int sequenceAt(int index) {
    return region.get(INT, store.frameOffset(list, index) + sequenceOffset);
  }

  /** Copies the frame at an index; true where the copy is whole and belongs there. */
  private boolean copy(int index) {
    MemorySegment.copy(region, store.frameOffset(list, index), copy, 0, store.frameLength());
    return AppendFrame.isValid(frame, 0, store)
        && (AppendFrame.sequence(frame, 0, store) & indexMask) == index;
  }
}
