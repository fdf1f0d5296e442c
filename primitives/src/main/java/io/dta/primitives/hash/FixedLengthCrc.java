package io.dta.primitives.hash;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.agrona.DirectBuffer;

/**
 * A reflected CRC-32, init and xorout all ones, over inputs of one length.
 *
 * <p>Over a fixed length a CRC is affine: it is the CRC of as many zero bytes, XORed with what each
 * byte contributes at its position. One table row a position holds that contribution, so no step
 * waits for the one before, and an input that lies in several places needs no copying together:
 * {@code crc = zeros() ^ part(…) ^ part(…)}.
 *
 * <p>Immutable and free of allocation.
 */
public final class FixedLengthCrc {
  /** The longest input in bytes. */
  public static final int MAX_LENGTH = 2048;

  private static final int BYTE_VALUES = 256;

  private final int length;
  private final int zeros;
  private final int[] rows;

  /**
   * @param polynomial in normal notation
   * @param length of the input in bytes, 1 to {@link #MAX_LENGTH}
   */
  public FixedLengthCrc(int polynomial, int length) {
    if (length < 1 || length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "input length " + length + ": expected 1 to " + MAX_LENGTH);
    }
    this.length = length;
    this.rows = new int[length * BYTE_VALUES];
    int reflected = Integer.reverse(polynomial);
    int last = (length - 1) * BYTE_VALUES;
    for (int value = 0; value < BYTE_VALUES; value++) {
      int crc = value;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc >>> 1) ^ ((crc & 1) != 0 ? reflected : 0);
      }
      rows[last + value] = crc;
    }
    for (int i = last - 1; i >= 0; i--) {
      rows[i] = shift(rows[i + BYTE_VALUES], last);
    }
    int crc = -1;
    for (int i = 0; i < length; i++) {
      crc = shift(crc, last);
    }
    this.zeros = ~crc;
  }

  private int shift(int crc, int last) {
    return (crc >>> 8) ^ rows[last + (crc & 0xFF)];
  }

  /** The length of the input in bytes. */
  public int length() {
    return length;
  }

  /** The CRC of an input of zeros only. */
  public int zeros() {
    return zeros;
  }

  /** The CRC of the input that begins at {@code index}. */
  public int compute(DirectBuffer buffer, int index) {
    return zeros ^ part(buffer, index, length, 0);
  }

  /**
   * What a part of the input contributes to the CRC.
   *
   * @param position where the part begins in the input
   */
  public int part(DirectBuffer buffer, int index, int partLength, int position) {
    int crc = 0;
    for (int i = 0; i < partLength; i++) {
      crc ^= rows[(position + i) * BYTE_VALUES + (buffer.getByte(index + i) & 0xFF)];
    }
    return crc;
  }

  /**
   * What a part of the input contributes to the CRC.
   *
   * @param position where the part begins in the input
   */
  public int part(MemorySegment segment, long offset, int partLength, int position) {
    int crc = 0;
    for (int i = 0; i < partLength; i++) {
      crc ^=
          rows[
              (position + i) * BYTE_VALUES
                  + (segment.get(ValueLayout.JAVA_BYTE, offset + i) & 0xFF)];
    }
    return crc;
  }
}
