package io.dta.experiment.rig;

/** How the switches' reports reach memory. */
public enum Way {
  /** As DTA does it: through a translator, which writes all N copies. */
  TRANSLATOR("through the translator"),
  /** As DART does it: every edge switch writes by itself, all N copies of each report. */
  DIRECT_ALL("direct, all N copies"),
  /** As DART does it with one packet a report: one copy, drawn at random. */
  DIRECT_ONE("direct, one copy a report");

  private final String label;

  Way(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
