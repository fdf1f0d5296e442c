package io.dta.collector.connection;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.control.TransportService;

/**
 * A queue pair of the RNIC.
 *
 * @param queuePairNumber its own, 24 bits
 * @param service RC or UC
 * @param state {@code ERROR} once it refused a request; its requester connects anew
 * @param address the requester's IP address
 * @param udpPort the requester's UDP port
 * @param remoteQueuePairNumber the requester's queue pair, 24 bits; 0 where the RNIC's library does
 *     not say
 * @param pathMtu what was granted; 0 where the RNIC's library does not say
 */
public record QueuePairStatus(
    int queuePairNumber,
    TransportService service,
    QueuePairState state,
    String address,
    int udpPort,
    int remoteQueuePairNumber,
    int pathMtu) {
  /** Whether it carries out requests. */
  @JsonIgnore
  public boolean isReceiving() {
    return state != QueuePairState.ERROR;
  }
}
