package io.dta.primitives.hash;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.agrona.DirectBuffer;

/**
 * A reflected CRC-32, init and xorout all ones, over inputs of one length.
 *
 * <p>Over a fixed length a CRC is affine: it is the CRC of as many zero bytes, XORed with what each
 * byte contributes at its position. A table row a position, 1 KiB, holds these contributions, so no
 * step waits for the one before, and the parts of an input may lie in different places: {@code crc
 * = zeros() ^ part(…) ^ part(…)}.
 *
 * <p>Immutable; allocates nothing once constructed. Made for keys: where an input is long, rows
 * leave the cache, and {@link java.util.zip.CRC32} is faster.
 */
public final class FixedLengthCrc {
  /** The longest input in bytes. */
  public static final int MAX_LENGTH = 2048;

  private static final int BYTE_VALUES = 256;

  private final int length;
  private final int zeros;
  private final int[] rows;

  /**
   * @param polynomial in normal notation, x^32 left out
   * @param length of the input in bytes, 1 to {@link #MAX_LENGTH}
   */
  public FixedLengthCrc(int polynomial, int length) {
    HashChecks.range("length", length, MAX_LENGTH);
    this.length = length;
    this.rows = new int[length * BYTE_VALUES];
    int reflected = Integer.reverse(polynomial);
    int last = (length - 1) * BYTE_VALUES;
    for (int value = 0; value < BYTE_VALUES; value++) {
      int register = value;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        register = (register >>> 1) ^ (reflected & -(register & 1));
      }
      rows[last + value] = register;
    }
    for (int entry = last - 1; entry >= 0; entry--) {
      rows[entry] = zeroByte(rows[entry + BYTE_VALUES]);
    }
    int register = -1;
    for (int i = 0; i < length; i++) {
      register = zeroByte(register);
    }
    this.zeros = ~register;
  }

  /** The register after one more byte, a zero. */
  private int zeroByte(int register) {
    return (register >>> Byte.SIZE) ^ rows[(length - 1) * BYTE_VALUES + (register & 0xFF)];
  }

  /** The length of the input in bytes. */
  public int length() {
    return length;
  }

  /** The CRC of an input of zeros only. */
  public int zeros() {
    return zeros;
  }

  /** What a byte, 0 to 255, contributes at a position. */
  int contribution(int position, int value) {
    return rows[position * BYTE_VALUES + value];
  }

  /** The CRC of the input that begins at {@code index}. */
  public int compute(DirectBuffer buffer, int index) {
    return zeros ^ part(buffer, index, length, 0);
  }

  /**
   * What a part of the input contributes to the CRC.
   *
   * @param partLength in bytes
   * @param position where the part begins in the input; {@code position + partLength} is at most
   *     the input's length
   */
  public int part(DirectBuffer buffer, int index, int partLength, int position) {
    int crc = 0;
    int row = position * BYTE_VALUES;
    for (int i = 0; i < partLength; i++, row += BYTE_VALUES) {
      crc ^= rows[row + (buffer.getByte(index + i) & 0xFF)];
    }
    return crc;
  }

  /**
   * What a part of the input contributes to the CRC.
   *
   * @param partLength in bytes
   * @param position where the part begins in the input; {@code position + partLength} is at most
   *     the input's length
   */
  public int part(MemorySegment segment, long offset, int partLength, int position) {
    int crc = 0;
    int row = position * BYTE_VALUES;
    for (int i = 0; i < partLength; i++, row += BYTE_VALUES) {
      crc ^= rows[row + (segment.get(ValueLayout.JAVA_BYTE, offset + i) & 0xFF)];
    }
    return crc;
  }
}
