package io.dta.translator.connection;

import io.dta.node.OperatorException;
import io.dta.rdma.CompletionListener;
import io.dta.rdma.ConnectionException;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.capture.CapturingUdpPort;
import io.dta.rdma.capture.PacketCapture;
import io.dta.rdma.cm.CmConnector;
import io.dta.rdma.cm.CmSettings;
import io.dta.rdma.cm.ConnectionManager;
import io.dta.rdma.cm.PrivateData;
import io.dta.rdma.control.ConnectionOffer;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.RoceHeaders;
import io.dta.rdma.roce.RoceRequester;
import io.dta.rdma.udp.UdpPort;
import io.dta.rdma.udp.UdpPortOptions;
import io.dta.rdma.udp.UdpPorts;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.NanoClock;

/**
 * RoCEv2 queue pairs over one UDP port, connected by RDMA CM on the same port, or over the
 * collectors' HTTP API.
 */
final class RoceTransport implements Transport {
  private static final System.Logger LOG = System.getLogger(RoceTransport.class.getName());

  /** The route's far end matters, not its port. */
  private static final int ANY_PORT = 9;

  /** Two tries to end a connection, after which the collector is told no more. */
  private static final long CONFIRMATION_NS = TimeUnit.SECONDS.toNanos(1);

  private static final long POLL_PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(100);

  private final RdmaSettings settings;
  private final RoceRequester requester;

  /** Null where the port is not the one at which RDMA CM's answers come. */
  private final ConnectionManager cm;

  /** The queue pairs that collectors made for us and may have yet, by their HTTP addresses. */
  private final Map<String, ControlPeer> peers = new HashMap<>();

  /** A queue pair that a collector's control endpoint made: our end tells them apart. */
  private record ControlPeer(CollectorClient client, QueuePairRequest request) {
    void release() {
      try {
        client.releaseQueuePair(request);
      } catch (OperatorException e) {
        LOG.log(
            System.Logger.Level.INFO,
            "collector {0} may keep a queue pair that is not used any more: {1}",
            client,
            e.getMessage());
      }
    }
  }

  private RoceTransport(RdmaSettings settings, RoceRequester requester, ConnectionManager cm) {
    this.settings = settings;
    this.requester = requester;
    this.cm = cm;
  }

  /**
   * @param capture gets a copy of every packet; null for none
   */
  static RoceTransport open(
      RdmaSettings settings, CollectorClient collector, NanoClock clock, PacketCapture capture) {
    InetAddress address = localAddress(settings, collector);
    UdpPort port = captured(bind(address, settings), settings.udpPortOptions(), capture);
    RoceRequester requester = new RoceRequester(port, clock, settings.icrcCheck());
    ConnectionManager cm = null;
    if (port.localAddress().getPort() == RoceHeaders.UDP_PORT) {
      cm = new ConnectionManager(port, clock, new SecureRandom(), CmSettings.defaults());
      requester.manageWith(cm);
    }
    return new RoceTransport(settings, requester, cm);
  }

  @Override
  public PendingQueuePair connect(Collector collector, CompletionListener listener) {
    TransportService service = settings.service().transportService();
    ConnectionOffer offer = collector.offer();
    return switch (settings.connect()) {
      case CM -> connectByCm(collector, listener);
      case CONTROL -> connectByControl(collector, listener);
      case AUTO ->
          cm != null && offer.udpPort() == RoceHeaders.UDP_PORT && offer.byCm(service)
              ? connectByCm(collector, listener)
              : connectByControl(collector, listener);
    };
  }

  private PendingQueuePair connectByCm(Collector collector, CompletionListener listener) {
    TransportService service = settings.service().transportService();
    ConnectionOffer offer = collector.offer();
    if (cm == null) {
      return refuse(
          "RDMA CM has no UDP port but %d, and 'rdma.port' is %d: set that, or 'rdma.connect: control'"
              .formatted(RoceHeaders.UDP_PORT, requester.localAddress().getPort()));
    }
    if (offer.cmPort() == null || !offer.services().contains(service)) {
      return refuse(
          "collector %s makes no %s queue pairs by RDMA CM (it offers %s): set 'rdma.connect: control', or 'rdma.port: %d' there"
              .formatted(collector.client(), service, offer, RoceHeaders.UDP_PORT));
    }
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.ofLiteral(offer.address()), offer.udpPort());
    return new CmConnector(
            requester,
            cm,
            new CmConnector.Target(
                address, offer.cmPort(), service, settings.pathMtu(), PrivateData.NONE),
            settings.reliability().policy(),
            privateData -> {})
        .connect(listener);
  }

  private PendingQueuePair connectByControl(Collector collector, CompletionListener listener) {
    TransportService service = settings.service().transportService();
    return collector.offer().byControl(service)
        ? new Pending(collector, listener)
        : refuse(
            "collector %s makes no %s queue pairs over HTTP (it offers %s)"
                .formatted(collector.client(), service, collector.offer()));
  }

  private static PendingQueuePair refuse(String sentence) {
    return new PendingQueuePair() {
      @Override
      public RdmaQueuePair poll() throws ConnectionException {
        throw new ConnectionException(sentence);
      }

      @Override
      public void close() {}
    };
  }

  /** Connects over the collector's control endpoint. */
  private final class Pending implements PendingQueuePair {
    private final CollectorClient client;
    private final CompletionListener listener;
    private final QueuePairRequest request;
    private final BackgroundTask<QueuePairReply> posting;
    private boolean over;

    Pending(Collector collector, CompletionListener listener) {
      this.client = collector.client();
      this.listener = listener;
      this.request = requester.request(settings.service().transportService(), settings.pathMtu());
      ControlPeer before = peers.remove(client.toString());
      ControlPeer now = new ControlPeer(client, request);
      this.posting =
          BackgroundTask.start(
              () -> {
                if (before != null) {
                  before.release();
                }
                return client.createQueuePair(request);
              },
              reply -> now.release());
    }

    @Override
    public RdmaQueuePair poll() throws ConnectionException {
      QueuePairReply reply = over ? null : posting.poll();
      if (reply == null) {
        return null;
      }
      over = true;
      peers.put(client.toString(), new ControlPeer(client, request));
      try {
        return requester.connect(request, reply, listener, settings.reliability().policy());
      } catch (IllegalArgumentException e) {
        throw new ConnectionException("collector %s: %s".formatted(client, e.getMessage()), e);
      }
    }

    @Override
    public void close() {
      if (!over) {
        over = true;
        if (posting.abandon() != null) {
          peers.put(client.toString(), new ControlPeer(client, request));
        }
      }
    }
  }

  private static UdpPort captured(UdpPort port, UdpPortOptions options, PacketCapture capture) {
    return capture == null ? port : new CapturingUdpPort(port, options, capture);
  }

  private static UdpPort bind(InetAddress address, RdmaSettings settings) {
    try {
      return UdpPorts.bind(address, settings.port(), settings.udpPortOptions());
    } catch (UncheckedIOException | IllegalArgumentException e) {
      throw new OperatorException(
          "%s; set 'rdma.address' and 'rdma.port' to a free one of this host (port 0 lets the system"
                  .formatted(e.getMessage())
              + " choose, where the collector has a software RNIC)",
          e);
    }
  }

  private static InetAddress localAddress(RdmaSettings settings, CollectorClient collector) {
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

  /** Ends what RDMA CM made, and waits a while for the collectors to confirm that. */
  private void disconnect() {
    cm.disconnectAll();
    long deadline = System.nanoTime() + CONFIRMATION_NS;
    while (!cm.isIdle() && System.nanoTime() - deadline < 0) {
      if (requester.poll() == 0) {
        LockSupport.parkNanos(POLL_PAUSE_NS);
      }
    }
  }

  @Override
  public void close() {
    if (cm != null) {
      disconnect();
    }
    requester.close();
    peers.values().forEach(ControlPeer::release);
    peers.clear();
  }
}
