package io.dta.fattree.direct;

/** Which of the N slots of its key a report is written to. */
public enum Copies {
  /**
   * One, drawn at random for each report: one packet, and the slots fill up as a flow is reported
   * again (DART, section 3).
   */
  ONE,
  /** All N, a packet each. */
  ALL
}
