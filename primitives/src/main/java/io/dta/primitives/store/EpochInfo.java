package io.dta.primitives.store;

/**
 * An epoch's trailer, as {@link SketchReader} found it. Belongs to the caller, who uses it again
 * and again.
 */
public final class EpochInfo {
  private int epoch;
  private EpochState state = EpochState.OPEN;
  private int completeColumns;
  private int expected;
  private int merged;

  /** The epoch, an unsigned 32-bit number. */
  public long epoch() {
    return Integer.toUnsignedLong(epoch);
  }

  public EpochState state() {
    return state;
  }

  /** How many of its columns every reporter delivered. */
  public int completeColumns() {
    return completeColumns;
  }

  /** How many reporters deliver columns. */
  public int expected() {
    return expected;
  }

  /** How many reporters delivered every column. */
  public int merged() {
    return merged;
  }

  int epochBits() {
    return epoch;
  }

  void set(int newEpoch, EpochState newState, int newColumns, int newExpected, int newMerged) {
    epoch = newEpoch;
    state = newState;
    completeColumns = newColumns;
    expected = newExpected;
    merged = newMerged;
  }
}
