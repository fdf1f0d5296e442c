package io.dta.rdma.control;

/**
 * What a requester tells of its end of a queue pair; {@code POST /v1/queue-pairs}.
 *
 * <p>A responder needs nothing else: over RoCEv2 the requester's GID is its IP address, and
 * answers, those of READ and of atomics included, carry the PSNs of the requests. A responder
 * behind a driver sends no requests of its own, so that no starting PSN of its own matters to the
 * requester, either.
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
    int pathMtu) {
  private static final int MASK_24 = 0xFF_FFFF;

  /**
   * Checks what came from the network.
   *
   * @throws IllegalArgumentException where it makes no sense, with the value and what was expected
   */
  public void requireSensible() {
    requireRange("queue pair number", queuePairNumber, 0, MASK_24);
    requireRange("starting PSN", startingPsn, 0, MASK_24);
    requireRange("UDP port", udpPort, 1, 65535);
    if (service == null || address == null) {
      throw new IllegalArgumentException(
          "service %s, address %s: expected RC or UC, and the requester's IP address"
              .formatted(service, address));
    }
    if (Integer.bitCount(pathMtu) != 1 || pathMtu < 256 || pathMtu > 4096) {
      throw new IllegalArgumentException(
          "path MTU %d, expected 256, 512, 1024, 2048 or 4096".formatted(pathMtu));
    }
  }

  private static void requireRange(String name, int value, int from, int to) {
    if (value < from || value > to) {
      throw new IllegalArgumentException(
          "%s %d, expected %d to %d".formatted(name, value, from, to));
    }
  }
}
