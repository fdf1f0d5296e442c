package io.dta.primitives.store;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.nio.ByteOrder.BIG_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.agrona.DirectBuffer;

/**
 * Queries the merged sketches of a Sketch-Merge store while it is written (DTA section 3).
 *
 * <p>First find an epoch: {@link #newest}, {@link #find}, or {@link #read} for all that the ring
 * holds. Then query it. A query reads the epoch's trailer once more when it is done: where the
 * epoch has been replaced by a later one meanwhile, it answers {@link #REPLACED} (or NaN), and
 * nothing it read is used.
 *
 * <p>Only finished epochs are found unless unfinished ones are asked for. Of an {@link
 * EpochState#OPEN} epoch, columns that are not yet written hold what lay there before, so that its
 * estimates have no bounds.
 *
 * <p>Allocates nothing; for one thread.
 */
public final class SketchReader {
  /** The answer of a query whose epoch is no longer in the ring. */
  public static final long REPLACED = Long.MIN_VALUE;

  private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG = JAVA_LONG_UNALIGNED.withOrder(BIG_ENDIAN);

  /** Of the trailer's second half: expected u16, merged u16, state u8. */
  private static final int EXPECTED_SHIFT = 48;

  private static final int MERGED_SHIFT = 32;
  private static final int STATE_SHIFT = 24;

  private final SketchStore store;
  private final MemorySegment region;
  private final int rows;
  private final SketchHasher hasher;
  private final EpochInfo scratch = new EpochInfo();
  private final long[] sorted;
  private final double[] squares;

  /**
   * @param region the store's region, at least {@link SketchStore#regionLength()} bytes
   * @throws IllegalArgumentException where it is shorter
   */
  public SketchReader(SketchStore store, MemorySegment region) {
    StoreChecks.region(store, region);
    this.store = store;
    this.region = region;
    rows = store.rows();
    hasher = new SketchHasher(store);
    sorted = new long[rows];
    squares = new double[rows];
  }

  /**
   * Reads the trailer at an index of the ring.
   *
   * @param index 0 to epochs − 1
   * @return whether an epoch lies there; {@code out} means nothing where none does
   */
  public boolean read(int index, EpochInfo out) {
    long at = index * store.epochStride() + store.trailerOffset();
    VarHandle.acquireFence();
    long low = region.get(LONG, at + SketchStore.EPOCH_OFFSET);
    long high = region.get(LONG, at + SketchStore.EXPECTED_OFFSET);
    int epoch = (int) (low >>> 32);
    int columns = (int) low;
    int state = (int) (high >>> STATE_SHIFT) & 0xFF;
    if ((epoch & (store.epochs() - 1)) != index
        || state < SketchStore.OPEN
        || state > SketchStore.INCOMPLETE) {
      return false;
    }
    out.set(
        epoch,
        state(state, columns),
        columns,
        (int) (high >>> EXPECTED_SHIFT) & 0xFFFF,
        (int) (high >>> MERGED_SHIFT) & 0xFFFF);
    return true;
  }

  /**
   * Finds an epoch.
   *
   * @param epoch an unsigned 32-bit number
   * @param allowUnfinished whether an open epoch will do
   * @return whether the ring holds it; {@code out} means nothing where it does not
   */
  public boolean find(long epoch, boolean allowUnfinished, EpochInfo out) {
    return read((int) epoch & (store.epochs() - 1), out)
        && out.epoch() == epoch
        && (allowUnfinished || out.state().isFinished());
  }

  /**
   * Finds the newest epoch, by differences modulo 2^32.
   *
   * @param allowUnfinished whether an open epoch will do
   * @return whether there is one; {@code out} means nothing where there is none
   */
  public boolean newest(boolean allowUnfinished, EpochInfo out) {
    boolean found = false;
    for (int index = 0; index < store.epochs(); index++) {
      if (read(index, scratch)
          && (allowUnfinished || scratch.state().isFinished())
          && (!found || scratch.epochBits() - out.epochBits() > 0)) {
        found = true;
        out.set(
            scratch.epochBits(),
            scratch.state(),
            scratch.completeColumns(),
            scratch.expected(),
            scratch.merged());
      }
    }
    return found;
  }

  /**
   * Estimates how often a key was counted: for Count-Min the least of its R counters, which is
   * never under the truth as long as no counter exceeds 2^32 − 1, for Count Sketch the median of
   * its R signed counters.
   *
   * <p>{@link io.dta.primitives.analysis.CountMinBounds} and {@link
   * io.dta.primitives.analysis.CountSketchBounds} say how far off it may be, from {@link #total}
   * and {@link #norm}.
   *
   * @return the estimate, or {@link #REPLACED}
   * @throws IllegalStateException where the store is a HyperLogLog
   */
  public long estimate(EpochInfo epoch, DirectBuffer key, int index) {
    requireCounts("estimate");
    hasher.hash(key, index);
    long estimate = store.kind() == SketchKind.COUNT_MIN ? least(epoch) : median(epoch);
    return isStillThere(epoch) ? estimate : REPLACED;
  }

  /**
   * All counts of a Count-Min: the sum of its first row. Reads all of the epoch.
   *
   * @return the total, or {@link #REPLACED}
   * @throws IllegalStateException where the store is no Count-Min
   */
  public long total(EpochInfo epoch) {
    if (store.kind() != SketchKind.COUNT_MIN) {
      throw wrongKind("total");
    }
    long base = store.epochOffset(epoch.epochBits());
    long end = base + store.trailerOffset();
    long total = 0;
    for (long at = base; at < end; at += store.columnLength()) {
      total += Integer.toUnsignedLong(region.get(INT, at));
    }
    return isStillThere(epoch) ? total : REPLACED;
  }

  /**
   * The root of the sum of the squared counts of all keys, estimated by a Count Sketch: the median
   * over its rows (Charikar, Chen and Farach-Colton, 2002; Alon, Matias and Szegedy, 1996). Reads
   * all of the epoch.
   *
   * @return the norm, or NaN where the epoch was replaced
   * @throws IllegalStateException where the store is no Count Sketch
   */
  public double norm(EpochInfo epoch) {
    if (store.kind() != SketchKind.COUNT_SKETCH) {
      throw wrongKind("norm");
    }
    for (int row = 0; row < rows; row++) {
      squares[row] = 0;
    }
    long base = store.epochOffset(epoch.epochBits());
    long end = base + store.trailerOffset();
    for (long column = base; column < end; column += store.columnLength()) {
      for (int row = 0; row < rows; row++) {
        double counter = region.get(INT, column + row * (long) SketchStore.COUNTER_LENGTH);
        squares[row] += counter * counter;
      }
    }
    for (int row = 1; row < rows; row++) {
      double value = squares[row];
      int to = row;
      for (; to > 0 && squares[to - 1] > value; to--) {
        squares[to] = squares[to - 1];
      }
      squares[to] = value;
    }
    double median = (squares[(rows - 1) / 2] + squares[rows / 2]) / 2;
    return isStillThere(epoch) ? Math.sqrt(median) : Double.NaN;
  }

  /**
   * How many distinct keys a HyperLogLog counted. Reads all of the epoch. The standard error is
   * 1.04/√C (Flajolet, Fusy, Gandouet and Meunier, 2007: the constant α and, up to 2.5·C, linear
   * counting of the columns that are zero). Their correction near 2^32 keys is not needed: a key's
   * column and rank come from 32 bits each, so that two keys seldom share both.
   *
   * @return the estimate, or NaN where the epoch was replaced
   * @throws IllegalStateException where the store is no HyperLogLog
   */
  public double cardinality(EpochInfo epoch) {
    if (store.kind() != SketchKind.HYPERLOGLOG) {
      throw wrongKind("cardinality");
    }
    long base = store.epochOffset(epoch.epochBits());
    long end = base + store.trailerOffset();
    double inverse = 0;
    long zeros = 0;
    for (long at = base; at < end; at += SketchStore.COUNTER_LENGTH) {
      int rank = region.get(INT, at);
      inverse += Math.scalb(1.0, -rank);
      zeros += rank == 0 ? 1 : 0;
    }
    if (!isStillThere(epoch)) {
      return Double.NaN;
    }
    double columns = store.columns();
    double raw = biasConstant(store.columns()) * columns * columns / inverse;
    return raw <= 2.5 * columns && zeros > 0 ? columns * Math.log(columns / zeros) : raw;
  }

  private static double biasConstant(int columns) {
    return switch (columns) {
      case 16 -> 0.673;
      case 32 -> 0.697;
      case 64 -> 0.709;
      default -> 0.7213 / (1 + 1.079 / columns);
    };
  }

  private long least(EpochInfo epoch) {
    long least = Long.MAX_VALUE;
    for (int row = 0; row < rows; row++) {
      least = Math.min(least, Integer.toUnsignedLong(counter(epoch, row)));
    }
    return least;
  }

  private long median(EpochInfo epoch) {
    for (int row = 0; row < rows; row++) {
      long value = (long) hasher.sign(row) * counter(epoch, row);
      int to = row;
      for (; to > 0 && sorted[to - 1] > value; to--) {
        sorted[to] = sorted[to - 1];
      }
      sorted[to] = value;
    }
    return Math.floorDiv(sorted[(rows - 1) / 2] + sorted[rows / 2], 2);
  }

  private int counter(EpochInfo epoch, int row) {
    return region.get(
        INT,
        store.columnOffset(epoch.epochBits(), hasher.column(row))
            + row * (long) SketchStore.COUNTER_LENGTH);
  }

  /**
   * Whether what was read since {@code epoch} was found is of that epoch. Its trailer is the last
   * that is written of an epoch, and the first of the next one, so that columns that were not of it
   * would show there.
   */
  private boolean isStillThere(EpochInfo epoch) {
    return read(epoch.epochBits() & (store.epochs() - 1), scratch)
        && scratch.epochBits() == epoch.epochBits()
        && (scratch.state() == epoch.state() || !epoch.state().isFinished());
  }

  /**
   * The trailer's first half is new and its second half old where it was read while it was written:
   * then it is said to be complete with columns missing, and is open.
   */
  private EpochState state(int state, int columns) {
    return switch (state) {
      case SketchStore.COMPLETE ->
          columns == store.columns() ? EpochState.COMPLETE : EpochState.OPEN;
      case SketchStore.INCOMPLETE -> EpochState.INCOMPLETE;
      default -> EpochState.OPEN;
    };
  }

  private void requireCounts(String query) {
    if (store.kind() == SketchKind.HYPERLOGLOG) {
      throw wrongKind(query);
    }
  }

  private IllegalStateException wrongKind(String query) {
    return new IllegalStateException(
        "store '" + store.name() + "' is of kind " + store.kind() + ", which has no " + query);
  }
}
