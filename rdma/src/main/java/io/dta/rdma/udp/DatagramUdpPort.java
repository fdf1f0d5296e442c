package io.dta.rdma.udp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.atomic.AtomicLong;
import jdk.net.ExtendedSocketOptions;

/**
 * A {@link UdpPort} over the JDK's {@link DatagramChannel}: one system call a datagram, no
 * privileges. Receiving allocates only where the sender is another one than the datagram before had
 * (the JDK keeps the last sender's address).
 */
public final class DatagramUdpPort implements UdpPort {
  /** Asked for; the kernel grants at most {@code net.core.rmem_max} and {@code wmem_max}. */
  private static final int SOCKET_BUFFER = 4 << 20;

  private static final int RECEIVE_BUFFER = 16 * 1024;

  private final DatagramChannel channel;
  private final InetSocketAddress localAddress;
  private final ByteBuffer receiveBuffer = ByteBuffer.allocateDirect(RECEIVE_BUFFER);
  private final AtomicLong errors = new AtomicLong();

  private DatagramUdpPort(DatagramChannel channel, InetSocketAddress localAddress) {
    this.channel = channel;
    this.localAddress = localAddress;
  }

  /** As {@link #bind(InetAddress, int, UdpPortOptions)} with {@link UdpPortOptions#DEFAULTS}. */
  public static DatagramUdpPort bind(InetAddress address, int port) {
    return bind(address, port, UdpPortOptions.DEFAULTS);
  }

  /**
   * Binds a port; datagrams are never segmented.
   *
   * @param address of this host, IPv4 or IPv6; not a wildcard
   * @param port 0 for any free one
   * @throws IllegalArgumentException where the address is a wildcard
   * @throws UncheckedIOException where it cannot be bound, with the address and the cause
   */
  public static DatagramUdpPort bind(InetAddress address, int port, UdpPortOptions options) {
    refuseWildcard(address);
    ProtocolFamily family =
        address.getAddress().length == 4
            ? StandardProtocolFamily.INET
            : StandardProtocolFamily.INET6;
    DatagramChannel channel = null;
    try {
      channel = DatagramChannel.open(family);
      channel.configureBlocking(false);
      // Unconnected and with the don't-fragment flag, Linux sends IP identification 0.
      channel.setOption(ExtendedSocketOptions.IP_DONTFRAGMENT, true);
      if (options.ecnCapable()) {
        channel.setOption(StandardSocketOptions.IP_TOS, Ecn.CAPABLE_0);
      }
      channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER);
      channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER);
      channel.bind(new InetSocketAddress(address, port));
      return new DatagramUdpPort(channel, (InetSocketAddress) channel.getLocalAddress());
    } catch (IOException | RuntimeException e) {
      closeQuietly(channel);
      throw cannotBind(address, port, e instanceof IOException io ? io : new IOException(e));
    }
  }

  static void refuseWildcard(InetAddress address) {
    if (address.isAnyLocalAddress()) {
      throw new IllegalArgumentException(
          "cannot bind RoCEv2 to the wildcard %s: its iCRC covers the IP address; name one address of this host"
              .formatted(address.getHostAddress()));
    }
  }

  static UncheckedIOException cannotBind(InetAddress address, int port, IOException cause) {
    return new UncheckedIOException(
        "cannot bind UDP %s:%d for RoCEv2: %s; is the port in use, the address one of this host?"
            .formatted(address.getHostAddress(), port, cause.getMessage()),
        cause);
  }

  private static void closeQuietly(DatagramChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException ignored) {
        // The failure to bind is the one to report.
      }
    }
  }

  @Override
  public InetSocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public boolean send(ByteBuffer buffer, int offset, int length, InetSocketAddress destination) {
    buffer.limit(offset + length).position(offset);
    try {
      return channel.send(buffer, destination) != 0;
    } catch (IOException e) {
      errors.setRelease(errors.getPlain() + 1);
      return true;
    } finally {
      buffer.clear();
    }
  }

  @Override
  public int nextIdentification(int length, InetSocketAddress destination) {
    return 0;
  }

  @Override
  public void flush() {
    // Every datagram was sent at once.
  }

  @Override
  public int receive(DatagramHandler handler, int limit) {
    int received = 0;
    while (received < limit) {
      receiveBuffer.clear();
      InetSocketAddress source;
      try {
        source = (InetSocketAddress) channel.receive(receiveBuffer);
      } catch (ClosedChannelException e) {
        break; // Nothing arrives at a closed port.
      } catch (IOException e) {
        errors.setRelease(errors.getPlain() + 1);
        break;
      }
      if (source == null) {
        break;
      }
      int length = receiveBuffer.position();
      receiveBuffer.clear();
      handler.onDatagram(receiveBuffer, 0, length, source, Ecn.NOT_CAPABLE);
      received++;
    }
    return received;
  }

  @Override
  public long errors() {
    return errors.getAcquire();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close UDP %s".formatted(localAddress), e);
    }
  }
}
