/**
 * The mathematics of the primitives' answers as functions: what share of queries succeeds, how
 * likely a wrong answer is, how far off a count may be. They assume independent, uniform hashes, as
 * {@code hashes: independent} comes close to and {@code hashes: prototype} does not.
 *
 * <p>Independence also takes keys with some randomness in them, such as the ports of flows. CRCs
 * are affine: keys that only count up (all pairs of 128 hosts, with constant ports) spread more or
 * less evenly than chance would have it, and the share of them that is found may be some percent
 * under or over these values.
 *
 * <p>Throughout, M is the number of slots, α the load: the distinct keys written after the key in
 * question, divided by M; N is the number of copies; b the bits of the checksum; q = 1 − exp(−αN)
 * the probability that a given copy was overwritten; ε = 2^−b the probability that a foreign slot
 * has the right checksum.
 */
package io.dta.primitives.analysis;
