package io.dta.primitives.store;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;

/**
 * zlib's CRC-32 (RFC 1952, section 8), the checksum CRC of the hash family, over inputs of any
 * length in any buffer, by eight tables of 1 KiB.
 *
 * <p>Frames and values may be long: a table a position, as keys have, would not stay in the cache.
 * {@link java.util.zip.CRC32} holds state and does not read every buffer.
 */
final class ZlibCrc {
  private static final int REFLECTED_POLYNOMIAL = 0xEDB88320;

  /** Entry 256·i + b is the register after byte b and i zero bytes. */
  private static final int[] TABLE = table();

  private ZlibCrc() {}

  /**
   * Continues a CRC.
   *
   * @param crc of all that comes before, 0 where nothing does
   */
  static int update(int crc, DirectBuffer buffer, int index, int length) {
    int register = ~crc;
    int at = index;
    int end = index + length;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      long word = buffer.getLong(at, LITTLE_ENDIAN);
      register = fourBytes((int) word ^ register, 0x400) ^ fourBytes((int) (word >>> 32), 0);
    }
    if (at + Integer.BYTES <= end) {
      register = fourBytes(buffer.getInt(at, LITTLE_ENDIAN) ^ register, 0);
      at += Integer.BYTES;
    }
    for (; at < end; at++) {
      register = register >>> 8 ^ TABLE[(register ^ buffer.getByte(at)) & 0xFF];
    }
    return ~register;
  }

  /**
   * What four bytes, the first one lowest, contribute with {@code after / 256} more bytes after
   * them.
   */
  private static int fourBytes(int bytes, int after) {
    return TABLE[after | 0x300 | (bytes & 0xFF)]
        ^ TABLE[after | 0x200 | (bytes >>> 8 & 0xFF)]
        ^ TABLE[after | 0x100 | (bytes >>> 16 & 0xFF)]
        ^ TABLE[after | bytes >>> 24];
  }

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
