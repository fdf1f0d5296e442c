package io.dta.primitives.hash;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The slots of a key's copies and the key's checksum, all in one pass over the key. Holds the
 * result of the last {@link #hash}; for one thread.
 */
public final class KeyHasher {
  private final FixedLengthCrc[] crcs;
  private final FixedLengthCrc checksumCrc;
  private final int[] prototypeDeltas;
  private final int[] slots;
  private int checksum;

  /**
   * @param keyLength in bytes, 1 to 64
   * @param copies 1 to 8
   */
  public KeyHasher(HashScheme scheme, int keyLength, int copies) {
    if (copies < 1 || copies > Crc32Polynomials.MAX_COPIES) {
      throw new IllegalArgumentException(
          "copies " + copies + ": expected 1 to " + Crc32Polynomials.MAX_COPIES);
    }
    this.slots = new int[copies];
    this.checksumCrc = new FixedLengthCrc(Crc32Polynomials.CHECKSUM, keyLength);
    if (scheme == HashScheme.PROTOTYPE) {
      this.crcs =
          new FixedLengthCrc[] {new FixedLengthCrc(Crc32Polynomials.CHECKSUM, keyLength + 1)};
      this.prototypeDeltas = new int[copies];
      UnsafeBuffer number = new UnsafeBuffer(new byte[1]);
      for (int copy = 0; copy < copies; copy++) {
        number.putByte(0, (byte) copy);
        prototypeDeltas[copy] = crcs[0].zeros() ^ crcs[0].part(number, 0, 1, keyLength);
      }
    } else {
      this.prototypeDeltas = null;
      this.crcs = new FixedLengthCrc[copies];
      for (int copy = 0; copy < copies; copy++) {
        crcs[copy] = new FixedLengthCrc(Crc32Polynomials.slot(copy), keyLength);
      }
    }
  }

  /** Hashes the key that begins at {@code index}. */
  public void hash(DirectBuffer key, int index) {
    checksum = checksumCrc.compute(key, index);
    if (prototypeDeltas != null) {
      int base = crcs[0].part(key, index, checksumCrc.length(), 0);
      for (int copy = 0; copy < slots.length; copy++) {
        slots[copy] = base ^ prototypeDeltas[copy];
      }
    } else {
      for (int copy = 0; copy < slots.length; copy++) {
        slots[copy] = crcs[copy].compute(key, index);
      }
    }
  }

  /** The 32-bit hash that chooses the slot of a copy, 0 to {@code copies} − 1. */
  public int slot(int copy) {
    return slots[copy];
  }

  /** The checksum of the key. */
  public int checksum() {
    return checksum;
  }
}
