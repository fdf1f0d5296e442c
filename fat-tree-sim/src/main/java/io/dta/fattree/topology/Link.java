package io.dta.fattree.topology;

/**
 * A cable between two switches.
 *
 * @param lower the switch nearer to the hosts
 * @param upper the switch nearer to the core
 */
public record Link(int lower, int upper) {}
