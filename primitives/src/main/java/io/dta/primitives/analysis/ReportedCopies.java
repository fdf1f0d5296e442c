package io.dta.primitives.analysis;

/**
 * Key-Write where not every report reaches all N slots of its key: switches that write one copy at
 * a time (DART section 3), and networks that lose reports or WRITEs. See the package for the
 * symbols.
 */
public final class ReportedCopies {
  private ReportedCopies() {}

  /**
   * The probability that a key is found whose flow was reported r times, each report to one of its
   * N slots, drawn at random.
   *
   * <p>r draws reach D different slots. Every flow after this one overwrites a given slot with the
   * probability E[D]/M, so a copy is lost with q = 1 − exp(−α·E[D]), and the key with E[q^D].
   *
   * @param load α, in flows
   * @param reports r, of every flow, at least 1
   */
  public static double foundWithOneEach(double load, int copies, int reports) {
    double[] distinct = distinct(copies, reports);
    double expected = 0;
    for (int d = 1; d <= copies; d++) {
      expected += d * distinct[d];
    }
    double lost = -Math.expm1(-load * expected);
    double none = 0;
    for (int d = 1; d <= copies; d++) {
      none += distinct[d] * Math.pow(lost, d);
    }
    return 1 - none;
  }

  /** How many different slots r reports reach on average. */
  public static double distinctSlots(int copies, int reports) {
    return copies * -Math.expm1(reports * Math.log1p(-1.0 / copies));
  }

  /** P(D = d): the classical occupancy distribution, draw by draw. */
  private static double[] distinct(int copies, int reports) {
    double[] probability = new double[copies + 1];
    probability[0] = 1;
    for (int draw = 0; draw < reports; draw++) {
      for (int d = copies; d >= 1; d--) {
        double again = (double) d / copies;
        double another = (double) (copies - d + 1) / copies;
        probability[d] = probability[d] * again + probability[d - 1] * another;
      }
      probability[0] = 0;
    }
    return probability;
  }

  /**
   * The probability that a key is found where reports and WRITEs get lost.
   *
   * <p>Of the αM later reports a share arrives, and of their WRITEs another, so a given slot is
   * overwritten with q = 1 − exp(−αN(1 − a)(1 − b)). A copy of the key is there where its own WRITE
   * arrived and no other came over it: (1 − b)(1 − q).
   *
   * @param reportLoss a, the share of reports lost before the translator, 0 to 1
   * @param writeLoss b, the share of WRITEs lost behind it, 0 to 1
   */
  public static double foundWithLoss(double load, int copies, double reportLoss, double writeLoss) {
    double kept = Math.exp(-load * copies * (1 - reportLoss) * (1 - writeLoss));
    double copy = (1 - writeLoss) * kept;
    return (1 - reportLoss) * (1 - Math.pow(1 - copy, copies));
  }
}
