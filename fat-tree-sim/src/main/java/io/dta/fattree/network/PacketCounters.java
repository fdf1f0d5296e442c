package io.dta.fattree.network;

import java.util.Map;

/**
 * Where the packets are: {@code sent = delivered + dropped + in flight}, at all times.
 *
 * @param sent that a host gave to its link: data, retransmissions and acknowledgements
 * @param acknowledgements those of them that acknowledge
 * @param retransmissions those of them that were sent before
 * @param delivered to a host
 * @param dropped by reason
 * @param inFlight in queues and on links
 * @param marked how often a switch marked a packet
 * @param hops how often a packet came to the end of a link
 */
public record PacketCounters(
    long sent,
    long acknowledgements,
    long retransmissions,
    long delivered,
    Map<DropReason, Long> dropped,
    long inFlight,
    long marked,
    long hops) {
  public PacketCounters {
    dropped = Map.copyOf(dropped);
  }

  public long dropped(DropReason reason) {
    return dropped.getOrDefault(reason, 0L);
  }

  /** For all reasons. */
  public long allDropped() {
    return dropped.values().stream().mapToLong(Long::longValue).sum();
  }
}
