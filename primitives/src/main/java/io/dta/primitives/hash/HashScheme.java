package io.dta.primitives.hash;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How the slots of a key's copies are chosen. */
public enum HashScheme {
  /**
   * A polynomial of its own for every copy, for the checksum and for the choice of the collector.
   */
  @JsonProperty("independent")
  INDEPENDENT,
  /**
   * The public prototype's scheme, to read and write memory beside one of its switches: slot n is
   * CRC-32(key ‖ n) and the checksum CRC-32(key), one polynomial. Keys that share one slot share
   * all of them, so redundancy buys nothing.
   */
  @JsonProperty("prototype")
  PROTOTYPE
}
