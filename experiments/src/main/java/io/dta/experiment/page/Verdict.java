package io.dta.experiment.page;

/** What came of an experiment. */
public enum Verdict {
  /** All that was measured agrees with the closed forms, within intervals. */
  PASS,
  /** Something does not. */
  FAIL,
  /** The run was interrupted; what was measured agrees. */
  INCOMPLETE
}
