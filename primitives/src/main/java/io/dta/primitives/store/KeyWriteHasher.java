package io.dta.primitives.store;

import io.dta.primitives.hash.Crc32Polynomials;
import io.dta.primitives.hash.FixedLengthCrc;
import io.dta.primitives.hash.KeyHasher;
import org.agrona.DirectBuffer;

/**
 * Where a Key-Write report goes and the checksum that goes with it: all of it in one pass over the
 * report's key and value. Holds the last result; allocates nothing; for one thread.
 */
public final class KeyWriteHasher {
  private final KeyWriteStore store;
  private final KeyHasher[] hashersByCopies;
  private final FixedLengthCrc keyValueCrc;

  private KeyHasher hasher;
  private int checksum;

  public KeyWriteHasher(KeyWriteStore store) {
    this.store = store;
    int keyLength = store.key().length();
    hashersByCopies = new KeyHasher[store.redundancy()];
    for (int copies = 1; copies <= hashersByCopies.length; copies++) {
      hashersByCopies[copies - 1] = new KeyHasher(store.hashes(), keyLength, copies);
    }
    hasher = hashersByCopies[0];
    keyValueCrc =
        store.checksum() == ChecksumCoverage.KEY_VALUE
            ? new FixedLengthCrc(Crc32Polynomials.CHECKSUM, keyLength + store.valueLength())
            : null;
  }

  /**
   * Hashes a key and the value that follows it.
   *
   * @param index where the key starts; the value lies directly behind the key, as in a report
   * @param copies how many slots are needed, 1 to the store's redundancy
   */
  public void hash(DirectBuffer buffer, int index, int copies) {
    hasher = hashersByCopies[copies - 1];
    hasher.hash(buffer, index);
    checksum = keyValueCrc == null ? hasher.checksum() : keyValueCrc.compute(buffer, index);
  }

  /**
   * The offset in the region of a copy's slot.
   *
   * @param copy from 0, less than the copies hashed for
   */
  public long slotOffset(int copy) {
    return store.slotOffset(hasher.slot(copy));
  }

  /** The checksum that precedes the value in the slot. */
  public int checksum() {
    return checksum;
  }
}
