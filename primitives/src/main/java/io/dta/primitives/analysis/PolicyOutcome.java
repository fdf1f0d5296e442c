package io.dta.primitives.analysis;

/**
 * What a query answers about a key that was written once, with αM others after it, by the policy
 * that makes one answer of N copies.
 *
 * <p>A copy is the key's own with o = 1 − q, a foreign one that matches with m = q·ε, and a foreign
 * one that does not with e = q·(1 − ε), each copy by itself. Foreign slots that match hold values
 * that differ from the truth and from each other, which is all but certain for values such as
 * paths. So the policies' results follow from counting copies.
 *
 * @param right the probability of the truth
 * @param wrong the probability of another value; neither is: empty or ambiguous
 */
public record PolicyOutcome(double right, double wrong) {
  /** The probability of no answer. */
  public double none() {
    return 1 - right - wrong;
  }

  /**
   * First match: the first copy that is not e decides.
   *
   * @param foreign ε, the probability that a foreign slot matches
   */
  public static PolicyOutcome firstMatch(double load, int copies, double foreign) {
    double lost = QuerySuccess.overwritten(load, copies);
    double none = Math.pow(lost * (1 - foreign), copies);
    double own = (1 - lost) / (1 - lost * (1 - foreign));
    return new PolicyOutcome((1 - none) * own, (1 - none) * (1 - own));
  }

  /**
   * Plurality: right with two copies of its own, or one and no foreign match; wrong with none and
   * exactly one foreign match. Everything else is a tie or nothing.
   */
  public static PolicyOutcome plurality(double load, int copies, double foreign) {
    double lost = QuerySuccess.overwritten(load, copies);
    double silent = lost * (1 - foreign);
    double oneOwn = copies * (1 - lost) * Math.pow(silent, copies - 1.0);
    double wrong = copies * lost * foreign * Math.pow(silent, copies - 1.0);
    return new PolicyOutcome(oneOwn + atLeastTwoOwn(load, copies), wrong);
  }

  /** Consensus of two: right with two copies of its own; foreign values do not agree. */
  public static PolicyOutcome consensusOfTwo(double load, int copies) {
    return new PolicyOutcome(atLeastTwoOwn(load, copies), 0);
  }

  /**
   * All that match must agree, as Postcarding has it (DTA section 4): right with a copy of its own
   * and no foreign match, wrong with none and exactly one foreign match.
   */
  public static PolicyOutcome unanimous(double load, int copies, double foreign) {
    double lost = QuerySuccess.overwritten(load, copies);
    double silent = lost * (1 - foreign);
    double right = Math.pow(1 - lost * foreign, copies) - Math.pow(silent, copies);
    double wrong = copies * lost * foreign * Math.pow(silent, copies - 1.0);
    return new PolicyOutcome(right, wrong);
  }

  private static double atLeastTwoOwn(double load, int copies) {
    return copies < 2 ? 0 : QuerySuccess.found(load, copies, 2);
  }
}
