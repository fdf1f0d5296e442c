package io.dta.fattree.verify;

/** What an answer is worth beside the truth. */
public enum Verdict {
  /** As it happened; of sketches, within their bound. */
  RIGHT("right"),
  /** As it was before it changed. */
  OUTDATED("outdated"),
  /** No answer, an ambiguous one, or a part of one. */
  EMPTY("empty"),
  /** Anything else. */
  WRONG("wrong");

  private final String label;

  Verdict(String label) {
    this.label = label;
  }

  /** For people and files. */
  public String label() {
    return label;
  }
}
