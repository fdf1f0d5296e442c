/**
 * The mathematics of the primitives' answers as functions: what share of queries succeeds, how
 * likely a wrong answer is, how far off a count may be. They assume independent, uniform hashes, as
 * {@code hashes: independent} comes close to and {@code hashes: prototype} does not.
 *
 * <p>Throughout, M is the number of slots, α the load: the distinct keys written after the key in
 * question, divided by M; N is the number of copies; b the bits of the checksum; q = 1 − exp(−αN)
 * the probability that a given copy was overwritten; ε = 2^−b the probability that a foreign slot
 * has the right checksum.
 */
package io.dta.primitives.analysis;
