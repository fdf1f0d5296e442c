package io.dta.primitives.store;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;

/**
 * zlib's CRC-32 (RFC 1952, section 8) over a buffer of any length and kind, by eight tables at a
 * time.
 *
 * <p>An Append frame is up to 16 KiB long and may lie in native memory: a table a position would
 * not stay in the cache, and {@link java.util.zip.CRC32} takes neither and holds state.
 */
final class FrameCrc {
  private static final int REFLECTED_POLYNOMIAL = 0xEDB88320;
  private static final int[] TABLE = table();

  private FrameCrc() {}

  static int compute(DirectBuffer buffer, int index, int length) {
    int[] table = TABLE;
    int crc = ~0;
    int at = index;
    int end = index + length;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      long word = buffer.getLong(at, LITTLE_ENDIAN);
      int low = (int) word ^ crc;
      int high = (int) (word >>> 32);
      crc =
          table[0x700 | (low & 0xFF)]
              ^ table[0x600 | (low >>> 8 & 0xFF)]
              ^ table[0x500 | (low >>> 16 & 0xFF)]
              ^ table[0x400 | low >>> 24]
              ^ table[0x300 | (high & 0xFF)]
              ^ table[0x200 | (high >>> 8 & 0xFF)]
              ^ table[0x100 | (high >>> 16 & 0xFF)]
              ^ table[high >>> 24];
    }
    for (; at < end; at++) {
      crc = crc >>> 8 ^ table[(crc ^ buffer.getByte(at)) & 0xFF];
    }
    return ~crc;
  }

  /** Entry 256·i + b is the register after byte b and i zero bytes. */
  private static int[] table() {
    int[] table = new int[8 * 256];
    for (int value = 0; value < 256; value++) {
      int register = value;
      for (int bit = 0; bit < 8; bit++) {
        register = register >>> 1 ^ (REFLECTED_POLYNOMIAL & -(register & 1));
      }
      table[value] = register;
    }
    for (int i = 256; i < table.length; i++) {
      int register = table[i - 256];
      table[i] = register >>> 8 ^ table[register & 0xFF];
    }
    return table;
  }
}
