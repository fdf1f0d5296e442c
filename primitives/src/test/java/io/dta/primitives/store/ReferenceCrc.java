package io.dta.primitives.store;

import io.dta.primitives.hash.Crc32Polynomials;
import io.dta.primitives.hash.HashScheme;

/** The CRCs of the hash family bit by bit, as their definition says. */
final class ReferenceCrc {
  private ReferenceCrc() {}

  static int crc(int polynomial, byte[]... parts) {
    int reflected = Integer.reverse(polynomial);
    int register = ~0;
    for (byte[] part : parts) {
      for (byte value : part) {
        register ^= value & 0xFF;
        for (int bit = 0; bit < 8; bit++) {
          register = (register >>> 1) ^ ((register & 1) != 0 ? reflected : 0);
        }
      }
    }
    return ~register;
  }

  static int checksum(byte[]... parts) {
    return crc(Crc32Polynomials.CHECKSUM, parts);
  }

  static int slot(HashScheme scheme, byte[] key, int copy) {
    return scheme == HashScheme.PROTOTYPE
        ? checksum(key, new byte[] {(byte) copy})
        : crc(Crc32Polynomials.slot(copy), key);
  }
}
