package io.dta.primitives.hash;

import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * Several CRCs of a key of fixed length in one pass over it. Holds the result of the last {@link
 * #hash}; for one thread.
 *
 * <p>Over a fixed length a CRC is affine: the CRC of as many zero bytes, XORed with what each byte
 * contributes at its position. A row a position holds these contributions, of two CRCs in a long
 * and of up to four CRCs side by side, so that a byte costs one or two loads and no step waits for
 * the one before. CRCs beyond four are in another table behind this one.
 *
 * <pre>
 * rows, keyLength × 256 entries of one long, or of two where there are more than two CRCs
 * +-------------------------------+-------------------------------+
 * |  CRC 1 in the upper 32 bits,  |  CRC 3 in the upper 32 bits,  |
 * |  CRC 0 in the lower           |  CRC 2 in the lower           |
 * +-------------------------------+-------------------------------+
 * </pre>
 *
 * <p>Rows are read without bounds checks, which would take a third of the time: an index is made of
 * a position below the key's length and a byte, so it cannot leave the rows. The key's place is
 * checked once, as a whole.
 */
final class PositionTable {
  private static final int CRCS = 4;
  private static final int BYTE_VALUES = 256;
  private static final long ROWS_OFFSET = UnsafeApi.arrayBaseOffset(long[].class);
  private static final int ONE_LONG_SHIFT = 3;
  private static final int TWO_LONGS_SHIFT = 4;

  private final int keyLength;
  private final boolean twoLongs;
  private final long[] rows;

  /** The CRCs of a key of zeros, packed as in the rows. */
  private final long firstZeros;

  private final long secondZeros;

  /** The table of the CRCs beyond four, or null. */
  private final PositionTable rest;

  private long first;
  private long second;

  /**
   * @param crcs what to compute, each over inputs that begin with the key; what they have behind
   *     the key counts as zeros
   */
  PositionTable(int keyLength, FixedLengthCrc... crcs) {
    this.keyLength = keyLength;
    this.twoLongs = crcs.length > 2;
    int entryLongs = twoLongs ? 2 : 1;
    this.rows = new long[keyLength * BYTE_VALUES * entryLongs];
    long[] zeros = new long[2];
    for (int i = 0; i < Math.min(CRCS, crcs.length); i++) {
      FixedLengthCrc crc = crcs[i];
      int shift = Integer.SIZE * (i & 1);
      zeros[i / 2] |= Integer.toUnsignedLong(crc.zeros()) << shift;
      for (int entry = 0; entry < keyLength * BYTE_VALUES; entry++) {
        int contribution = crc.contribution(entry / BYTE_VALUES, entry % BYTE_VALUES);
        rows[entry * entryLongs + i / 2] |= Integer.toUnsignedLong(contribution) << shift;
      }
    }
    this.firstZeros = zeros[0];
    this.secondZeros = zeros[1];
    this.rest =
        crcs.length > CRCS
            ? new PositionTable(keyLength, Arrays.copyOfRange(crcs, CRCS, crcs.length))
            : null;
  }

  /**
   * Computes the CRCs of the key that begins at {@code index}.
   *
   * @throws IndexOutOfBoundsException where it does not lie within the buffer
   */
  void hash(DirectBuffer key, int index) {
    key.boundsCheck(index, keyLength);
    byte[] array = key.byteArray();
    long address = key.addressOffset() + index;
    PositionTable table = this;
    do {
      if (table.twoLongs) {
        table.hashTwoLongs(array, address);
      } else {
        table.hashOneLong(array, address);
      }
      table = table.rest;
    } while (table != null);
  }

  private void hashOneLong(byte[] array, long address) {
    long[] entries = rows;
    int length = keyLength;
    long crcs = firstZeros;
    long row = ROWS_OFFSET;
    for (int i = 0; i < length; i++, row += BYTE_VALUES << ONE_LONG_SHIFT) {
      long value = UnsafeApi.getByte(array, address + i) & 0xFFL;
      crcs ^= UnsafeApi.getLong(entries, row + (value << ONE_LONG_SHIFT));
    }
    first = crcs;
  }

  private void hashTwoLongs(byte[] array, long address) {
    long[] entries = rows;
    int length = keyLength;
    long firstCrcs = firstZeros;
    long secondCrcs = secondZeros;
    long row = ROWS_OFFSET;
    for (int i = 0; i < length; i++, row += BYTE_VALUES << TWO_LONGS_SHIFT) {
      long value = UnsafeApi.getByte(array, address + i) & 0xFFL;
      long entry = row + (value << TWO_LONGS_SHIFT);
      firstCrcs ^= UnsafeApi.getLong(entries, entry);
      secondCrcs ^= UnsafeApi.getLong(entries, entry + Long.BYTES);
    }
    first = firstCrcs;
    second = secondCrcs;
  }

  /**
   * A CRC of the key hashed last.
   *
   * @param i its place in the constructor's {@code crcs}
   */
  int crc(int i) {
    PositionTable table = this;
    int at = i;
    while (at >= CRCS) {
      table = table.rest;
      at -= CRCS;
    }
    return (int) ((at < 2 ? table.first : table.second) >>> (Integer.SIZE * (at & 1)));
  }
}
