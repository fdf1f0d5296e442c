package io.dta.primitives.hash;

import org.agrona.DirectBuffer;

/** The choice of a key's collector (DART section 3). Immutable; allocates nothing once built. */
public final class CollectorHasher {
  private final FixedLengthCrc crc;

  /**
   * @param keyLength in bytes, 1 to 64
   */
  public CollectorHasher(int keyLength) {
    HashChecks.range("keyLength", keyLength, HashChecks.MAX_KEY_LENGTH);
    this.crc = new FixedLengthCrc(Crc32Polynomials.COLLECTOR, keyLength);
  }

  /**
   * The collector of the key that begins at {@code index}: the key's hash, unsigned, modulo the
   * number of collectors.
   *
   * @param collectors at least 1
   * @return 0 to {@code collectors} − 1
   */
  public int collector(DirectBuffer key, int index, int collectors) {
    return Integer.remainderUnsigned(crc.compute(key, index), collectors);
  }
}
