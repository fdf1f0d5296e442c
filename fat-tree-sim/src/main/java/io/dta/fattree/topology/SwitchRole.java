package io.dta.fattree.topology;

/** A switch's layer. */
public enum SwitchRole {
  CORE("core"),
  AGGREGATION("agg"),
  EDGE("edge");

  private final String label;

  SwitchRole(String label) {
    this.label = label;
  }

  /** The first part of a switch's name. */
  public String label() {
    return label;
  }
}
