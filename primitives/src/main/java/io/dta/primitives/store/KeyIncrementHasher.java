package io.dta.primitives.store;

import io.dta.primitives.hash.SlotHasher;
import org.agrona.DirectBuffer;

/** Which counters belong to a key. Holds the last result; allocates nothing; for one thread. */
public final class KeyIncrementHasher {
  private final KeyIncrementStore store;
  private final SlotHasher[] hashersByCopies;

  private SlotHasher hasher;

  public KeyIncrementHasher(KeyIncrementStore store) {
    this.store = store;
    hashersByCopies = new SlotHasher[store.redundancy()];
    for (int copies = 1; copies <= hashersByCopies.length; copies++) {
      hashersByCopies[copies - 1] = new SlotHasher(store.hashes(), store.key().length(), copies);
    }
    hasher = hashersByCopies[0];
  }

  /**
   * Hashes a key.
   *
   * @param copies how many counters are needed, 1 to the store's redundancy
   */
  public void hash(DirectBuffer key, int index, int copies) {
    SlotHasher forCopies = hashersByCopies[copies - 1];
    if (hasher != forCopies) { // a collector's write barrier may cost a memory fence
      hasher = forCopies;
    }
    forCopies.hash(key, index);
  }

  /**
   * The offset in the region of a copy's counter.
   *
   * @param copy from 0, less than the copies hashed for
   */
  public long counterOffset(int copy) {
    return store.counterOffset(hasher.slot(copy));
  }
}
