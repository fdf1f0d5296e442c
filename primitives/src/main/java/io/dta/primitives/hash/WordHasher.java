package io.dta.primitives.hash;

import org.agrona.DirectBuffer;

/**
 * The words that the hops of a flow's postcards are XORed with. Holds the result of the last {@link
 * #hash}; for one thread.
 */
public final class WordHasher {
  private final FixedLengthCrc[] crcs;
  private final int[] words;

  /**
   * @param keyLength in bytes, 1 to 64
   * @param words how many hops, 1 to 8
   */
  public WordHasher(int keyLength, int words) {
    if (words < 1 || words > Crc32Polynomials.MAX_HOPS) {
      throw new IllegalArgumentException(
          "words " + words + ": expected 1 to " + Crc32Polynomials.MAX_HOPS);
    }
    this.words = new int[words];
    this.crcs = new FixedLengthCrc[words];
    for (int i = 0; i < words; i++) {
      crcs[i] = new FixedLengthCrc(Crc32Polynomials.hopWord(i + 1), keyLength);
    }
  }

  /** Hashes the key that begins at {@code index}. */
  public void hash(DirectBuffer key, int index) {
    for (int i = 0; i < words.length; i++) {
      words[i] = crcs[i].compute(key, index);
    }
  }

  /** h_i(key) of hop i, counted from 1. */
  public int word(int hop) {
    return words[hop - 1];
  }
}
