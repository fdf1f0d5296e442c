package io.dta.fattree.network;

/**
 * How the flows fare.
 *
 * @param started that began
 * @param completed whose destination has all of them
 * @param abandoned that ended without that, for want of retransmission
 * @param held of which the network still knows something: a packet in flight, a timer
 */
public record FlowCounters(long started, long completed, long abandoned, long held) {}
