package io.dta.collector.query;

import java.math.BigInteger;

/**
 * The count of a key in a Key-Increment store.
 *
 * @param key in the form of the store's key format
 * @param count the least of the key's counters, never under the truth where the key's reports asked
 *     for at least {@code copies} counters; an unsigned 64-bit number
 * @param copies how many counters were looked at
 */
public record KeyCount(String key, BigInteger count, int copies) {}
