package io.dta.rdma.udp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A {@link UdpPort} by Linux's own calls, without privileges: many datagrams a system call both
 * ways ({@code sendmmsg}, {@code recvmmsg}), each way with several datagrams in one pass through
 * the network stack ({@code UDP_SEGMENT}, {@code UDP_GRO}), and with the ECN bits of what arrives.
 *
 * <p>Datagrams wait until {@link #flush} or until there is no more room for them. Those that the
 * kernel cuts off one batch leave with the identifications 0, 1, 2 and so on, whether it or the NIC
 * does it (seen on Linux 6.18; {@code inet_gso_segment} has counted up since UDP_SEGMENT came in
 * 4.18); across virtual interfaces the batch may stay in one piece, to be cut at the receiver. No
 * allocation a datagram.
 */
public final class LinuxUdpPort implements UdpPort {
  /** Asked for; the kernel grants at most {@code net.core.rmem_max} and {@code wmem_max}. */
  private static final int SOCKET_BUFFER = 4 << 20;

  private static final int PMTUDISC_DO = 2;

  /** The longest UDP payload over IPv4. */
  private static final int MAX_DATAGRAM = 65_507;

  private final LinuxSocket socket;
  private final InetSocketAddress localAddress;
  private final OutgoingBatch outgoing;
  private final IncomingBatch incoming;
  private final AtomicLong errors = new AtomicLong();
  private volatile boolean closed;

  private LinuxUdpPort(
      LinuxSocket socket,
      SocketAddresses addresses,
      InetSocketAddress localAddress,
      boolean segmentation) {
    this.socket = socket;
    this.localAddress = localAddress;
    outgoing = new OutgoingBatch(socket, addresses, segmentation);
    incoming = new IncomingBatch(socket, addresses);
  }

  /** Whether this system is one whose calls this class knows. */
  public static boolean isSupported() {
    String architecture = System.getProperty("os.arch");
    return System.getProperty("os.name").equals("Linux")
        && (architecture.equals("amd64") || architecture.equals("aarch64"));
  }

  /**
   * Binds a port.
   *
   * @param address of this host, IPv4 or IPv6; not a wildcard
   * @param port 0 for any free one
   * @throws IllegalArgumentException where the address is a wildcard
   * @throws UncheckedIOException where it cannot be bound, or an option that it needs is missing,
   *     with the address and the cause
   */
  public static LinuxUdpPort bind(InetAddress address, int port, UdpPortOptions options) {
    DatagramUdpPort.refuseWildcard(address);
    boolean ipv4 = address instanceof Inet4Address;
    LinuxSocket socket = null;
    try {
      socket = new LinuxSocket(ipv4 ? LinuxSocket.AF_INET : LinuxSocket.AF_INET6);
      boolean segmentation = configure(socket, ipv4, options);
      SocketAddresses addresses = new SocketAddresses(ipv4);
      ByteBuffer name = SocketAddresses.nativeBuffer(SocketAddresses.STRIDE);
      addresses.write(new InetSocketAddress(address, port), name, 0);
      MemorySegment nameSegment = MemorySegment.ofBuffer(name).asSlice(0, addresses.length());
      socket.bind(nameSegment);
      socket.name(nameSegment);
      return new LinuxUdpPort(socket, addresses, addresses.read(name, 0), segmentation);
    } catch (IOException e) {
      if (socket != null) {
        socket.close();
      }
      throw DatagramUdpPort.cannotBind(address, port, e);
    }
  }

  /**
   * @return whether the kernel can cut datagrams off a batch, and may
   */
  private static boolean configure(LinuxSocket socket, boolean ipv4, UdpPortOptions options)
      throws IOException {
    int level = ipv4 ? LinuxSocket.SOL_IP : LinuxSocket.SOL_IPV6;
    if (!ipv4) {
      socket.require("IPV6_V6ONLY", level, LinuxSocket.IPV6_V6ONLY, 1);
    }
    // Unconnected and with the don't-fragment flag, Linux sends IP identification 0.
    int discover = ipv4 ? LinuxSocket.IP_MTU_DISCOVER : LinuxSocket.IPV6_MTU_DISCOVER;
    socket.require("IP_MTU_DISCOVER", level, discover, PMTUDISC_DO);
    socket.set(level, ipv4 ? LinuxSocket.IP_RECVTOS : LinuxSocket.IPV6_RECVTCLASS, 1);
    if (options.ecnCapable()) {
      socket.set(level, ipv4 ? LinuxSocket.IP_TOS : LinuxSocket.IPV6_TCLASS, Ecn.CAPABLE_0);
    }
    // Beyond the administrator's limit for those who may; up to it for all others.
    if (!socket.set(LinuxSocket.SOL_SOCKET, LinuxSocket.SO_RCVBUFFORCE, SOCKET_BUFFER)) {
      socket.set(LinuxSocket.SOL_SOCKET, LinuxSocket.SO_RCVBUF, SOCKET_BUFFER);
    }
    if (!socket.set(LinuxSocket.SOL_SOCKET, LinuxSocket.SO_SNDBUFFORCE, SOCKET_BUFFER)) {
      socket.set(LinuxSocket.SOL_SOCKET, LinuxSocket.SO_SNDBUF, SOCKET_BUFFER);
    }
    socket.set(LinuxSocket.SOL_UDP, LinuxSocket.UDP_GRO, 1);
    return options.segmentation() && socket.set(LinuxSocket.SOL_UDP, LinuxSocket.UDP_SEGMENT, 0);
  }

  @Override
  public InetSocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public int nextIdentification(int length, InetSocketAddress destination) {
    return outgoing.nextPlace(length, destination);
  }

  @Override
  public boolean send(ByteBuffer buffer, int offset, int length, InetSocketAddress destination) {
    if (outgoing.join(buffer, offset, length, destination)) {
      return true;
    }
    if (length > MAX_DATAGRAM) {
      failed(1);
      return true;
    }
    if (!outgoing.hasRoom(length)) {
      flush();
      if (!outgoing.hasRoom(length)) {
        return false;
      }
    }
    outgoing.begin(buffer, offset, length, destination);
    return true;
  }

  @Override
  public void flush() {
    if (!outgoing.isEmpty() && !closed) {
      int refused = outgoing.send();
      if (refused > 0) {
        failed(refused);
      }
    }
  }

  @Override
  public int receive(DatagramHandler handler, int limit) {
    int received = incoming.deliver(handler, limit);
    boolean more = !closed;
    while (more && received < limit) {
      int result = incoming.receive();
      if (result < 0) {
        if (result != -LinuxSocket.EAGAIN && result != -LinuxSocket.EINTR) {
          failed(1);
        }
        break;
      }
      more = incoming.wasFull(); // Otherwise nothing more was there.
      received += incoming.deliver(handler, limit - received);
    }
    return received;
  }

  private void failed(int datagrams) {
    errors.setRelease(errors.getPlain() + datagrams);
  }

  @Override
  public long errors() {
    return errors.getAcquire();
  }

  @Override
  public int descriptor() {
    return socket.descriptor();
  }

  /** Sends what waits, as far as there is room, and closes the socket. */
  @Override
  public void close() {
    if (!closed) {
      flush();
      closed = true;
      socket.close();
    }
  }
}
