package io.dta.primitives.store;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.dta.primitives.Primitive;
import io.dta.primitives.wire.AppendReport;

/**
 * An Append store: L lists, each a ring of F frames, each frame a batch of b entries and a trailer;
 * one RDMA WRITE a frame (DTA section 3).
 *
 * <pre>
 * frame, {@link #frameLength()} bytes
 * +-------- ~ --------+---------- ~ ----------+-------- ~ --------+
 * |  entry 0 (E)      |          ...          |  entry b−1 (E)    |
 * +-------- ~ --------+------+----------------+---+---------------+---------------+
 * |     frame sequence u32   |     count u8       |   flags u8    |    crc u16    |
 * +--------------------------+--------------------+---------------+---------------+
 * </pre>
 *
 * <p>Big-endian. Sequences of a list start at 1 and grow by one, modulo 2^32; frame s lies at index
 * s &amp; (F − 1). {@code count} of the entries are valid, 1 to b; what follows them is zero.
 * {@code crc} is the low 16 bits of the CRC-32 (zlib's) of all bytes of the frame before it. The
 * reader knows the next sequence: an equal one is new, a greater one means that it was lapped, a
 * wrong crc is a frame that is being written. No head pointer, no second WRITE.
 *
 * @param id 0 to 63
 * @param name for people and URLs
 * @param lists L, 1 to 2^20; a report names a list from 0 to L − 1
 * @param entryLength E in bytes, 1 to 256
 * @param batch b, entries a frame, 1 to 64; 16 where 0 is given
 * @param frames F, frames a list, a power of two from 2 to 2^30
 */
public record AppendStore(int id, String name, int lists, int entryLength, int batch, int frames)
    implements Store {
  public static final int TRAILER_LENGTH = 8;
  public static final int DEFAULT_BATCH = 16;

  /** Offsets in the trailer. */
  public static final int SEQUENCE_OFFSET = 0;

  public static final int COUNT_OFFSET = 4;
  public static final int FLAGS_OFFSET = 5;
  public static final int CRC_OFFSET = 6;

  /** Trailer flag: the frame was flushed by time before it was full. */
  public static final int FLUSHED_FLAG = 0x01;

  /** The sequence of a list's first frame. */
  public static final int FIRST_SEQUENCE = 1;

  public AppendStore {
    StoreChecks.identity(id, name);
    StoreChecks.range("lists", lists, 1, 1 << 20);
    StoreChecks.range("entryLength", entryLength, 1, 256);
    batch = batch == 0 ? DEFAULT_BATCH : batch;
    StoreChecks.range("batch", batch, 1, 64);
    StoreChecks.powerOfTwo("frames", frames, 2, 1 << 30);
    long listLength = (long) frames * stride(batch, entryLength);
    if (listLength > Long.MAX_VALUE / lists) {
      throw new IllegalArgumentException(
          "frames %d: %d lists of %d bytes each are no region that 64 bits can address"
              .formatted(frames, lists, listLength));
    }
  }

  @Override
  @JsonIgnore
  public Primitive primitive() {
    return Primitive.APPEND;
  }

  @Override
  @JsonIgnore
  public int reportLength() {
    return AppendReport.length(entryLength);
  }

  @Override
  @JsonIgnore
  public long regionLength() {
    return (long) lists * frames * stride();
  }

  /** The bytes of a frame that are written: b entries and the trailer. */
  @JsonIgnore
  public int frameLength() {
    return trailerOffset() + TRAILER_LENGTH;
  }

  /** Where the trailer is in a frame. */
  @JsonIgnore
  public int trailerOffset() {
    return batch * entryLength;
  }

  /** The distance from frame to frame in bytes, a multiple of 8. */
  @JsonIgnore
  public int stride() {
    return stride(batch, entryLength);
  }

  private static int stride(int batch, int entryLength) {
    return (batch * entryLength + TRAILER_LENGTH + 7) & -8;
  }

  /**
   * The offset in the region of a list's frame.
   *
   * @param list 0 to L − 1
   * @param sequence the frame's sequence
   */
  public long frameOffset(int list, int sequence) {
    return ((long) list * frames + (sequence & (frames - 1))) * stride();
  }
}
