package io.dta.primitives.hash;

import org.agrona.DirectBuffer;

/**
 * The words h_i(key) that the values of a flow's postcards are XORed with (DTA section 3), all in
 * one pass over the key. Holds the result of the last {@link #hash}; allocates nothing once
 * constructed; for one thread.
 */
public final class WordHasher {
  private final PositionTable table;

  /**
   * @param keyLength in bytes, 1 to 64
   * @param words how many hops, 1 to 8
   */
  public WordHasher(int keyLength, int words) {
    HashChecks.range("keyLength", keyLength, HashChecks.MAX_KEY_LENGTH);
    HashChecks.range("words", words, Crc32Polynomials.MAX_HOPS);
    FixedLengthCrc[] crcs = new FixedLengthCrc[words];
    for (int i = 0; i < words; i++) {
      crcs[i] = new FixedLengthCrc(Crc32Polynomials.hopWord(i + 1), keyLength);
    }
    this.table = new PositionTable(keyLength, crcs);
  }

  /**
   * Hashes the key that begins at {@code index}.
   *
   * @throws IndexOutOfBoundsException where it does not lie within the buffer
   */
  public void hash(DirectBuffer key, int index) {
    table.hash(key, index);
  }

  /**
   * The word of a hop.
   *
   * @param hop from 1
   */
  public int word(int hop) {
    return table.crc(hop - 1);
  }
}
