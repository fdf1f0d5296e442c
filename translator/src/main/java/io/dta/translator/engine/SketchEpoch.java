package io.dta.translator.engine;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.dta.primitives.store.SketchKind;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.wire.SketchColumnReport;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One epoch of a sketch while it is merged: the columns as they will lie in the collector's memory,
 * and who has delivered what. A group is the w adjacent columns that go out in one WRITE. Memory is
 * taken once and used for one epoch after another.
 */
final class SketchEpoch {
  /** In the place of how many columns a group lacks. */
  private static final int WRITTEN = -1;

  /** What becomes of an epoch. */
  enum State {
    FREE,
    /** Takes columns. */
    MERGING,
    /** Takes no more columns; what is left of it is being written. */
    CLOSING
  }

  private final SketchStore store;
  private final boolean maximum;
  private final int rows;
  private final int columnLength;
  private final int groupShift;
  private final UnsafeBuffer columns;

  /** Bit column × reporters + reporter: the reporter has delivered the column. */
  private final long[] delivered;

  private final int[] reportersOfColumn;
  private final int[] columnsOfReporter;
  private final int[] columnsLeftOfGroup;

  /** Reports merged into a group that is not written yet. */
  private final int[] reportsOfGroup;

  private State state = State.FREE;
  private int number;
  private long openedNs;
  private boolean immediate;
  private boolean asked;
  private int completeColumns;
  private int completeReporters;
  private int groupsLeft;
  private int closingGroup;

  SketchEpoch(SketchStore store) {
    this.store = store;
    this.maximum = store.kind() == SketchKind.HYPERLOGLOG;
    this.rows = store.rows();
    this.columnLength = store.columnLength();
    this.groupShift = Integer.numberOfTrailingZeros(store.columnsPerWrite());
    int groups = store.columns() >> groupShift;
    this.columns = new UnsafeBuffer(ByteBuffer.allocateDirect((int) store.trailerOffset()));
    this.delivered = new long[(int) words(store)];
    this.reportersOfColumn = new int[store.columns()];
    this.columnsOfReporter = new int[store.reporters()];
    this.columnsLeftOfGroup = new int[groups];
    this.reportsOfGroup = new int[groups];
  }

  /** The memory that an epoch takes in bytes. */
  static long length(SketchStore store) {
    int groups = store.columns() / store.columnsPerWrite();
    return store.trailerOffset()
        + words(store) * Long.BYTES
        + (long) (store.columns() + store.reporters() + 2 * groups) * Integer.BYTES;
  }

  private static long words(SketchStore store) {
    return ((long) store.columns() * store.reporters() + Long.SIZE - 1) / Long.SIZE;
  }

  void open(int epoch, long nowNs) {
    columns.setMemory(0, columns.capacity(), (byte) 0);
    Arrays.fill(delivered, 0);
    Arrays.fill(reportersOfColumn, 0);
    Arrays.fill(columnsOfReporter, 0);
    Arrays.fill(columnsLeftOfGroup, store.columnsPerWrite());
    Arrays.fill(reportsOfGroup, 0);
    state = State.MERGING;
    number = epoch;
    openedNs = nowNs;
    immediate = false;
    asked = false;
    completeColumns = 0;
    completeReporters = 0;
    groupsLeft = columnsLeftOfGroup.length;
    closingGroup = 0;
  }

  boolean isDelivered(int reporter, int column) {
    long bit = bit(reporter, column);
    return (delivered[(int) (bit >>> 6)] & 1L << bit) != 0;
  }

  /** Whether one more reporter's column completes its group. */
  boolean wouldCompleteGroup(int column) {
    return reportersOfColumn[column] + 1 == store.reporters()
        && columnsLeftOfGroup[group(column)] == 1;
  }

  /** Whether only one group is not written. */
  boolean isLastGroup() {
    return groupsLeft == 1;
  }

  /** Merges a column that is not delivered yet from a report. */
  void merge(DirectBuffer buffer, int body, int reporter, int column) {
    long bit = bit(reporter, column);
    delivered[(int) (bit >>> 6)] |= 1L << bit;
    int index = column * columnLength;
    for (int row = 0; row < rows; row++, index += SketchStore.COUNTER_LENGTH) {
      int theirs = SketchColumnReport.counter(buffer, body, row);
      int ours = columns.getInt(index, BIG_ENDIAN);
      columns.putInt(index, maximum ? maximum(ours, theirs) : ours + theirs, BIG_ENDIAN);
    }
    int group = group(column);
    reportsOfGroup[group]++;
    if (++reportersOfColumn[column] == store.reporters()) {
      columnsLeftOfGroup[group]--;
      completeColumns++;
    }
    if (++columnsOfReporter[reporter] == store.columns()) {
      completeReporters++;
    }
  }

  private static int maximum(int a, int b) {
    return Integer.compareUnsigned(a, b) > 0 ? a : b;
  }

  private long bit(int reporter, int column) {
    return (long) column * store.reporters() + reporter;
  }

  int group(int column) {
    return column >>> groupShift;
  }

  /** How many reports are merged in a group that is not written. */
  int reports(int group) {
    return reportsOfGroup[group];
  }

  /** Accounts a group as written. */
  void take(int group) {
    reportsOfGroup[group] = 0;
    columnsLeftOfGroup[group] = WRITTEN;
    groupsLeft--;
  }

  /**
   * The next group that is not written, or the number of groups; from the first on, and on with
   * each call.
   */
  int nextGroupLeft() {
    while (closingGroup < columnsLeftOfGroup.length
        && columnsLeftOfGroup[closingGroup] == WRITTEN) {
      closingGroup++;
    }
    return closingGroup;
  }

  /** Whether every group is written. */
  boolean isWritten() {
    return groupsLeft == 0;
  }

  boolean isComplete() {
    return completeColumns == store.columns();
  }

  /** Writes the trailer into a buffer of its length. */
  void putTrailer(UnsafeBuffer trailer, int trailerState) {
    trailer.setMemory(0, SketchStore.TRAILER_LENGTH, (byte) 0);
    trailer.putInt(SketchStore.EPOCH_OFFSET, number, BIG_ENDIAN);
    trailer.putInt(SketchStore.COMPLETE_COLUMNS_OFFSET, completeColumns, BIG_ENDIAN);
    trailer.putShort(SketchStore.EXPECTED_OFFSET, (short) store.reporters(), BIG_ENDIAN);
    trailer.putShort(SketchStore.MERGED_OFFSET, (short) completeReporters, BIG_ENDIAN);
    trailer.putByte(SketchStore.STATE_OFFSET, (byte) trailerState);
  }

  /** The merged columns, from column 0 on. */
  UnsafeBuffer columns() {
    return columns;
  }

  boolean lacksColumnsOf(int reporter) {
    return columnsOfReporter[reporter] < store.columns();
  }

  State state() {
    return state;
  }

  void stopMerging() {
    state = State.CLOSING;
  }

  void free() {
    state = State.FREE;
  }

  int number() {
    return number;
  }

  long openedNs() {
    return openedNs;
  }

  /** Whether the collector's CPU is to be told when the epoch is finished. */
  boolean isImmediate() {
    return immediate;
  }

  void setImmediate() {
    immediate = true;
  }

  /** Whether the missing columns were asked for. */
  boolean isAsked() {
    return asked;
  }

  void setAsked() {
    asked = true;
  }

  /** Reports that are merged and not written, counted one group at a time. */
  long countHeld() {
    return state == State.FREE ? 0 : Arrays.stream(reportsOfGroup).asLongStream().sum();
  }
}
