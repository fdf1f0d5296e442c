package io.dta.fattree.verify;

/**
 * What a store said beside the truth; {@code asked = right + outdated + empty + wrong}.
 *
 * @param primitive how it came there
 * @param system that reported it
 * @param store whose answers they are
 * @param what was asked, in the plural
 * @param asked how many of those
 * @param right as it happened; of sketches, within their bound
 * @param outdated as it was before, where it changed
 * @param empty no answer, an ambiguous one, or a part of one
 * @param wrong anything else
 */
public record Comparison(
    String primitive,
    String system,
    String store,
    String what,
    long asked,
    long right,
    long outdated,
    long empty,
    long wrong) {
  /** The share of right ones; 1 where nothing was asked. */
  public double share() {
    return asked == 0 ? 1 : (double) right / asked;
  }

  /** Counts towards one. */
  static final class Tally {
    private final String primitive;
    private final String system;
    private final String store;
    private final String what;
    private long right;
    private long outdated;
    private long empty;
    private long wrong;

    Tally(String primitive, String system, String store, String what) {
      this.primitive = primitive;
      this.system = system;
      this.store = store;
      this.what = what;
    }

    void right() {
      right++;
    }

    void outdated() {
      outdated++;
    }

    void empty() {
      empty++;
    }

    void wrong() {
      wrong++;
    }

    Comparison end() {
      return new Comparison(
          primitive,
          system,
          store,
          what,
          right + outdated + empty + wrong,
          right,
          outdated,
          empty,
          wrong);
    }
  }
}
