package io.dta.primitives.store;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.dta.primitives.Primitive;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.wire.PostcardReport;
import java.util.List;

/**
 * A Postcarding store: M chunks, each flow's path in N of them (DTA section 3).
 *
 * <pre>
 * chunk, {@link #stride()} bytes, a power of two
 * +-------------------------------+---- ~ ----+-------------------------------+---- ~ ----+
 * |          word 1 u32           |    ...    |          word B u32           |  padding  |
 * +-------------------------------+---- ~ ----+-------------------------------+---- ~ ----+
 *                                             |  checksum u32 | hops u8 |       verify: checksum
 * </pre>
 *
 * <p>Big-endian. Word i = value of hop i XOR h_i(key), h_i the key's i-th word hash; the paper's g,
 * which squeezes a value into a word, is the identity here because both have 32 bits. A hop that
 * was not reported is {@link #BLANK}. {@code hops} has bit i − 1 set where hop i was reported.
 * {@code checksum} is the checksum CRC over key ‖ words 1..B as they lie in memory ‖ hops.
 *
 * @param id 0 to 63
 * @param name for people and URLs
 * @param key the format of its keys
 * @param hops B, the longest path, 1 to 8
 * @param chunks M, a power of two up to 2^32
 * @param redundancy N, 1 to 8; 2 where 0 is given
 * @param verify value set where null is given
 * @param values V, the known values; needed, and only allowed, with {@code verify: value-set}
 */
public record PostcardingStore(
    int id,
    String name,
    KeyFormat key,
    int hops,
    long chunks,
    int redundancy,
    PathVerification verify,
    List<ValueRange> values)
    implements Store {
  /** The value that stands for a hop that was not reported. A postcard may not carry it. */
  public static final int BLANK = 0xFFFF_FFFF;

  public static final int WORD_LENGTH = 4;
  public static final int CHECKSUM_LENGTH = 4;
  public static final int HOPS_LENGTH = 1;
  public static final int MAX_HOPS = 8;
  public static final int MAX_REDUNDANCY = 8;
  public static final int DEFAULT_REDUNDANCY = 2;

  public PostcardingStore {
    StoreChecks.identity(id, name);
    StoreChecks.present("key", key);
    StoreChecks.range("hops", hops, 1, MAX_HOPS);
    StoreChecks.powerOfTwo("chunks", chunks, 1, 1L << 32);
    redundancy = redundancy == 0 ? DEFAULT_REDUNDANCY : redundancy;
    StoreChecks.range("redundancy", redundancy, 1, MAX_REDUNDANCY);
    verify = verify == null ? PathVerification.VALUE_SET : verify;
    values = values == null ? List.of() : List.copyOf(values);
    if (verify == PathVerification.VALUE_SET && values.isEmpty()) {
      throw new IllegalArgumentException(
          "values is missing: 'verify: value-set' needs the known values, such as"
              + " [{first: 1, last: 1000}]; use 'verify: checksum' where they are not known");
    }
    if (verify == PathVerification.CHECKSUM && !values.isEmpty()) {
      throw new IllegalArgumentException("values is given, but 'verify: checksum' does not use it");
    }
  }

  @Override
  @JsonIgnore
  public Primitive primitive() {
    return Primitive.POSTCARDING;
  }

  @Override
  @JsonIgnore
  public int reportLength() {
    return PostcardReport.length(key.length());
  }

  @Override
  @JsonIgnore
  public long regionLength() {
    return chunks * stride();
  }

  /** Where the checksum is in a chunk with {@code verify: checksum}. */
  @JsonIgnore
  public int checksumOffset() {
    return hops * WORD_LENGTH;
  }

  /** Where the bits of the reported hops are in a chunk with {@code verify: checksum}. */
  @JsonIgnore
  public int hopsOffset() {
    return checksumOffset() + CHECKSUM_LENGTH;
  }

  /** The bytes of a chunk that are written. */
  @JsonIgnore
  public int chunkLength() {
    return verify == PathVerification.CHECKSUM ? hopsOffset() + HOPS_LENGTH : checksumOffset();
  }

  /** The distance from chunk to chunk in bytes, a power of two. */
  @JsonIgnore
  public int stride() {
    return Integer.highestOneBit(2 * chunkLength() - 1);
  }

  /**
   * The offset in the region of the chunk that a 32-bit hash selects: chunk = hash &amp; (M − 1).
   */
  public long chunkOffset(int hash) {
    return (Integer.toUnsignedLong(hash) & (chunks - 1)) * stride();
  }
}
