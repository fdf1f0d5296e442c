package io.dta.fattree.network;

/** What the network's events are: a kind in the high 3 of 28 bits, and what it is about. */
final class Events {
  /** The first packet of a link comes to its end; of which port. */
  static final int ARRIVAL = 0;

  /** A host's link is free; of which host. */
  static final int LINK_FREE = 1 << 25;

  /** A flow's timer; of which flow. */
  static final int TIMER = 2 << 25;

  /** The next flow begins. */
  static final int FLOW_START = 3 << 25;

  /** Something fails or is repaired; which change. */
  static final int CHANGE = 4 << 25;

  /** The switches learn of changes. */
  static final int CONVERGENCE = 5 << 25;

  static final int TICK = 6 << 25;

  static final int SUBJECT_MASK = (1 << 25) - 1;

  private Events() {}
}
