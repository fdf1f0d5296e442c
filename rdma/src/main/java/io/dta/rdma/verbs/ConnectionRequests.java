package io.dta.rdma.verbs;

import io.dta.rdma.control.TransportService;
import io.dta.rdma.verbs.VerbsLayout.Value;
import java.net.InetAddress;

/** What RDMA CM tells a responder: requests for connections, and connections that ended. */
final class ConnectionRequests {
  private static final System.Logger LOGGER = System.getLogger(ConnectionRequests.class.getName());

  private final CmListener listener;
  private final ResponderConnections connections;
  private final DeviceHealth health;
  private final ResponderCounters counters;
  private final Maker maker;
  private final int atomics;

  /** Makes queue pairs in state RESET. */
  @FunctionalInterface
  interface Maker {
    ResponderConnection make(long identifier, ResponderConnection.Peer peer) throws VerbsException;
  }

  /**
   * @param atomics the most that a requester may have outstanding
   */
  ConnectionRequests(
      CmListener listener,
      ResponderConnections connections,
      DeviceHealth health,
      ResponderCounters counters,
      Maker maker,
      int atomics) {
    this.listener = listener;
    this.connections = connections;
    this.health = health;
    this.counters = counters;
    this.maker = maker;
    this.atomics = atomics;
  }

  void takeEvents() throws VerbsException {
    Rdmacm.Event event = listener.takeEvent();
    while (event != null) {
      onEvent(event);
      event = listener.takeEvent();
    }
  }

  private void onEvent(Rdmacm.Event event) {
    switch (event.type()) {
      case Value.RDMA_CM_EVENT_CONNECT_REQUEST -> accept(event);
      case Value.RDMA_CM_EVENT_ESTABLISHED, Value.RDMA_CM_EVENT_TIMEWAIT_EXIT -> {}
      case Value.RDMA_CM_EVENT_DEVICE_REMOVAL ->
          health.failed("the RDMA device was removed: restart the collector when it is back");
      default -> connections.remove(connections.byCmId(event.id())); // Disconnected, or never was.
    }
  }

  private void accept(Rdmacm.Event event) {
    long request = event.id();
    int granted = Math.min(atomics, event.responderResources());
    try {
      InetAddress address = listener.peer(request);
      if (address == null) {
        throw new VerbsException("the requester has no IP address");
      }
      ResponderConnection.Peer peer =
          new ResponderConnection.Peer(address, event.queuePairNumber(), TransportService.RC);
      connections.add(
          peer,
          identifier -> {
            ResponderConnection made = maker.make(identifier, peer);
            return made.connected(
                () -> {
                  made.connect(listener.library(), request, granted);
                  listener.accept(request, made.number(), granted);
                  made.accepted(listener.library(), request);
                });
          });
      counters.increment(ResponderEvent.ACCEPTED);
    } catch (VerbsException | IllegalStateException e) {
      if (counters.get(ResponderEvent.REJECTED) == 0) {
        LOGGER.log(System.Logger.Level.WARNING, "a connection was rejected: {0}", e.getMessage());
      }
      counters.increment(ResponderEvent.REJECTED);
      listener.reject(request);
    }
  }
}
