package io.dta.primitives.store;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a sketch counts and how two of them are merged. */
public enum SketchKind {
  /**
   * Sums; an estimate is the least counter of a key's cells, never under the truth (Cormode and
   * Muthukrishnan, 2005).
   */
  @JsonProperty("count-min")
  COUNT_MIN,
  /**
   * Signed sums; an estimate is the median of a key's signed cells (Charikar, Chen and
   * Farach-Colton, 2002).
   */
  @JsonProperty("count-sketch")
  COUNT_SKETCH,
  /**
   * Maxima of ranks; the estimate is the number of distinct keys (Flajolet and others, 2007). One
   * row.
   */
  @JsonProperty("hyperloglog")
  HYPERLOGLOG
}
