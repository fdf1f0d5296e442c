package io.dta.primitives.analysis;

/**
 * Postcarding: how likely a path is not found, or a wrong one is (DTA section 4). See the package
 * for the symbols.
 */
public final class PostcardingBounds {
  /** The bits of a word. */
  public static final int WORD_BITS = 32;

  private PostcardingBounds() {}

  /** About q^N: the probability that none of a flow's chunks is left. */
  public static double empty(double load, int copies) {
    return QuerySuccess.allOverwritten(load, copies);
  }

  /**
   * A bound of the probability of a wrong path: q^N · N · ((|V| + 1) / 2^b)^B. All chunks are
   * overwritten, and all B words of one of them decode to a known value or to blank.
   *
   * @param knownValues |V|, the values that a hop may have
   * @param hops B, the words of a chunk
   * @param wordBits b, the bits of a word
   */
  public static double wrong(double load, int copies, long knownValues, int hops, int wordBits) {
    double word = Math.min(1, Math.scalb(knownValues + 1.0, -wordBits));
    return Math.min(1, QuerySuccess.allOverwritten(load, copies) * copies * Math.pow(word, hops));
  }
}
