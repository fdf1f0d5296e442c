package io.dta.primitives.hash;

/**
 * CRCs by long division, bit by bit: slow, and not by the way the code under test goes (no tables,
 * the register shifts to the left). Stands itself on published check values.
 */
final class BitwiseCrc {
  private BitwiseCrc() {}

  /** The family's CRC: reflected, init and xorout all ones. */
  static int crc(int polynomial, byte[] input) {
    return crc(polynomial, true, -1, -1, input);
  }

  static int crc(int polynomial, boolean reflected, int init, int xorout, byte[] input) {
    int register = init;
    for (byte value : input) {
      for (int i = 0; i < Byte.SIZE; i++) {
        int bit = value >>> (reflected ? i : Byte.SIZE - 1 - i) & 1;
        boolean divides = (register >>> 31 ^ bit) != 0;
        register <<= 1;
        if (divides) {
          register ^= polynomial;
        }
      }
    }
    return (reflected ? Integer.reverse(register) : register) ^ xorout;
  }
}
