package io.dta.primitives.wire;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which base header a reporter sends. */
public enum HeaderFormat {
  /** 3 bytes: opcode, sequence number, flags and store. */
  @JsonProperty("full")
  FULL(3),
  /**
   * 2 bytes, as the public prototype's reporter sends it: opcode, and one byte that holds only the
   * immediate flag.
   */
  @JsonProperty("compact")
  COMPACT(2);

  private final int length;

  HeaderFormat(int length) {
    this.length = length;
  }

  /** The header's length in bytes. */
  public int length() {
    return length;
  }
}
