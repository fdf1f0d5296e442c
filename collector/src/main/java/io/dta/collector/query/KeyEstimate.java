package io.dta.collector.query;

import io.dta.primitives.store.EpochState;

/**
 * What a merged sketch says of a key.
 *
 * @param key in the form of the store's key format
 * @param epoch the epoch's number, an unsigned 32-bit number
 * @param state how far the epoch is
 * @param estimate how much was counted for the key
 * @param total how much was counted in all; null for Count Sketch
 * @param norm the root of the sum of the squared counts of all keys, estimated; null for Count-Min
 * @param bound how far the estimate is from the truth at most, with the probability {@code
 *     confidence}; null where the epoch is not complete, so that nothing is known of what is
 *     missing
 * @param confidence 0 to 1; null with {@code bound}
 */
public record KeyEstimate(
    String key,
    long epoch,
    EpochState state,
    long estimate,
    Long total,
    Double norm,
    Double bound,
    Double confidence) {}
