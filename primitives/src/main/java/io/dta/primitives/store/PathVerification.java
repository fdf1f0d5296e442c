package io.dta.primitives.store;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a reader tells a flow's own chunk from another flow's. */
public enum PathVerification {
  /** Every word must decode to a known value or to blank (the paper). */
  @JsonProperty("value-set")
  VALUE_SET,
  /**
   * A checksum over key and words follows the words in the chunk's padding; for values with no
   * known set.
   */
  @JsonProperty("checksum")
  CHECKSUM
}
