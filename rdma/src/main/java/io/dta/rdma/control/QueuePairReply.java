package io.dta.rdma.control;

/**
 * What the responder answers.
 *
 * @param address the IP address to send requests to
 * @param udpPort the UDP port to send requests to, 4791 unless both sides are software
 * @param queuePairNumber its queue pair, 24 bits
 * @param pathMtu what was granted, at most what was asked for
 * @param maxDestinationAtomics how many atomics the requester may have outstanding
 */
public record QueuePairReply(
    String address, int udpPort, int queuePairNumber, int pathMtu, int maxDestinationAtomics) {}
