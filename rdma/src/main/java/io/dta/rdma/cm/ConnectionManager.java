package io.dta.rdma.cm;

import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.roce.ManagementHandler;
import io.dta.rdma.roce.RoceHeaders;
import io.dta.rdma.udp.UdpPort;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;
import org.agrona.concurrent.NanoClock;

/**
 * RDMA CM on one UDP port, which the data of the connections takes too: asks for connections, and
 * answers others who do. Driven by the thread of the {@link io.dta.rdma.roce.RoceRequester} or the
 * {@link io.dta.rdma.roce.SoftwareRnic} whose packets it is handed.
 *
 * <p>Nothing here blocks; what arrives can neither make it throw, nor take memory without bound.
 */
public final class ConnectionManager implements ManagementHandler {
  private static final int LOCALLY_ADMINISTERED = 57;

  private final NanoClock clock;
  private final CmSettings settings;
  private final CmCounters counters = new CmCounters();
  private final ManagementPort port;
  private final RandomGenerator random;
  private final long adapterGuid;
  private final Map<Integer, Connection> connections = new HashMap<>();
  private final Map<Long, ConnectionListener> listeners = new HashMap<>();
  private final ManyToOneConcurrentLinkedQueue<Integer> closedQueuePairs =
      new ManyToOneConcurrentLinkedQueue<>();
  private int nextId;
  private long nextTransaction;

  /** Whether no connection waits for an answer. */
  private boolean idle = true;

  /**
   * @param port what messages are sent by; closed by its owner
   * @param random of identifiers, which must differ from those before a restart
   */
  public ConnectionManager(
      UdpPort port, NanoClock clock, RandomGenerator random, CmSettings settings) {
    this.clock = clock;
    this.settings = settings;
    this.random = random;
    this.port = new ManagementPort(port, settings.check(), counters);
    adapterGuid = random.nextLong() | 1L << LOCALLY_ADMINISTERED;
    nextId = random.nextInt();
    nextTransaction = random.nextLong();
  }

  /** What happened so far, by cause; readable from any thread. */
  public CmCounters counters() {
    return counters;
  }

  /**
   * Accepts connections to a service, of a requester's choice of path MTU, if the listener does.
   *
   * @param serviceId see {@link ServiceId}
   */
  public void listen(long serviceId, ConnectionListener listener) {
    listeners.put(serviceId, listener);
  }

  /** Whether there are no connections, not even such as end. */
  public boolean isIdle() {
    return connections.isEmpty();
  }

  /**
   * Asks for a connection.
   *
   * @param end this end's queue pair
   * @param initiatorDepth how many atomics it wants to have outstanding, 0 to 255
   */
  OutgoingConnection connect(
      InetSocketAddress peer,
      long serviceId,
      QueuePairRequest end,
      int initiatorDepth,
      PrivateData privateData) {
    ConnectionRequest request =
        Negotiation.request(
            new Negotiation.Local(port.localAddress(), freeId(), adapterGuid),
            peer.getAddress(),
            serviceId,
            end,
            initiatorDepth,
            privateData,
            settings);
    OutgoingConnection connection = new OutgoingConnection(port, settings, peer, request);
    connections.put(connection.localId(), connection);
    idle = false;
    connection.start(nextTransaction++, clock.nanoTime());
    return connection;
  }

  CmSettings settings() {
    return settings;
  }

  /** Gives up a connection, whether it is there already or not. */
  void abandon(OutgoingConnection connection) {
    connection.abandon();
    connection.disconnect(nextTransaction++, clock.nanoTime());
    removeIfEnded(connection);
    idle = false;
  }

  private int freeId() {
    do {
      nextId++;
    } while (nextId == 0 || connections.containsKey(nextId));
    return nextId;
  }

  @Override
  public void onPacket(ByteBuffer packet, int offset, int length, InetSocketAddress source) {
    if (!port.accepts(packet, offset, length, source)) {
      return;
    }
    int attribute = packet.getShort(offset + ManagementDatagram.ATTRIBUTE) & 0xFFFF;
    long transaction = packet.getLong(offset + ManagementDatagram.TRANSACTION_ID);
    CmMessage message = CmMessage.get(attribute, packet, offset + ManagementDatagram.MESSAGE);
    if (message == null) {
      counters.increment(CmEvent.UNSUPPORTED);
      return;
    }
    if (message instanceof Rejection) {
      counters.increment(CmEvent.REJECTIONS_RECEIVED);
    }
    idle = false;
    Connection connection =
        message instanceof ConnectionRequest request
            ? connectionOf(request, source)
            : connections.get(message.remoteId());
    if (connection != null && connection.peer().getAddress().equals(source.getAddress())) {
      connection.onMessage(message, transaction, clock.nanoTime());
      removeIfEnded(connection);
    } else {
      onUnknown(message, transaction, peerOf(source));
    }
  }

  private InetSocketAddress peerOf(InetSocketAddress source) {
    return settings.peerPort() == CmSettings.PORT_OF_PACKET
        ? source
        : new InetSocketAddress(source.getAddress(), settings.peerPort());
  }

  private Connection connectionOf(ConnectionRequest request, InetSocketAddress source) {
    for (Connection connection : connections.values()) {
      if (connection instanceof IncomingConnection incoming && incoming.isOf(request, source)) {
        return connection;
      }
    }
    return null;
  }

  private void removeIfEnded(Connection connection) {
    if (connection.state() == Connection.State.ENDED) {
      connections.remove(connection.localId());
    }
  }

  private void onUnknown(CmMessage message, long transaction, InetSocketAddress peer) {
    switch (message) {
      case ConnectionRequest request -> onRequest(request, transaction, peer);
      case ConnectionReply reply ->
          reject(
              reply,
              CmMessage.ABOUT_REPLY,
              RejectReason.INVALID_COMMUNICATION_ID,
              PrivateData.NONE,
              PrivateData.NONE,
              transaction,
              peer);
      // The connection has ended here, and the answer may have been lost.
      case DisconnectionRequest request -> {
        int localId = request.remoteId();
        int remoteId = request.localId();
        port.send(new DisconnectionReply(localId, remoteId), transaction, peer);
      }
      default -> counters.increment(CmEvent.STRAY);
    }
  }

  private void reject(
      CmMessage rejected,
      int about,
      RejectReason reason,
      PrivateData information,
      PrivateData privateData,
      long transaction,
      InetSocketAddress peer) {
    int localId = rejected.remoteId();
    int remoteId = rejected.localId();
    port.send(
        new Rejection(localId, remoteId, about, reason.code(), information, privateData),
        transaction,
        peer);
  }

  private void onRequest(ConnectionRequest request, long transaction, InetSocketAddress peer) {
    ConnectionListener listener = listeners.get(request.serviceId());
    RejectReason invalid = whyInvalid(request, listener);
    if (invalid != null) {
      PrivateData information =
          invalid == RejectReason.PRIMARY_GID
              ? Negotiation.gidInformation(port.localAddress())
              : PrivateData.NONE;
      rejectRequest(request, invalid, information, PrivateData.NONE, transaction, peer);
      return;
    }
    QueuePairRequest end = Negotiation.endOf(request, peer, random.nextInt() & RoceHeaders.MASK_24);
    switch (listener.onRequest(end, request.privateData().from(IpAddressing.LENGTH))) {
      case ConnectionListener.Refused refused ->
          rejectRequest(
              request,
              refused.reason(),
              PrivateData.NONE,
              refused.privateData(),
              transaction,
              peer);
      case ConnectionListener.Accepted accepted -> {
        int granted = accepted.reply().pathMtu();
        if (granted < end.pathMtu()) { // A reply cannot say so.
          listener.onEnded(accepted.reply().queuePairNumber());
          rejectRequest(
              request,
              RejectReason.INVALID_PATH_MTU,
              Negotiation.pathMtuInformation(granted),
              PrivateData.NONE,
              transaction,
              peer);
        } else {
          accept(request, accepted, end.startingPsn(), listener, transaction, peer);
        }
      }
    }
  }

  private void rejectRequest(
      ConnectionRequest request,
      RejectReason reason,
      PrivateData information,
      PrivateData privateData,
      long transaction,
      InetSocketAddress peer) {
    reject(request, CmMessage.ABOUT_REQUEST, reason, information, privateData, transaction, peer);
  }

  private RejectReason whyInvalid(ConnectionRequest request, ConnectionListener listener) {
    if (listener == null) {
      return RejectReason.INVALID_SERVICE_ID;
    }
    RejectReason invalid = Negotiation.whyInvalid(request, port.localAddress());
    if (invalid != null) {
      return invalid;
    }
    boolean full =
        connections.size() >= settings.maxConnections()
            || connections.values().stream().filter(ConnectionManager::isHalfOpen).count()
                >= settings.maxHalfOpen();
    return full ? RejectReason.NO_RESOURCES : null;
  }

  private static boolean isHalfOpen(Connection connection) {
    return connection instanceof IncomingConnection
        && connection.state() == Connection.State.CONNECTING;
  }

  private void accept(
      ConnectionRequest request,
      ConnectionListener.Accepted accepted,
      int startingPsn,
      ConnectionListener listener,
      long transaction,
      InetSocketAddress peer) {
    ConnectionReply reply =
        Negotiation.reply(
            new Negotiation.Local(port.localAddress(), freeId(), adapterGuid),
            request,
            accepted,
            startingPsn);
    IncomingConnection connection =
        new IncomingConnection(port, settings, peer, request, reply, listener);
    connections.put(connection.localId(), connection);
    connection.start(transaction, clock.nanoTime());
  }

  @Override
  public int advance() {
    int work = 0;
    for (Integer number = closedQueuePairs.poll();
        number != null;
        number = closedQueuePairs.poll()) {
      work += disconnect(number);
    }
    if (!idle) {
      long nowNs = clock.nanoTime();
      for (Connection connection : connections.values()) {
        work += connection.advance(nowNs);
      }
      connections.values().removeIf(connection -> connection.state() == Connection.State.ENDED);
      idle = connections.values().stream().noneMatch(Connection::isWaiting);
    }
    return work;
  }

  @Override
  public void onClosed(int queuePairNumber) {
    closedQueuePairs.add(queuePairNumber);
  }

  private int disconnect(int queuePairNumber) {
    for (Connection connection : connections.values()) {
      if (connection.localQueuePair() == queuePairNumber) {
        connection.disconnect(nextTransaction++, clock.nanoTime());
        idle = false;
        return 1;
      }
    }
    return 0;
  }

  /** Asks all peers to end their connections; {@link #isIdle} when they have. */
  public void disconnectAll() {
    for (Connection connection : connections.values()) {
      if (connection instanceof OutgoingConnection outgoing) {
        outgoing.abandon();
      }
      connection.disconnect(nextTransaction++, clock.nanoTime());
    }
    connections.values().removeIf(connection -> connection.state() == Connection.State.ENDED);
    idle = false;
  }

  @Override
  public void close() {
    disconnectAll();
    connections.clear();
  }
}
