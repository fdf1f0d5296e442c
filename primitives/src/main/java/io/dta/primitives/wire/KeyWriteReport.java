package io.dta.primitives.wire;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A Key-Write report after its base header. Offsets count from the first byte after the base
 * header.
 *
 * <pre>
 * +---------------+-------- ~ --------+-------- ~ --------+
 * | redundancy u8 |  key (K bytes)    | value (V bytes)   |
 * +---------------+-------- ~ --------+-------- ~ --------+
 * </pre>
 */
public final class KeyWriteReport {
  /** How many copies to write, 1 to 8. */
  public static final int REDUNDANCY_OFFSET = 0;

  public static final int KEY_OFFSET = 1;

  private KeyWriteReport() {}

  /** The length of the report after its base header. */
  public static int length(int keyLength, int valueLength) {
    return KEY_OFFSET + keyLength + valueLength;
  }

  public static int redundancy(DirectBuffer buffer, int body) {
    return buffer.getByte(body + REDUNDANCY_OFFSET) & 0xFF;
  }

  public static int valueOffset(int keyLength) {
    return KEY_OFFSET + keyLength;
  }

  /**
   * Writes the report after its base header.
   *
   * @return its length
   */
  public static int put(
      MutableDirectBuffer buffer,
      int body,
      int redundancy,
      DirectBuffer key,
      int keyIndex,
      int keyLength,
      DirectBuffer value,
      int valueIndex,
      int valueLength) {
    buffer.putByte(body + REDUNDANCY_OFFSET, (byte) redundancy);
    buffer.putBytes(body + KEY_OFFSET, key, keyIndex, keyLength);
    buffer.putBytes(body + valueOffset(keyLength), value, valueIndex, valueLength);
    return length(keyLength, valueLength);
  }
}
