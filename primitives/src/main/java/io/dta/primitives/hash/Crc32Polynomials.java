package io.dta.primitives.hash;

/**
 * The CRC-32 polynomials of the hash family, in normal notation: most significant bit first, x^32
 * left out. All CRCs are reflected, with init and xorout all ones, so that a Tofino, BMv2 and Java
 * agree.
 *
 * <p>A CRC is affine, so what two of them may share is a matter of linear algebra: two CRCs whose
 * polynomials have no common factor are, over keys of 8 bytes and more, as independent as affine
 * maps can be (by the Chinese remainder theorem together they are one CRC-64). The polynomials of
 * the checksum, the collector and the hop words are primitive, so each of them is so with every
 * other. Those of the slots share small factors, which costs a pair of them nothing with up to 2^30
 * slots. Tests hold both, and three slots together too.
 *
 * <p>Every polynomial ends in 1. One that does not is divisible by x: its top bits never change,
 * and a Tofino, whose compiler keeps polynomials without their last bit, takes it for another one.
 */
public final class Crc32Polynomials {
  /** The checksum of keys, values and chunks: the CRC-32 of IEEE 802.3 and zlib. */
  public static final int CHECKSUM = 0x04C11DB7;

  /** The choice of a key's collector. Koopman's CRC Zoo has it, as 0x93B39B1B. */
  public static final int COLLECTOR = 0x27673637;

  /** How many copies of a key have a polynomial. */
  public static final int MAX_COPIES = 8;

  /** How many hops of a path have a polynomial. */
  public static final int MAX_HOPS = 8;

  private static final int[] SLOTS = {
    0x1EDC6F41, // CRC-32C (Castagnoli 1993, iSCSI)
    0x741B8CD7, // CRC-32K (Koopman 2002)
    0xA833982B, // CRC-32D (Castagnoli 1993)
    0x814141AB, // CRC-32Q (AIXM)
    0x32583499, // Koopman 2002, there as 0x992C1A4C
    0x20044009, // Koopman 2002, there as 0x90022004
    0x5A0849E7, // Koopman's CRC Zoo, there as 0xAD0424F3
    0xF4ACFB13, // Castagnoli 1993, AUTOSAR's CRC32P4
  };

  /**
   * Nothing up the sleeve: the first primitive polynomial not below each of the first eight 32-bit
   * words of the fraction of pi.
   */
  private static final int[] HOP_WORDS = {
    0x243F6A95, 0x85A3090B, 0x13198A49, 0x03707347, 0xA409382D, 0x299F31FF, 0x082EFA9D, 0xEC4E6CDF
  };

  private Crc32Polynomials() {}

  /** The polynomial that chooses the slot of a copy, 0 to 7. */
  public static int slot(int copy) {
    return SLOTS[copy];
  }

  /** The polynomial of the word that a postcard's value is XORed with at a hop, 1 to 8. */
  public static int hopWord(int hop) {
    return HOP_WORDS[hop - 1];
  }
}
