package io.dta.primitives.store;

import io.dta.primitives.hash.HashScheme;
import io.dta.primitives.hash.SlotHasher;
import org.agrona.DirectBuffer;

/**
 * Which counters of a sketch belong to a key. Holds the last result; allocates nothing; for one
 * thread.
 *
 * <p>With s0 to s7 the slot hashes of copies 0 to 7:
 *
 * <ul>
 *   <li>Count-Min and Count Sketch: row r is hashed by s_r. Its low bits are the column, its top
 *       bit is the sign of a Count Sketch (set: −1).
 *   <li>HyperLogLog: the low bits of s0 ^ (s2 &amp; s3) are the column, the leading zeros of s1 ^
 *       (s4 &amp; s5) and one are the rank. CRCs alone will not do here: they are affine, so that
 *       consecutive keys spread over columns and ranks too evenly, and estimates of them come out
 *       at more than the double. The AND, which a switch has, makes the hash quadratic, and the
 *       estimates as good as with random keys.
 * </ul>
 */
public final class SketchHasher {
  private static final int HYPERLOGLOG_HASHES = 6;

  private final int columnMask;
  private final boolean ranked;
  private final SlotHasher hasher;

  public SketchHasher(SketchStore store) {
    columnMask = store.columns() - 1;
    ranked = store.kind() == SketchKind.HYPERLOGLOG;
    int hashes = ranked ? HYPERLOGLOG_HASHES : store.rows();
    hasher = new SlotHasher(HashScheme.INDEPENDENT, store.key().length(), hashes);
  }

  /** Hashes a key. */
  public void hash(DirectBuffer key, int index) {
    hasher.hash(key, index);
  }

  /**
   * The column of the key's counter in a row.
   *
   * @param row 0 to R − 1
   * @return 0 to C − 1
   */
  public int column(int row) {
    int hash = hasher.slot(row);
    return (ranked ? hash ^ (hasher.slot(2) & hasher.slot(3)) : hash) & columnMask;
  }

  /** What an increment of the key is multiplied by in a row of a Count Sketch: +1 or −1. */
  public int sign(int row) {
    return 1 - 2 * (hasher.slot(row) >>> 31);
  }

  /** The rank of the key in a HyperLogLog: the leading zeros of its hash and one, 1 to 33. */
  public int rank() {
    int hash = hasher.slot(1) ^ (hasher.slot(4) & hasher.slot(5));
    return Integer.numberOfLeadingZeros(hash) + 1;
  }
}
