package io.dta.experiment.rig;

/**
 * What queries answered.
 *
 * @param right the truth
 * @param wrong something else
 * @param none nothing: no copy, or copies that contradict each other
 */
public record Tally(long right, long wrong, long none) {
  public static final Tally NOTHING = new Tally(0, 0, 0);

  public long asked() {
    return right + wrong + none;
  }

  public Tally plus(Tally other) {
    return new Tally(right + other.right, wrong + other.wrong, none + other.none);
  }
}
