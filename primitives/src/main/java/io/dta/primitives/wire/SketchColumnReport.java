package io.dta.primitives.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * One column of a reporter's sketch after its base header: the counters of all R rows at one column
 * index. Offsets count from the first byte after the base header.
 *
 * <pre>
 * +---------------+-------------------------------+-------------------------------+-------- ~ --------+
 * | reporter u16  |           epoch u32           |          column u32           | counters, R × u32 |
 * +---------------+-------------------------------+-------------------------------+-------- ~ --------+
 * </pre>
 */
public final class SketchColumnReport {
  public static final int REPORTER_OFFSET = 0;
  public static final int EPOCH_OFFSET = 2;
  public static final int COLUMN_OFFSET = 6;
  public static final int COUNTERS_OFFSET = 10;
  public static final int COUNTER_LENGTH = 4;

  private SketchColumnReport() {}

  /** The length of the report after its base header. */
  public static int length(int rows) {
    return COUNTERS_OFFSET + rows * COUNTER_LENGTH;
  }

  /** The reporter's number in its sketch store, from 0. */
  public static int reporter(DirectBuffer buffer, int body) {
    return buffer.getShort(body + REPORTER_OFFSET, BIG_ENDIAN) & 0xFFFF;
  }

  /** The epoch, an unsigned 32-bit number that grows by one from sketch to sketch. */
  public static int epoch(DirectBuffer buffer, int body) {
    return buffer.getInt(body + EPOCH_OFFSET, BIG_ENDIAN);
  }

  /** The column, an unsigned 32-bit number. */
  public static int column(DirectBuffer buffer, int body) {
    return buffer.getInt(body + COLUMN_OFFSET, BIG_ENDIAN);
  }

  /** The counter of a row, as its 32 bits. */
  public static int counter(DirectBuffer buffer, int body, int row) {
    return buffer.getInt(body + COUNTERS_OFFSET + row * COUNTER_LENGTH, BIG_ENDIAN);
  }

  /**
   * Writes the report after its base header.
   *
   * @param counters holds the column's counters from {@code countersIndex} on, one a row
   * @return its length
   */
  public static int put(
      MutableDirectBuffer buffer,
      int body,
      int reporter,
      int epoch,
      int column,
      int[] counters,
      int countersIndex,
      int rows) {
    buffer.putShort(body + REPORTER_OFFSET, (short) reporter, BIG_ENDIAN);
    buffer.putInt(body + EPOCH_OFFSET, epoch, BIG_ENDIAN);
    buffer.putInt(body + COLUMN_OFFSET, column, BIG_ENDIAN);
    for (int row = 0; row < rows; row++) {
      buffer.putInt(
          body + COUNTERS_OFFSET + row * COUNTER_LENGTH, counters[countersIndex + row], BIG_ENDIAN);
    }
    return length(rows);
  }
}
