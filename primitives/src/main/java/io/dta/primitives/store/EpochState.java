package io.dta.primitives.store;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How far the sketch of an epoch is. */
public enum EpochState {
  /**
   * Its columns are being written. Those that are not, hold what an earlier epoch left there, or
   * zero.
   */
  @JsonProperty("open")
  OPEN,
  /** Every reporter delivered every column. */
  @JsonProperty("complete")
  COMPLETE,
  /**
   * Time ran out: what was delivered is merged and written, but columns of some reporters are
   * missing.
   */
  @JsonProperty("incomplete")
  INCOMPLETE;

  /** Whether no more is written to the epoch. */
  public boolean isFinished() {
    return this != OPEN;
  }
}
