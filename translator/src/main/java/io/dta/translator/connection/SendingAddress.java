package io.dta.translator.connection;

import io.dta.node.OperatorException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;

/** The address of this host that RoCEv2 leaves from. */
final class SendingAddress {
  /** The route's far end matters, not its port. */
  private static final int ANY_PORT = 9;

  private SendingAddress() {}

  /**
   * The address of the settings, or that of the route to a collector.
   *
   * @throws OperatorException where there is none
   */
  static InetAddress of(RdmaSettings settings, CollectorClient collector) {
    String name = settings.address();
    if (name != null) {
      try {
        return InetAddress.getByName(name);
      } catch (UnknownHostException e) {
        throw new OperatorException(
            "rdma.address '%s' is unknown: set an IP address of this host".formatted(name), e);
      }
    }
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(collector.host(), ANY_PORT));
      return socket.getLocalAddress();
    } catch (SocketException | UncheckedIOException e) {
      throw new OperatorException(
          "no route to collector %s: %s; set 'rdma.address' to the address to send RoCEv2 from"
              .formatted(collector, e.getMessage()),
          e);
    }
  }
}
