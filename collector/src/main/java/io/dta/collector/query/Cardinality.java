package io.dta.collector.query;

import io.dta.primitives.store.EpochState;

/**
 * How many different keys a HyperLogLog saw.
 *
 * @param epoch the epoch's number, an unsigned 32-bit number
 * @param state how far the epoch is
 * @param estimate how many
 * @param relativeStandardError 1.04/√columns
 */
public record Cardinality(
    long epoch, EpochState state, double estimate, double relativeStandardError) {}
