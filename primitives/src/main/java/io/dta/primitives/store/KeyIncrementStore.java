package io.dta.primitives.store;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.dta.primitives.Primitive;
import io.dta.primitives.hash.HashScheme;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.wire.KeyIncrementReport;

/**
 * A Key-Increment store: one shared array of M counters, N of them a key (DTA section 3). A query's
 * answer is the least of the N, as in a Count-Min sketch: never under the truth. A report may ask
 * for fewer counters; a query then must look at no more than those, as the others do not have it.
 *
 * <pre>
 * +---------------------------------------------------------------+
 * |        counter u64, in the collector's byte order             |   as RDMA FETCH_ADD leaves it
 * +---------------------------------------------------------------+
 * </pre>
 *
 * @param id 0 to 63
 * @param name for people and URLs
 * @param key the format of its keys
 * @param counters M, a power of two up to 2^32
 * @param redundancy N, the counters that a query looks at and the most that a report may ask for, 1
 *     to 8; 2 where 0 is given
 */
public record KeyIncrementStore(int id, String name, KeyFormat key, long counters, int redundancy)
    implements Store {
  public static final int COUNTER_LENGTH = 8;
  public static final int MAX_REDUNDANCY = 8;
  public static final int DEFAULT_REDUNDANCY = 2;

  public KeyIncrementStore {
    StoreChecks.identity(id, name);
    StoreChecks.present("key", key);
    StoreChecks.powerOfTwo("counters", counters, 1, 1L << 32);
    redundancy = redundancy == 0 ? DEFAULT_REDUNDANCY : redundancy;
    StoreChecks.range("redundancy", redundancy, 1, MAX_REDUNDANCY);
  }

  @Override
  @JsonIgnore
  public Primitive primitive() {
    return Primitive.KEY_INCREMENT;
  }

  @Override
  @JsonIgnore
  public int reportLength() {
    return KeyIncrementReport.length(key.length());
  }

  @Override
  @JsonIgnore
  public long regionLength() {
    return counters * COUNTER_LENGTH;
  }

  /** The scheme that chooses counters. */
  @JsonIgnore
  public HashScheme hashes() {
    return HashScheme.INDEPENDENT;
  }

  /**
   * The offset in the region of the counter that a 32-bit hash selects: counter = hash &amp; (M −
   * 1).
   */
  public long counterOffset(int hash) {
    return (Integer.toUnsignedLong(hash) & (counters - 1)) * COUNTER_LENGTH;
  }
}
