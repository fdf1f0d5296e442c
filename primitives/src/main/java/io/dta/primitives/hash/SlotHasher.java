package io.dta.primitives.hash;

import org.agrona.DirectBuffer;

/**
 * The slots of a key's copies, all in one pass over the key. Holds the result of the last {@link
 * #hash}; allocates nothing once constructed; for one thread.
 */
public final class SlotHasher {
  private final PositionTable table;

  /** What the prototype's copy number contributes to a slot; null with independent hashes. */
  private final int[] copyContributions;

  private final int checksumIndex;

  /**
   * @param keyLength in bytes, 1 to 64
   * @param copies 1 to 8
   */
  public SlotHasher(HashScheme scheme, int keyLength, int copies) {
    this(scheme, keyLength, copies, false);
  }

  SlotHasher(HashScheme scheme, int keyLength, int copies, boolean checksum) {
    HashChecks.range("keyLength", keyLength, HashChecks.MAX_KEY_LENGTH);
    HashChecks.range("copies", copies, Crc32Polynomials.MAX_COPIES);
    boolean prototype = scheme == HashScheme.PROTOTYPE;
    checksumIndex = prototype ? 1 : copies;
    FixedLengthCrc[] parts = new FixedLengthCrc[checksumIndex + (checksum ? 1 : 0)];
    if (checksum) {
      parts[checksumIndex] = new FixedLengthCrc(Crc32Polynomials.CHECKSUM, keyLength);
    }
    if (prototype) {
      // Slot n is the CRC of key ‖ n: the same for every copy, but for what n contributes.
      parts[0] = new FixedLengthCrc(Crc32Polynomials.CHECKSUM, keyLength + 1);
      copyContributions = new int[copies];
      for (int copy = 0; copy < copies; copy++) {
        copyContributions[copy] = parts[0].contribution(keyLength, copy);
      }
    } else {
      copyContributions = null;
      for (int copy = 0; copy < copies; copy++) {
        parts[copy] = new FixedLengthCrc(Crc32Polynomials.slot(copy), keyLength);
      }
    }
    table = new PositionTable(keyLength, parts);
  }

  /**
   * Hashes the key that begins at {@code index}.
   *
   * @throws IndexOutOfBoundsException where it does not lie within the buffer
   */
  public void hash(DirectBuffer key, int index) {
    table.hash(key, index);
  }

  /**
   * The 32-bit hash that chooses the slot of a copy.
   *
   * @param copy 0 to {@code copies} − 1
   */
  public int slot(int copy) {
    return copyContributions == null ? table.crc(copy) : table.crc(0) ^ copyContributions[copy];
  }

  /** The checksum of the key, where the constructor was told to compute it. */
  int checksum() {
    return table.crc(checksumIndex);
  }
}
