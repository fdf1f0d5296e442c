package io.dta.translator.connection;

import io.dta.node.OperatorException;
import io.dta.rdma.CompletionListener;
import io.dta.rdma.ConnectionException;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.control.ConnectionOffer;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.verbs.VerbsException;
import io.dta.rdma.verbs.VerbsRequester;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.agrona.concurrent.NanoClock;

/** Queue pairs of this host's RDMA device, through libibverbs and librdmacm. */
final class VerbsTransport implements Transport {
  private final RdmaSettings settings;
  private final VerbsRequester requester;
  private final NanoClock clock;
  private final ControlEndpoint control = new ControlEndpoint();

  private VerbsTransport(RdmaSettings settings, VerbsRequester requester, NanoClock clock) {
    this.settings = settings;
    this.requester = requester;
    this.clock = clock;
  }

  /**
   * Opens the RDMA device that has the address to send from.
   *
   * @throws OperatorException where there is none, or rdma-core is not installed
   */
  static VerbsTransport open(RdmaSettings settings, CollectorClient collector, NanoClock clock) {
    InetAddress local = SendingAddress.of(settings, collector);
    try {
      return new VerbsTransport(settings, VerbsRequester.open(local), clock);
    } catch (VerbsException e) {
      throw new OperatorException("rdma.transport 'verbs': " + e.getMessage(), e);
    }
  }

  @Override
  public PendingQueuePair connect(Collector collector, CompletionListener listener) {
    TransportService service = settings.service().transportService();
    ConnectionOffer offer = collector.offer();
    boolean byControl = settings.connect() != RdmaSettings.Connect.CM && offer.byControl(service);
    if (settings.connect() != RdmaSettings.Connect.CONTROL && offer.byCm(service)) {
      PendingQueuePair byCm = byCm(offer, listener);
      return byControl
          ? new FirstOf(byCm, "over HTTP", () -> byControl(collector, listener))
          : byCm;
    }
    return byControl
        ? byControl(collector, listener)
        : PendingQueuePair.refused(
            "collector %s makes no %s queue pairs %s (it offers %s)"
                .formatted(
                    collector.client(),
                    service,
                    settings.connect() == RdmaSettings.Connect.CM ? "by RDMA CM" : "over HTTP",
                    offer));
  }

  private PendingQueuePair byControl(Collector collector, CompletionListener listener) {
    try {
      OwnEnd own =
          new OwnEnd(requester.prepare(settings.service().transportService(), settings.pathMtu()));
      return control.connect(collector, own, listener);
    } catch (VerbsException e) {
      return PendingQueuePair.refused(e.getMessage());
    }
  }

  private PendingQueuePair byCm(ConnectionOffer offer, CompletionListener listener) {
    try {
      InetAddress peer = InetAddress.getByName(offer.address());
      return requester.connect(peer, offer.cmPort(), listener, clock);
    } catch (UnknownHostException e) {
      return PendingQueuePair.refused("the collector offers no IP address: " + offer);
    }
  }

  /** A queue pair in INIT, until the collector answers. */
  private record OwnEnd(VerbsRequester.Prepared prepared) implements ControlEndpoint.OwnEnd {
    @Override
    public QueuePairRequest request() {
      return prepared.request();
    }

    @Override
    public RdmaQueuePair connect(QueuePairReply reply, CompletionListener listener)
        throws ConnectionException {
      try {
        return prepared.connect(reply, listener);
      } catch (VerbsException e) {
        throw new ConnectionException(e.getMessage(), e);
      }
    }

    @Override
    public void close() {
      prepared.close();
    }
  }

  @Override
  public boolean isUnaware() {
    return settings.service() == RdmaSettings.Service.UC;
  }

  @Override
  public void close() {
    requester.close();
    control.close();
  }
}
