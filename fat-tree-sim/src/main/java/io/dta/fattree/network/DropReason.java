package io.dta.fattree.network;

/** Why a packet was lost. */
public enum DropReason {
  /** The buffer of the egress port had no room for it. */
  QUEUE_FULL(0, "queue full"),
  /** The link failed while it waited for it or was on it, or had failed and was not known to. */
  LINK_DOWN(1, "link down"),
  /** The switch knew no way to the destination. */
  NO_ROUTE(2, "no route");

  /** How many there are. */
  static final int COUNT = 3;

  private final int index;
  private final String label;

  DropReason(int index, String label) {
    this.index = index;
    this.label = label;
  }

  /** Its place in tables, from 0. */
  public int index() {
    return index;
  }

  /** For people. */
  public String label() {
    return label;
  }
}
