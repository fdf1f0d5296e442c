package io.dta.collector.query;

import io.dta.primitives.store.EpochState;
import java.util.List;

/**
 * The candidates whose estimate reaches a share of all that was counted.
 *
 * @param epoch the epoch's number, an unsigned 32-bit number
 * @param state how far the epoch is
 * @param total how much was counted in all; null for Count Sketch
 * @param norm the root of the sum of the squared counts of all keys, estimated; null for Count-Min
 * @param minimum what a heavy hitter has at least: the threshold times the total, or times the norm
 * @param bound how far an estimate is from the truth at most, with the probability {@code
 *     confidence}; null where the epoch is not complete
 * @param confidence 0 to 1; null with {@code bound}
 * @param candidates how many different keys were looked at
 * @param heavyHitters the largest first
 */
public record HeavyHitters(
    long epoch,
    EpochState state,
    Long total,
    Double norm,
    double minimum,
    Double bound,
    Double confidence,
    int candidates,
    List<HeavyHitter> heavyHitters) {
  /**
   * One of them.
   *
   * @param key in the form of the store's key format
   * @param estimate how much was counted for the key
   * @param share of the total, or of the norm
   */
  public record HeavyHitter(String key, long estimate, double share) {}
}
