package io.dta.primitives.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A postcard, one hop's report of a flow, after its base header. Offsets count from the first byte
 * after the base header.
 *
 * <pre>
 * +-------- ~ --------+---------------+-------------------------------+
 * |  key (K bytes)    |    hop u8     |           value u32           |
 * +-------- ~ --------+---------------+-------------------------------+
 * </pre>
 */
public final class PostcardReport {
  public static final int KEY_OFFSET = 0;
  public static final int HOP_LENGTH = 1;
  public static final int VALUE_LENGTH = 4;

  private PostcardReport() {}

  /** The length of the report after its base header. */
  public static int length(int keyLength) {
    return KEY_OFFSET + keyLength + HOP_LENGTH + VALUE_LENGTH;
  }

  /** The hop, counted from 1. */
  public static int hop(DirectBuffer buffer, int body, int keyLength) {
    return buffer.getByte(body + KEY_OFFSET + keyLength) & 0xFF;
  }

  /** The value, an unsigned 32-bit number. */
  public static int value(DirectBuffer buffer, int body, int keyLength) {
    return buffer.getInt(body + KEY_OFFSET + keyLength + HOP_LENGTH, BIG_ENDIAN);
  }

  /**
   * Writes the report after its base header.
   *
   * @return its length
   */
  public static int put(
      MutableDirectBuffer buffer,
      int body,
      DirectBuffer key,
      int keyIndex,
      int keyLength,
      int hop,
      int value) {
    buffer.putBytes(body + KEY_OFFSET, key, keyIndex, keyLength);
    buffer.putByte(body + KEY_OFFSET + keyLength, (byte) hop);
    buffer.putInt(body + KEY_OFFSET + keyLength + HOP_LENGTH, value, BIG_ENDIAN);
    return length(keyLength);
  }
}
