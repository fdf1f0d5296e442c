package io.dta.primitives.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * An Append report after its base header. Offsets count from the first byte after the base header.
 *
 * <pre>
 * +-------------------------------+-------- ~ --------+
 * |           list u32            |  entry (E bytes)  |
 * +-------------------------------+-------- ~ --------+
 * </pre>
 */
public final class AppendReport {
  public static final int LIST_OFFSET = 0;
  public static final int ENTRY_OFFSET = 4;

  private AppendReport() {}

  /** The length of the report after its base header. */
  public static int length(int entryLength) {
    return ENTRY_OFFSET + entryLength;
  }

  /** The list, an unsigned 32-bit number. */
  public static int list(DirectBuffer buffer, int body) {
    return buffer.getInt(body + LIST_OFFSET, BIG_ENDIAN);
  }

  /**
   * Writes the report after its base header.
   *
   * @return its length
   */
  public static int put(
      MutableDirectBuffer buffer,
      int body,
      int list,
      DirectBuffer entry,
      int entryIndex,
      int entryLength) {
    buffer.putInt(body + LIST_OFFSET, list, BIG_ENDIAN);
    buffer.putBytes(body + ENTRY_OFFSET, entry, entryIndex, entryLength);
    return length(entryLength);
  }
}
