package io.dta.collector.query;

import java.util.List;

/**
 * Where the lists of an Append store end.
 *
 * @param store its name
 * @param next the sequence of the next frame of every list, by list; unsigned 32-bit numbers
 */
public record ListHeads(String store, List<Long> next) {}
