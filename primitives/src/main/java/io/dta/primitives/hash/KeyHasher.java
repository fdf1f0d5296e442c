package io.dta.primitives.hash;

import org.agrona.DirectBuffer;

/**
 * The slots of a key's copies and the key's checksum, all in one pass over the key. Where the
 * checksum goes on over a value, {@link SlotHasher} and {@link Checksum} are faster. Holds the
 * result of the last {@link #hash}; allocates nothing once constructed; for one thread.
 */
public final class KeyHasher {
  private final SlotHasher slots;

  /**
   * @param keyLength in bytes, 1 to 64
   * @param copies 1 to 8
   */
  public KeyHasher(HashScheme scheme, int keyLength, int copies) {
    slots = new SlotHasher(scheme, keyLength, copies, true);
  }

  /**
   * Hashes the key that begins at {@code index}.
   *
   * @throws IndexOutOfBoundsException where it does not lie within the buffer
   */
  public void hash(DirectBuffer key, int index) {
    slots.hash(key, index);
  }

  /**
   * The 32-bit hash that chooses the slot of a copy.
   *
   * @param copy 0 to {@code copies} − 1
   */
  public int slot(int copy) {
    return slots.slot(copy);
  }

  /** The checksum of the key. */
  public int checksum() {
    return slots.checksum();
  }
}
