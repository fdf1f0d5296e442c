package io.dta.primitives.hash;

/**
 * The CRC-32 polynomials of the hash family, in normal notation: most significant bit first, x^32
 * left out. All CRCs are reflected, with init and xorout all ones, so that a Tofino, BMv2 and Java
 * agree.
 */
public final class Crc32Polynomials {
  /** The checksum of keys, values and chunks: CRC-32 of IEEE 802.3, zlib's. */
  public static final int CHECKSUM = 0x04C11DB7;

  /** The choice of a key's collector. */
  public static final int COLLECTOR = 0x572D7285;

  /** How many copies of a key have a polynomial. */
  public static final int MAX_COPIES = 8;

  /** How many hops of a path have a polynomial. */
  public static final int MAX_HOPS = 8;

  private static final int[] SLOTS = {
    0x1EDC6F41, 0x741B8CD7, 0xA833982B, 0x814141AB, 0x32583499, 0x20044009, 0x992C1A4C, 0xF4ACFB13
  };

  private static final int[] HOP_WORDS = {
    0xF1922815, 0x93A409EB, 0x32C00699, 0x3AFF2FAD, 0x6938392D, 0x2E75F6A3, 0x5A0849E7, 0x00210801
  };

  private Crc32Polynomials() {}

  /** The polynomial that chooses the slot of a copy, 0 to 7. */
  public static int slot(int copy) {
    return SLOTS[copy];
  }

  /** The polynomial of the word that hop 1 to 8 of a postcard chunk is XORed with. */
  public static int hopWord(int hop) {
    return HOP_WORDS[hop - 1];
  }
}
