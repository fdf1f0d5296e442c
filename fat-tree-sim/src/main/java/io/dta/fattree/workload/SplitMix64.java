package io.dta.fattree.workload;

/**
 * Random numbers from a seed (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number
 * Generators", OOPSLA 2014), the same on every machine. Unlike the JDK's it can be seeded again, so
 * that the draws of flow n follow from n alone, without any allocation.
 */
public final class SplitMix64 {
  private static final long GOLDEN_GAMMA = 0x9E37_79B9_7F4A_7C15L;
  private static final double UNIT = 0x1p-53;

  private long state;

  public SplitMix64(long seed) {
    state = seed;
  }

  /** Starts again. */
  public void seed(long seed) {
    state = seed;
  }

  /** Starts the numbers of one of many: those of different indices are unrelated. */
  public void seed(long seed, long index) {
    state = mix(seed ^ mix(index + GOLDEN_GAMMA));
  }

  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** 0 to {@code bound} − 1, each as likely as 2^−64 allows. */
  public int nextInt(int bound) {
    return (int) Math.unsignedMultiplyHigh(nextLong(), bound);
  }

  /** From [0, 1), a multiple of 2^−53. */
  public double nextDouble() {
    return (nextLong() >>> 11) * UNIT;
  }

  /** A bijection of 64 bits in which every input bit moves every output bit. */
  public static long mix(long bits) {
    long mixed = (bits ^ bits >>> 30) * 0xBF58_476D_1CE4_E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D0_49BB_1331_11EBL;
    return mixed ^ mixed >>> 31;
  }
}
