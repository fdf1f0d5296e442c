package io.dta.fattree.scenario;

/**
 * How far a run is.
 *
 * @param flows that have ended
 * @param seconds of simulated time
 * @param hops packets that came to the end of a link
 * @param dropped packets
 * @param reports that switches sent
 */
public record RunStatus(long flows, double seconds, long hops, long dropped, long reports) {}
