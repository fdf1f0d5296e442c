package io.dta.translator.connection;

import io.dta.node.OperatorException;
import io.dta.rdma.CompletionListener;
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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.NanoClock;

/**
 * RoCEv2 queue pairs over one UDP port, connected by RDMA CM on the same port, or over the
 * collectors' HTTP API.
 */
final class RoceTransport implements Transport {
  /** Two tries to end a connection, after which the collector is told no more. */
  private static final long CONFIRMATION_NS = TimeUnit.SECONDS.toNanos(1);

  private static final long POLL_PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(100);

  private final RdmaSettings settings;
  private final RoceRequester requester;

  /** Null where the port is not the one at which RDMA CM's answers come. */
  private final ConnectionManager cm;

  private final ControlEndpoint control = new ControlEndpoint();

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
    InetAddress address = SendingAddress.of(settings, collector);
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
  public InetSocketAddress localAddress() {
    return requester.localAddress();
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
              ? connectByEither(collector, listener)
              : connectByControl(collector, listener);
    };
  }

  private PendingQueuePair connectByEither(Collector collector, CompletionListener listener) {
    PendingQueuePair byCm = connectByCm(collector, listener);
    return collector.offer().byControl(settings.service().transportService())
        ? new FirstOf(byCm, "over HTTP", () -> connectByControl(collector, listener))
        : byCm;
  }

  private PendingQueuePair connectByCm(Collector collector, CompletionListener listener) {
    TransportService service = settings.service().transportService();
    ConnectionOffer offer = collector.offer();
    if (cm == null) {
      return PendingQueuePair.refused(
          "RDMA CM has no UDP port but %d, and 'rdma.port' is %d: set that, or 'rdma.connect: control'"
              .formatted(RoceHeaders.UDP_PORT, requester.localAddress().getPort()));
    }
    if (offer.cmPort() == null || !offer.services().contains(service)) {
      return PendingQueuePair.refused(
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
        ? control.connect(collector, new OwnEnd(), listener)
        : PendingQueuePair.refused(
            "collector %s makes no %s queue pairs over HTTP (it offers %s)"
                .formatted(collector.client(), service, collector.offer()));
  }

  /** A queue pair's number and first PSN, until the collector answers. */
  private final class OwnEnd implements ControlEndpoint.OwnEnd {
    private final QueuePairRequest request =
        requester.request(settings.service().transportService(), settings.pathMtu());

    @Override
    public QueuePairRequest request() {
      return request;
    }

    @Override
    public RdmaQueuePair connect(QueuePairReply reply, CompletionListener listener) {
      return requester.connect(request, reply, listener, settings.reliability().policy());
    }

    @Override
    public void close() {}
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

  @Override
  public boolean isUnaware() {
    return settings.service() == RdmaSettings.Service.UC;
  }

  @Override
  public int descriptor() {
    return requester.descriptor();
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
    control.close();
  }
}
