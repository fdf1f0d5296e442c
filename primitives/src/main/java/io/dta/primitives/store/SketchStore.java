package io.dta.primitives.store;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.dta.primitives.Primitive;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.wire.SketchColumnReport;

/**
 * A Sketch-Merge store: a ring of epochs, each the merged sketch of all reporters (DTA section 3).
 *
 * <pre>
 * epoch, {@link #epochStride()} bytes; epoch e lies at index e &amp; (epochs − 1)
 * +-------------------------------+---- ~ ----+-------------------------------+
 * | column 0: R counters, u32     |    ...    | column C−1: R counters, u32   |
 * +-------------------------------+-----------+---+---------------------------+
 * |           epoch u32           |          complete columns u32             |   trailer, 16 bytes,
 * +---------------+---------------+---------------+---------------------------+   written last
 * | expected u16  |  merged u16   |   state u8    |        zero, 3 bytes      |
 * +---------------+---------------+---------------+---------------------------+
 * </pre>
 *
 * <p>Big-endian. {@code expected} is the number of reporters, {@code merged} how many of them
 * delivered every column. {@code state} is {@link #OPEN} from before the epoch's first column is
 * written and {@link #COMPLETE} or {@link #INCOMPLETE} after its last: a reader that finds one of
 * the latter before and after it has read a column has read a finished epoch.
 *
 * @param id 0 to 63
 * @param name for people and URLs
 * @param key the format of the keys that the sketch counts
 * @param kind how it is merged and estimated
 * @param rows R, 1 to 8; 1 for HyperLogLog
 * @param columns C, a power of two from 16 to 2^24
 * @param epochs a power of two from 2 to 2^16
 * @param reporters how many reporters deliver each column, 1 to 65535
 * @param columnsPerWrite w, adjacent complete columns that go out in one WRITE, a power of two up
 *     to C whose bytes w · R · 4 are at most 1024; the largest such up to 64 where 0 is given
 */
public record SketchStore(
    int id,
    String name,
    KeyFormat key,
    SketchKind kind,
    int rows,
    int columns,
    int epochs,
    int reporters,
    int columnsPerWrite)
    implements Store {
  public static final int COUNTER_LENGTH = 4;
  public static final int MAX_ROWS = 8;

  public static final int TRAILER_LENGTH = 16;

  /** Offsets in the trailer. */
  public static final int EPOCH_OFFSET = 0;

  public static final int COMPLETE_COLUMNS_OFFSET = 4;
  public static final int EXPECTED_OFFSET = 8;
  public static final int MERGED_OFFSET = 10;
  public static final int STATE_OFFSET = 12;

  /** States of an epoch; memory that was never written is zero. */
  public static final int OPEN = 1;

  public static final int COMPLETE = 2;
  public static final int INCOMPLETE = 3;

  private static final int MAX_WRITE_LENGTH = 1024;
  private static final int DEFAULT_COLUMNS_PER_WRITE = 64;

  public SketchStore {
    StoreChecks.identity(id, name);
    StoreChecks.present("key", key);
    StoreChecks.present("kind", kind);
    StoreChecks.range("rows", rows, 1, kind == SketchKind.HYPERLOGLOG ? 1 : MAX_ROWS);
    StoreChecks.powerOfTwo("columns", columns, 16, 1 << 24);
    StoreChecks.powerOfTwo("epochs", epochs, 2, 1 << 16);
    StoreChecks.range("reporters", reporters, 1, 65535);
    int most = Math.min(columns, Integer.highestOneBit(MAX_WRITE_LENGTH / (rows * COUNTER_LENGTH)));
    columnsPerWrite =
        columnsPerWrite == 0 ? Math.min(most, DEFAULT_COLUMNS_PER_WRITE) : columnsPerWrite;
    StoreChecks.powerOfTwo("columnsPerWrite", columnsPerWrite, 1, most);
  }

  @Override
  @JsonIgnore
  public Primitive primitive() {
    return Primitive.SKETCH_MERGE;
  }

  @Override
  @JsonIgnore
  public int reportLength() {
    return SketchColumnReport.length(rows);
  }

  @Override
  @JsonIgnore
  public long regionLength() {
    return epochs * epochStride();
  }

  /** The length of a column in bytes. */
  @JsonIgnore
  public int columnLength() {
    return rows * COUNTER_LENGTH;
  }

  /** Where the trailer is in an epoch. */
  @JsonIgnore
  public long trailerOffset() {
    return (long) columns * columnLength();
  }

  /** The distance from epoch to epoch in bytes. */
  @JsonIgnore
  public long epochStride() {
    return trailerOffset() + TRAILER_LENGTH;
  }

  /** The offset in the region of an epoch's column 0. */
  public long epochOffset(int epoch) {
    return (epoch & (epochs - 1)) * epochStride();
  }

  /** The offset in the region of a column. */
  public long columnOffset(int epoch, int column) {
    return epochOffset(epoch) + (long) column * columnLength();
  }
}
