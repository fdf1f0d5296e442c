package io.dta.translator.connection;

import io.dta.node.OperatorException;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.roce.IcrcCheck;
import io.dta.rdma.roce.RetransmissionPolicy;
import io.dta.rdma.roce.RoceRequester;
import io.dta.rdma.udp.UdpPort;
import io.dta.rdma.udp.UdpPorts;
import io.dta.translator.connection.Collectors.Collector;
import io.dta.translator.engine.CollectorTarget;
import io.dta.translator.engine.QueuePairFactory;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.NanoClock;

/** RoCEv2 queue pairs over one UDP port a shard. */
final class RoceConnection implements ShardConnection {
  private static final System.Logger LOG = System.getLogger(RoceConnection.class.getName());

  /** The route's far end matters, not its port. */
  private static final int ANY_PORT = 9;

  private final RoceRequester requester;
  private final List<CollectorTarget> targets = new ArrayList<>();
  private final List<QueuePairStatus> statuses = new ArrayList<>();
  private final List<Peer> peers = new ArrayList<>();

  /** The collector's end of a queue pair. */
  private record Peer(CollectorClient collector, int queuePair) {}

  private RoceConnection(RoceRequester requester) {
    this.requester = requester;
  }

  static RoceConnection open(
      int shard, List<Collector> collectors, RdmaSettings settings, NanoClock clock) {
    InetAddress address = localAddress(settings, collectors.getFirst().client());
    RoceConnection connection =
        new RoceConnection(
            new RoceRequester(bind(address, settings.port()), clock, IcrcCheck.ANY_IDENTIFICATION));
    try {
      for (Collector collector : collectors) {
        connection.connect(shard, collector, settings);
      }
      return connection;
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private void connect(int shard, Collector collector, RdmaSettings settings) {
    QueuePairRequest request =
        requester.request(settings.service().transportService(), settings.pathMtu());
    QueuePairReply reply = collector.client().createQueuePair(request);
    peers.add(new Peer(collector.client(), reply.queuePairNumber()));
    QueuePairStatus status = new QueuePairStatus(collector.client().toString(), shard);
    QueuePairFactory factory =
        listener -> requester.connect(request, reply, listener, RetransmissionPolicy.defaults());
    targets.add(
        CollectorTarget.of(
            collector.directory(), status.observe(factory), Collectors.appendHeads(collector)));
    statuses.add(status);
  }

  private static UdpPort bind(InetAddress address, int port) {
    try {
      return UdpPorts.bind(address, port);
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

  @Override
  public List<CollectorTarget> targets() {
    return targets;
  }

  @Override
  public void refresh() {
    for (int i = 0; i < statuses.size(); i++) {
      statuses.get(i).refresh();
    }
  }

  @Override
  public List<QueuePairStatus> queuePairs() {
    return statuses;
  }

  @Override
  public void close() {
    requester.close();
    for (Peer peer : peers) {
      try {
        peer.collector().deleteQueuePair(peer.queuePair());
      } catch (OperatorException e) {
        LOG.log(
            System.Logger.Level.INFO,
            "collector {0} keeps queue pair {1}: {2}",
            peer.collector(),
            Integer.toString(peer.queuePair()),
            e.getMessage());
      }
    }
    peers.clear();
  }
}
