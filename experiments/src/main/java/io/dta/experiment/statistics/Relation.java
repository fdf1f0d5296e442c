package io.dta.experiment.statistics;

/** What a closed form says of the truth. */
public enum Relation {
  /** It is the truth: the interval must hold it. */
  EQUAL("="),
  /** It is an upper bound: the interval must not lie wholly above it. */
  AT_MOST("≤"),
  /** It is a lower bound: the interval must not lie wholly below it. */
  AT_LEAST("≥");

  private final String sign;

  Relation(String sign) {
    this.sign = sign;
  }

  public String sign() {
    return sign;
  }

  /** Whether an estimate is compatible with the closed form. */
  public boolean allows(Estimate measured, double closedForm) {
    return switch (this) {
      case EQUAL -> measured.holds(closedForm);
      case AT_MOST -> measured.low() <= closedForm || measured.holds(closedForm);
      case AT_LEAST -> measured.high() >= closedForm || measured.holds(closedForm);
    };
  }
}
