package io.dta.softroce.guest;

/**
 * What happens to the RoCEv2 frames of one direction, in parts of one; each frame suffers one of
 * them at most.
 *
 * @param seed with which the nth frame's fate is drawn: the same seed, the same fates
 * @param loss of a frame
 * @param duplication of a frame
 * @param reordering a frame arrives after up to four that follow it
 */
public record Faults(long seed, double loss, double duplication, double reordering) {
  /** A cable without faults. */
  public static final Faults NONE = new Faults(0, 0, 0, 0);

  /** Loses, doubles and delays each so often. */
  public static Faults of(long seed, double each) {
    return new Faults(seed, each, each, each);
  }
}
