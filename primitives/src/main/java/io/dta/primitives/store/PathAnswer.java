package io.dta.primitives.store;

/**
 * What a Postcarding store knows of a flow's path. Belongs to the caller, who uses it for one query
 * after another.
 */
public final class PathAnswer {
  private final int[] values;
  private Outcome outcome = Outcome.EMPTY;
  private int copiesMatched;
  private int copiesAgreed;
  private int hops;

  /** An answer that holds the paths of a store. */
  public PathAnswer(PostcardingStore store) {
    values = new int[store.hops()];
  }

  public Outcome outcome() {
    return outcome;
  }

  /**
   * How many chunks hold the flow, as far as the policy had to look: first-match looks no further
   * than the first.
   */
  public int copiesMatched() {
    return copiesMatched;
  }

  /**
   * How many of them hold the path of the answer; where there is no path, the most that hold the
   * same one.
   */
  public int copiesAgreed() {
    return copiesAgreed;
  }

  /** Which hops are known: bit i − 1 is hop i. 0 where the outcome is not {@link Outcome#VALUE}. */
  public int hops() {
    return hops;
  }

  /**
   * The last hop that is known, counted from 1; 0 where none is. Hops before it may be missing: see
   * {@link #hops()}.
   */
  public int length() {
    return Integer.SIZE - Integer.numberOfLeadingZeros(hops);
  }

  /**
   * The value of a hop, an unsigned 32-bit number.
   *
   * @param hop 1 to B
   * @return {@link PostcardingStore#BLANK} where it is not known
   */
  public int value(int hop) {
    return (hops & 1 << (hop - 1)) != 0 ? values[hop - 1] : PostcardingStore.BLANK;
  }

  /** Where the values of hops 1 to B are decoded to. */
  int[] values() {
    return values;
  }

  void set(Outcome newOutcome, int matched, int agreed, int knownHops) {
    outcome = newOutcome;
    copiesMatched = matched;
    copiesAgreed = agreed;
    hops = knownHops;
  }
}
