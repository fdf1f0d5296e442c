package io.dta.fattree.routing;

/**
 * How a switch chooses among links of equal cost: by a hash of the 5-tuple that is salted for this
 * switch. Salts differ because equal hashes at both layers would leave most core links unused
 * ("hash polarization").
 */
public final class EcmpHash {
  private static final long GOLDEN_GAMMA = 0x9E37_79B9_7F4A_7C15L;

  private EcmpHash() {}

  /** A switch's salt. */
  public static long salt(long seed, int switchId) {
    return mix(seed + switchId * GOLDEN_GAMMA);
  }

  /**
   * The choice.
   *
   * @param addresses source and destination address, 32 bits each
   * @param ports source port, destination port and protocol, 40 bits
   * @return 0 to {@code choices} − 1
   */
  public static int choose(long salt, long addresses, long ports, int choices) {
    long hash = mix(mix(salt ^ addresses) ^ ports);
    return (int) Math.unsignedMultiplyHigh(hash, choices);
  }

  /**
   * A bijection of 64 bits in which every input bit moves every output bit: two rounds of xor-shift
   * and multiplication.
   */
  private static long mix(long bits) {
    long mixed = (bits ^ bits >>> 32) * 0xD6E8_FEB8_6659_FD93L;
    mixed = (mixed ^ mixed >>> 32) * 0xD6E8_FEB8_6659_FD93L;
    return mixed ^ mixed >>> 32;
  }
}
