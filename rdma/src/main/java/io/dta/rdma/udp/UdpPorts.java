package io.dta.rdma.udp;

import java.io.UncheckedIOException;
import java.net.InetAddress;

/** Binds the fastest kind of {@link UdpPort} that this system has. */
public final class UdpPorts {
  private static final System.Logger LOG = System.getLogger(UdpPorts.class.getName());

  private UdpPorts() {}

  /** As {@link #bind(InetAddress, int, UdpPortOptions)} with {@link UdpPortOptions#DEFAULTS}. */
  public static UdpPort bind(InetAddress address, int port) {
    return bind(address, port, UdpPortOptions.DEFAULTS);
  }

  /**
   * Binds a {@link LinuxUdpPort}, or where this is not Linux or lacks what that needs, a {@link
   * DatagramUdpPort}.
   *
   * @param address of this host, IPv4 or IPv6; not a wildcard
   * @param port 0 for any free one
   * @throws IllegalArgumentException where the address is a wildcard
   * @throws UncheckedIOException where it cannot be bound, with the address and the cause
   */
  public static UdpPort bind(InetAddress address, int port, UdpPortOptions options) {
    if (!LinuxUdpPort.isSupported()) {
      return DatagramUdpPort.bind(address, port, options);
    }
    try {
      return LinuxUdpPort.bind(address, port, options);
    } catch (UncheckedIOException | LinkageError | IllegalCallerException e) {
      // Where the address or the port is at fault, this fails too, and says so.
      UdpPort fallback = DatagramUdpPort.bind(address, port, options);
      LOG.log(
          System.Logger.Level.WARNING,
          "UDP {0}: one system call a datagram, since batches cannot be had: {1}",
          fallback.localAddress(),
          e.getMessage());
      return fallback;
    }
  }
}
