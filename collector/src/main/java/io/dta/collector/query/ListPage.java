package io.dta.collector.query;

import java.util.List;

/**
 * A part of an Append list.
 *
 * @param list its number
 * @param entries in hexadecimal, in the order in which they were appended
 * @param next the position to ask for next, an unsigned 32-bit number
 * @param lostFrames how many frames between the position asked for and {@code next} are not in
 *     {@code entries}: overwritten before they were read, or never arrived
 */
public record ListPage(int list, List<String> entries, long next, long lostFrames) {}
