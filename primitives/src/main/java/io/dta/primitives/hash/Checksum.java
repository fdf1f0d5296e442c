package io.dta.primitives.hash;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * The checksum, zlib's CRC-32, of inputs of one length that lie in one piece, such as a key and the
 * value behind it in a report. Allocates nothing in the long run; for one thread.
 *
 * <p>From 16 bytes on {@link CRC32} folds with carry-less multiplications and takes a third of the
 * time of tables; below that it goes byte by byte, and tables are faster. It reads arrays and byte
 * buffers, and a copy into one of them costs more than the CRC, because what was just stored in
 * pieces cannot be loaded in longer ones at once. So it is given the memory itself.
 */
public final class Checksum {
  private static final int FOLDED_LENGTH = 16;
  private static final long ARRAY_OFFSET = UnsafeApi.arrayBaseOffset(byte[].class);
  private static final long WINDOW_ALIGNMENT = 1L << 30;

  /** The largest byte buffer has a few bytes less than 2 GiB. */
  private static final long WINDOW_LENGTH = 2 * WINDOW_ALIGNMENT - 4096;

  private final int length;

  /** For inputs too short for {@link CRC32} to pay off; null for longer ones. */
  private final PositionTable table;

  private final CRC32 crc = new CRC32();
  private long windowAddress;
  private ByteBuffer window = ByteBuffer.allocate(0);

  /**
   * @param length of the input in bytes, at least 1
   */
  public Checksum(int length) {
    HashChecks.range("length", length, Integer.MAX_VALUE);
    this.length = length;
    this.table =
        length < FOLDED_LENGTH
            ? new PositionTable(length, new FixedLengthCrc(Crc32Polynomials.CHECKSUM, length))
            : null;
  }

  /**
   * The checksum of the input that begins at {@code index}.
   *
   * @throws IndexOutOfBoundsException where it does not lie within the buffer
   */
  public int compute(DirectBuffer buffer, int index) {
    if (table != null) {
      table.hash(buffer, index);
      return table.crc(0);
    }
    buffer.boundsCheck(index, length);
    long address = buffer.addressOffset() + index;
    byte[] array = buffer.byteArray();
    crc.reset();
    if (array != null) {
      crc.update(array, (int) (address - ARRAY_OFFSET), length);
    } else {
      try {
        int position = positionInWindow(address);
        crc.update(window.limit(position + length).position(position));
      } finally {
        Reference.reachabilityFence(buffer);
      }
    }
    return (int) crc.getValue();
  }

  /**
   * Where an address is in the window: a byte buffer over nearly 2 GiB of the address space around
   * it, whatever is there. Only the input, which lies within its own buffer, is ever read through
   * it. Buffers of one process lie close together, so it hardly ever moves.
   */
  private int positionInWindow(long address) {
    long position = address - windowAddress;
    if (position < 0 || position > window.capacity() - (long) length) {
      windowAddress = address & -WINDOW_ALIGNMENT;
      window = memory(windowAddress);
      position = address - windowAddress;
    }
    return (int) position;
  }

  /** The one restricted call, allowed by the JVM flag {@code --enable-native-access}. */
  @SuppressWarnings("restricted")
  private static ByteBuffer memory(long address) {
    return MemorySegment.ofAddress(address).reinterpret(WINDOW_LENGTH).asByteBuffer();
  }
}
