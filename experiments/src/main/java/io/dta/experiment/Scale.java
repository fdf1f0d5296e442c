package io.dta.experiment;

import java.util.Locale;

/** How large an experiment is. */
public enum Scale {
  /** Seconds: the same load factors and the same closed forms in little memory. */
  SMALL,
  /** The papers' sizes: 100 million flows. */
  PAPER,
  /** Larger than that. */
  BIG;

  /** As on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** One of three. */
  public <T> T choose(T small, T paper, T big) {
    return switch (this) {
      case SMALL -> small;
      case PAPER -> paper;
      case BIG -> big;
    };
  }
}
