package io.dta.primitives.store;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What kind of answer a query got. */
public enum Outcome {
  /** A value that the policy accepts. */
  @JsonProperty("value")
  VALUE,
  /** Nothing in memory belongs to the key, or too little for the policy. */
  @JsonProperty("empty")
  EMPTY,
  /** Copies belong to the key but contradict each other, and the policy cannot decide. */
  @JsonProperty("ambiguous")
  AMBIGUOUS
}
