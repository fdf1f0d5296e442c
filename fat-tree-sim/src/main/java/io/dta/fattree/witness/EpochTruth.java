package io.dta.fattree.witness;

import org.agrona.collections.Long2LongHashMap;

/**
 * What entered the network in an epoch, in bytes on the wire, by direction of every flow.
 *
 * @param epoch from 0
 * @param keys how many different 5-tuples
 * @param total of all of them
 * @param norm the root of the sum of their squares
 * @param bytes by a flow's number, of those whose truth is kept
 */
public record EpochTruth(int epoch, long keys, long total, double norm, Long2LongHashMap bytes) {}
