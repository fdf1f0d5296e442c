package io.dta.fattree.send;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Reporters on UDP sockets: one each, bound to a loopback address of its own (Linux lets any
 * process bind any address of 127.0.0.0/8), or one that all share. Reports leave from the port
 * where acknowledgements arrive.
 */
public final class UdpReportSink implements ReportSink, AutoCloseable {
  private static final int ADDRESSES_PER_OCTET = 250;
  private static final int EPHEMERAL_PORT_ATTEMPTS = 16;

  private final SendSettings settings;
  private final List<DatagramChannel> channels;
  private InetSocketAddress target;
  private Pacer pacer;

  private UdpReportSink(SendSettings settings, List<DatagramChannel> channels) {
    this.settings = settings;
    this.channels = channels;
  }

  /**
   * Binds the sockets.
   *
   * @param switches how many reporters there are
   * @throws IOException saying which address could not be bound
   */
  public static UdpReportSink open(int switches, SendSettings settings) throws IOException {
    int attempts = settings.reporterPort() == 0 ? EPHEMERAL_PORT_ATTEMPTS : 1;
    while (true) {
      List<DatagramChannel> channels = new ArrayList<>();
      try {
        bindAll(channels, switches, settings);
        return new UdpReportSink(settings, channels);
      } catch (IOException e) {
        closeAll(channels);
        attempts--;
        if (attempts == 0) {
          throw e;
        }
      }
    }
  }

  private static void bindAll(List<DatagramChannel> channels, int switches, SendSettings settings)
      throws IOException {
    boolean shared = settings.loopbackNetwork() == SendSettings.SHARED_ADDRESS;
    int port = settings.reporterPort();
    for (int i = 0; i < (shared ? 1 : switches); i++) {
      InetAddress address =
          shared ? InetAddress.getByAddress(new byte[4]) : address(settings.loopbackNetwork(), i);
      DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
      channels.add(channel);
      channel.configureBlocking(false);
      try {
        channel.bind(new InetSocketAddress(address, port));
      } catch (IOException e) {
        throw new IOException(
            "a reporter cannot bind UDP "
                + address.getHostAddress()
                + ":"
                + port
                + " ("
                + e.getMessage()
                + "): stop what uses it, or choose another reporter port or loopback network",
            e);
      }
      port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }
  }

  private static InetAddress address(int network, int reporter) throws IOException {
    return InetAddress.getByAddress(
        new byte[] {
          127,
          (byte) network,
          (byte) (reporter / ADDRESSES_PER_OCTET),
          (byte) (reporter % ADDRESSES_PER_OCTET + 1)
        });
  }

  /** The UDP port, the same of all reporters, to which a translator must send acknowledgements. */
  public int reporterPort() throws IOException {
    return ((InetSocketAddress) channels.getFirst().getLocalAddress()).getPort();
  }

  /** The address of a reporter. */
  public InetAddress address(int reporter) throws IOException {
    return ((InetSocketAddress) channels.get(reporter).getLocalAddress()).getAddress();
  }

  /**
   * Says where reports go; before the first is sent.
   *
   * @param received counts the reports that the translator has taken so far, from any start, so
   *     that no more than {@link SendSettings#datagramsInFlight} are under way; null where it
   *     cannot be told
   */
  public void connect(InetSocketAddress translator, LongSupplier received) {
    target = translator;
    pacer = new Pacer(settings, received, System::nanoTime);
  }

  @Override
  public int reporters() {
    return channels.size();
  }

  @Override
  public void send(int reporter, ByteBuffer datagram, int reports) throws IOException {
    if (target == null) {
      throw new IllegalStateException("connect the sink to a translator before sending");
    }
    pacer.await(reports);
    DatagramChannel channel = channels.get(reporter);
    while (channel.send(datagram, target) == 0) {
      Thread.onSpinWait(); // The socket's send buffer is full; on loopback the receiver empties it.
    }
  }

  @Override
  public boolean receive(int reporter, ByteBuffer datagram) throws IOException {
    datagram.clear();
    boolean arrived = channels.get(reporter).receive(datagram) != null;
    datagram.flip();
    return arrived;
  }

  @Override
  public String target() {
    return String.valueOf(target);
  }

  @Override
  public void close() {
    closeAll(channels);
  }

  private static void closeAll(List<DatagramChannel> channels) {
    for (DatagramChannel channel : channels) {
      try {
        channel.close();
      } catch (IOException e) {
        // Nothing is lost with a datagram socket that does not close cleanly; the next ones must be
        // closed too.
      }
    }
  }
}
