package io.dta.primitives.store;

import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * A reporter's own sketch of one epoch: what a switch keeps in its registers and delivers column by
 * column. For one thread.
 */
public final class SketchBuilder {
  private final SketchKind kind;
  private final int rows;
  private final SketchHasher hasher;
  private final int[] counters;

  public SketchBuilder(SketchStore store) {
    kind = store.kind();
    rows = store.rows();
    hasher = new SketchHasher(store);
    counters = new int[Math.multiplyExact(store.columns(), rows)];
  }

  /**
   * Counts a key.
   *
   * @param count how often, modulo 2^32; HyperLogLog, which counts distinct keys, ignores it
   */
  public void add(DirectBuffer key, int index, long count) {
    hasher.hash(key, index);
    switch (kind) {
      case COUNT_MIN -> {
        for (int row = 0; row < rows; row++) {
          counters[hasher.column(row) * rows + row] += (int) count;
        }
      }
      case COUNT_SKETCH -> {
        for (int row = 0; row < rows; row++) {
          counters[hasher.column(row) * rows + row] += hasher.sign(row) * (int) count;
        }
      }
      case HYPERLOGLOG -> {
        int column = hasher.column(0);
        counters[column] = Math.max(counters[column], hasher.rank());
      }
    }
  }

  /**
   * The counters, C × R of them, those of a column side by side: row r of column c is at c · R + r.
   * The array is the sketch's own.
   */
  public int[] counters() {
    return counters;
  }

  /** Starts the next epoch: all counters are 0. */
  public void reset() {
    Arrays.fill(counters, 0);
  }
}
