package io.dta.primitives.store;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What the checksum of a Key-Write slot covers. */
public enum ChecksumCoverage {
  /** The key and the value, so that a torn or mixed value is never returned. */
  @JsonProperty("key-value")
  KEY_VALUE,
  /** The key alone, the papers' form. */
  @JsonProperty("key")
  KEY
}
