package io.dta.experiment.rig;

/**
 * How a {@link PathMemory} is filled.
 *
 * @param way from the switches to memory
 * @param reportsPerFlow how often each flow is reported, one report directly after the other
 * @param losses what gets lost; by way of the translator only
 * @param collectors among how many the keys' hashes spread the flows; the first one is looked at
 */
public record Setup(Way way, int reportsPerFlow, Losses losses, int collectors) {
  /** By way of the translator to the only collector; each flow once; nothing is lost. */
  public static final Setup DEFAULT = new Setup(Way.TRANSLATOR, 1, Losses.NONE, 1);

  public Setup {
    if (way != Way.TRANSLATOR && !losses.equals(Losses.NONE)) {
      throw new IllegalArgumentException("losses are made on the way of the translator only");
    }
  }

  public Setup withWay(Way newWay, int newReportsPerFlow) {
    return new Setup(newWay, newReportsPerFlow, losses, collectors);
  }

  public Setup withLosses(Losses newLosses) {
    return new Setup(way, reportsPerFlow, newLosses, collectors);
  }

  public Setup withCollectors(int newCollectors) {
    return new Setup(way, reportsPerFlow, losses, newCollectors);
  }
}
