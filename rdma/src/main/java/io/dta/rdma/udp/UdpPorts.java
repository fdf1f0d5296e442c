package io.dta.rdma.udp;

import java.net.InetAddress;

/** Binds the fastest kind of {@link UdpPort} that this system has. */
public final class UdpPorts {
  private UdpPorts() {}

  /**
   * Binds a port.
   *
   * @param address of this host, IPv4 or IPv6; not a wildcard
   * @param port 0 for any free one
   * @throws IllegalArgumentException where the address is a wildcard
   * @throws java.io.UncheckedIOException where it cannot be bound, with the address and the cause
   */
  public static UdpPort bind(InetAddress address, int port) {
    return DatagramUdpPort.bind(address, port);
  }
}
