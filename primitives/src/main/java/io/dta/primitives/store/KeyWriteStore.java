package io.dta.primitives.store;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.dta.primitives.Primitive;
import io.dta.primitives.hash.HashScheme;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.wire.KeyWriteReport;

/**
 * A Key-Write store: M slots, each key's value in N of them (DTA section 3, DART section 3).
 *
 * <pre>
 * slot, {@link #stride()} bytes
 * +-------------------------------+-------- ~ --------+--- ~ ---+
 * |         checksum u32          | value (V bytes)   | padding |
 * +-------------------------------+-------- ~ --------+--- ~ ---+
 * </pre>
 *
 * <p>The checksum is big-endian, the value as it was in the report. The stride is the slot's length
 * rounded up to 8. Padding is never written.
 *
 * @param id 0 to 63
 * @param name for people and URLs
 * @param key the format of its keys
 * @param valueLength V in bytes, 1 to 1024
 * @param slots M, a power of two up to 2^32
 * @param redundancy N, the copies that a query looks up and the most that a report may ask for, 1
 *     to 8; 2 where 0 is given
 * @param checksum what the checksum covers; the key and the value where null is given
 * @param hashes how slots are chosen; independent where null is given
 */
public record KeyWriteStore(
    int id,
    String name,
    KeyFormat key,
    int valueLength,
    long slots,
    int redundancy,
    ChecksumCoverage checksum,
    HashScheme hashes)
    implements Store {
  public static final int CHECKSUM_OFFSET = 0;
  public static final int CHECKSUM_LENGTH = 4;
  public static final int VALUE_OFFSET = 4;
  public static final int MAX_REDUNDANCY = 8;
  public static final int DEFAULT_REDUNDANCY = 2;

  public KeyWriteStore {
    StoreChecks.identity(id, name);
    StoreChecks.present("key", key);
    StoreChecks.range("valueLength", valueLength, 1, 1024);
    StoreChecks.powerOfTwo("slots", slots, 1, 1L << 32);
    redundancy = redundancy == 0 ? DEFAULT_REDUNDANCY : redundancy;
    StoreChecks.range("redundancy", redundancy, 1, MAX_REDUNDANCY);
    checksum = checksum == null ? ChecksumCoverage.KEY_VALUE : checksum;
    hashes = hashes == null ? HashScheme.INDEPENDENT : hashes;
  }

  @Override
  @JsonIgnore
  public Primitive primitive() {
    return Primitive.KEY_WRITE;
  }

  @Override
  @JsonIgnore
  public int reportLength() {
    return KeyWriteReport.length(key.length(), valueLength);
  }

  @Override
  @JsonIgnore
  public long regionLength() {
    return slots * stride();
  }

  /** The bytes of a slot that are written: checksum and value. */
  @JsonIgnore
  public int slotLength() {
    return VALUE_OFFSET + valueLength;
  }

  /** The distance from slot to slot in bytes. */
  @JsonIgnore
  public int stride() {
    return (slotLength() + 7) & -8;
  }

  /** The offset in the region of the slot that a 32-bit hash selects: slot = hash &amp; (M − 1). */
  public long slotOffset(int hash) {
    return (Integer.toUnsignedLong(hash) & (slots - 1)) * stride();
  }
}
