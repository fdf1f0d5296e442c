package io.dta.primitives.analysis;

/**
 * What the public prototype's hashes ({@code hashes: prototype}) leave of redundancy.
 *
 * <p>Slot n of a key is CRC(key ‖ n). A CRC is affine, so that is c XOR k_n, where c depends on the
 * key alone and k_n on n alone and linearly: k_m XOR k_n = k_(m XOR n). For N a power of two the
 * k_n are therefore a group under XOR, and the N slots of a key are one of its M/N cosets: two keys
 * share all their slots or none.
 */
public final class PrototypeHashes {
  private PrototypeHashes() {}

  /**
   * exp(−αN): the probability that a key is found. Any later key of the same coset takes all N
   * copies at once, and there are only M/N cosets: N copies are worse than one.
   *
   * @param copies N, a power of two
   */
  public static double found(double load, int copies) {
    if (copies < 1 || Integer.bitCount(copies) != 1) {
      throw new IllegalArgumentException("copies " + copies + ": expected a power of two");
    }
    return Math.exp(-load * copies);
  }

  /** {@link #found} averaged over a window of αM keys: (1 − exp(−αN)) / (αN). */
  public static double foundInWindow(double load, int copies) {
    return load == 0 ? 1 : (1 - found(load, copies)) / (load * copies);
  }
}
