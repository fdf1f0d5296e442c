package io.dta.rdma.control;

/**
 * What a requester tells of its end of a queue pair; {@code POST /v1/queue-pairs}.
 *
 * @param service RC or UC
 * @param address the IP address that the requester sends from and receives answers at
 * @param udpPort the UDP port at which it receives answers, 4791 unless both sides are software
 * @param queuePairNumber its queue pair, 24 bits
 * @param startingPsn the PSN of its first request, 24 bits
 * @param pathMtu the largest payload of a packet: 256, 512, 1024, 2048 or 4096
 */
public record QueuePairRequest(
    TransportService service,
    String address,
    int udpPort,
    int queuePairNumber,
    int startingPsn,
    int pathMtu) {}
