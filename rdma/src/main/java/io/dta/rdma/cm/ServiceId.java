package io.dta.rdma.cm;

import io.dta.rdma.control.TransportService;

/**
 * The service identifiers that {@code librdmacm} gives its ports (specification, annex A11): a port
 * space and a port.
 */
public final class ServiceId {
  /**
   * {@code RDMA_PS_TCP}: reliable connections, which is what {@code librdmacm} takes by default.
   */
  private static final long TCP = 0x0106L << 16;

  /** {@code RDMA_PS_IB}: the only one in which {@code librdmacm} takes unreliable connections. */
  private static final long IB = 0x013FL << 16;

  private ServiceId() {}

  /**
   * Of a port for connections of a service.
   *
   * @param port 1 to 65535
   */
  public static long of(TransportService service, int port) {
    if (port < 1 || port > 0xFFFF) {
      throw new IllegalArgumentException("CM port %d, expected 1 to 65535".formatted(port));
    }
    return (service == TransportService.UC ? IB : TCP) | port;
  }

  /** Of what service and port, for messages. */
  static String describe(long serviceId) {
    long space = serviceId & ~0xFFFFL;
    String name = space == TCP ? "RDMA_PS_TCP" : space == IB ? "RDMA_PS_IB" : null;
    return name == null
        ? "service 0x%016x".formatted(serviceId)
        : "port %d (%s)".formatted(serviceId & 0xFFFF, name);
  }
}
