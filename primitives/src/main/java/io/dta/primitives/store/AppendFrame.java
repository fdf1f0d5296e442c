package io.dta.primitives.store;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes and checks the frames of an Append store; {@link AppendStore} draws their layout.
 * Stateless; allocates nothing.
 *
 * <p>The crc has 16 bits: a frame that is torn, and whose torn parts fit the checks of count and
 * place besides, is taken for whole once in 65536.
 */
public final class AppendFrame {
  private AppendFrame() {}

  /**
   * Completes a frame whose entries are in place: sets the entries that are not used to zero and
   * writes the trailer.
   *
   * @param frame holds the frame's {@link AppendStore#frameLength()} bytes from {@code index} on
   * @param sequence the frame's, an unsigned 32-bit number
   * @param count the entries that are used, 1 to b, from the first on
   * @param flags {@link AppendStore#FLUSHED_FLAG} or 0
   */
  public static void seal(
      MutableDirectBuffer frame, int index, AppendStore store, int sequence, int count, int flags) {
    int trailer = index + store.trailerOffset();
    int used = index + count * store.entryLength();
    if (used < trailer) {
      frame.setMemory(used, trailer - used, (byte) 0);
    }
    frame.putInt(trailer + AppendStore.SEQUENCE_OFFSET, sequence, BIG_ENDIAN);
    frame.putByte(trailer + AppendStore.COUNT_OFFSET, (byte) count);
    frame.putByte(trailer + AppendStore.FLAGS_OFFSET, (byte) flags);
    frame.putShort(trailer + AppendStore.CRC_OFFSET, (short) crc(frame, index, store), BIG_ENDIAN);
  }

  /**
   * Whether a frame is whole: its crc is right and its count is from 1 to b. Memory that was never
   * written is not.
   *
   * @param frame a copy that nobody writes
   */
  public static boolean isValid(DirectBuffer frame, int index, AppendStore store) {
    int count = count(frame, index, store);
    return count >= 1
        && count <= store.batch()
        && (frame.getShort(index + store.trailerOffset() + AppendStore.CRC_OFFSET, BIG_ENDIAN)
                & 0xFFFF)
            == crc(frame, index, store);
  }

  /** The frame's sequence, an unsigned 32-bit number. */
  public static int sequence(DirectBuffer frame, int index, AppendStore store) {
    return frame.getInt(index + store.trailerOffset() + AppendStore.SEQUENCE_OFFSET, BIG_ENDIAN);
  }

  /** How many of the entries are used. */
  public static int count(DirectBuffer frame, int index, AppendStore store) {
    return frame.getByte(index + store.trailerOffset() + AppendStore.COUNT_OFFSET) & 0xFF;
  }

  /** The trailer's flags, such as {@link AppendStore#FLUSHED_FLAG}. */
  public static int flags(DirectBuffer frame, int index, AppendStore store) {
    return frame.getByte(index + store.trailerOffset() + AppendStore.FLAGS_OFFSET) & 0xFF;
  }

  private static int crc(DirectBuffer frame, int index, AppendStore store) {
    return ZlibCrc.update(0, frame, index, store.trailerOffset() + AppendStore.CRC_OFFSET) & 0xFFFF;
  }
}
