package io.dta.primitives.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A Key-Increment report after its base header. Offsets count from the first byte after the base
 * header.
 *
 * <pre>
 * +---------------+-------- ~ --------+-------------------------------+
 * | redundancy u8 |  key (K bytes)    |         increment u64         |
 * +---------------+-------- ~ --------+-------------------------------+
 * </pre>
 */
public final class KeyIncrementReport {
  /** How many counters to add to, 1 to 8. */
  public static final int REDUNDANCY_OFFSET = 0;

  public static final int KEY_OFFSET = 1;
  public static final int INCREMENT_LENGTH = 8;

  private KeyIncrementReport() {}

  /** The length of the report after its base header. */
  public static int length(int keyLength) {
    return KEY_OFFSET + keyLength + INCREMENT_LENGTH;
  }

  public static int redundancy(DirectBuffer buffer, int body) {
    return buffer.getByte(body + REDUNDANCY_OFFSET) & 0xFF;
  }

  /** What to add, modulo 2^64. */
  public static long increment(DirectBuffer buffer, int body, int keyLength) {
    return buffer.getLong(body + KEY_OFFSET + keyLength, BIG_ENDIAN);
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
      long increment) {
    buffer.putByte(body + REDUNDANCY_OFFSET, (byte) redundancy);
    buffer.putBytes(body + KEY_OFFSET, key, keyIndex, keyLength);
    buffer.putLong(body + KEY_OFFSET + keyLength, increment, BIG_ENDIAN);
    return length(keyLength);
  }
}
