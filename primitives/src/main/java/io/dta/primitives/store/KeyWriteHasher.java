package io.dta.primitives.store;

import io.dta.primitives.hash.Checksum;
import io.dta.primitives.hash.SlotHasher;
import org.agrona.DirectBuffer;

/**
 * Where a Key-Write report goes, and the checksum that goes with it. Holds the last result;
 * allocates nothing; for one thread.
 */
public final class KeyWriteHasher {
  private final KeyWriteStore store;
  private final SlotHasher[] hashersByCopies;
  private final Checksum covered;

  private SlotHasher hasher;
  private int checksum;

  public KeyWriteHasher(KeyWriteStore store) {
    this.store = store;
    hashersByCopies = new SlotHasher[store.redundancy()];
    for (int copies = 1; copies <= hashersByCopies.length; copies++) {
      hashersByCopies[copies - 1] = new SlotHasher(store.hashes(), store.key().length(), copies);
    }
    hasher = hashersByCopies[0];
    boolean coversValue = store.checksum() == ChecksumCoverage.KEY_VALUE;
    covered = new Checksum(store.key().length() + (coversValue ? store.valueLength() : 0));
  }

  /**
   * Hashes a key and the value that follows it.
   *
   * @param index where the key starts; the value lies directly behind the key, as in a report
   * @param copies how many slots are needed, 1 to the store's redundancy
   */
  public void hash(DirectBuffer buffer, int index, int copies) {
    SlotHasher forCopies = hashersByCopies[copies - 1];
    if (hasher != forCopies) { // a collector's write barrier may cost a memory fence
      hasher = forCopies;
    }
    forCopies.hash(buffer, index);
    checksum = covered.compute(buffer, index);
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

  /**
   * The checksum of a slot: that of its key, which goes on over the value where the store's
   * checksum covers it.
   */
  static int checksum(KeyWriteStore store, int keyChecksum, DirectBuffer value, int valueIndex) {
    return store.checksum() == ChecksumCoverage.KEY_VALUE
        ? ZlibCrc.update(keyChecksum, value, valueIndex, store.valueLength())
        : keyChecksum;
  }
}
