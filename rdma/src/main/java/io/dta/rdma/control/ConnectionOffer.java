package io.dta.rdma.control;

import java.util.List;

/**
 * How a collector's RNIC may be connected to; {@code GET /v1/rdma}.
 *
 * @param address the IP address to send requests to
 * @param udpPort the UDP port to send requests to, 4791 unless both sides are software
 * @param cmPort the port, in RDMA CM's port space TCP (InfiniBand Architecture Specification 1.4,
 *     volume 1, annex A11), that RDMA CM listens at; null where it does not
 * @param control whether {@code POST /v1/queue-pairs} makes queue pairs
 * @param services what queue pairs it has; RDMA CM makes those of RC alone
 */
public record ConnectionOffer(
    String address, int udpPort, Integer cmPort, boolean control, List<TransportService> services) {
  public ConnectionOffer {
    services = List.copyOf(services);
  }

  /** Whether RDMA CM makes a queue pair of a service. */
  public boolean byCm(TransportService service) {
    return cmPort != null && service == TransportService.RC && services.contains(service);
  }

  /** Whether {@code POST /v1/queue-pairs} makes a queue pair of a service. */
  public boolean byControl(TransportService service) {
    return control && services.contains(service);
  }
}
