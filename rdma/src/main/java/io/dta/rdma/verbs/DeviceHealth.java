package io.dta.rdma.verbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.dta.rdma.verbs.VerbsLayout.AsyncEvent;
import io.dta.rdma.verbs.VerbsLayout.Value;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * What a responder's device tells of itself by asynchronous events (InfiniBand Architecture
 * Specification 1.4, volume 1, section 11.6.3): queue pairs that failed, a port that went down, an
 * address that was lost. Driven by one thread; what is told of it is for any.
 */
final class DeviceHealth {
  private static final System.Logger LOGGER = System.getLogger(DeviceHealth.class.getName());

  private final VerbsDevice device;
  private final InetAddress address;
  private final ResponderConnections connections;
  private final CmListener listener;
  private final ResponderCounters counters;
  private volatile String portProblem;
  private volatile String failure;

  /**
   * @param address that the port should have
   * @param listener null where RDMA CM is not to be had
   */
  DeviceHealth(
      VerbsDevice device,
      InetAddress address,
      ResponderConnections connections,
      CmListener listener,
      ResponderCounters counters)
      throws VerbsException {
    this.device = device;
    this.address = address;
    this.connections = connections;
    this.listener = listener;
    this.counters = counters;
    portProblem = portProblem();
  }

  /** Why requests are not being carried out; empty when all is well. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    String port = portProblem;
    if (port != null) {
      problems.add(port);
    }
    String end = failure;
    if (end != null) {
      problems.add(end);
    }
    return problems;
  }

  /** It is over. */
  void failed(String sentence) {
    failure = sentence;
    LOGGER.log(System.Logger.Level.ERROR, sentence);
  }

  void takeEvents() throws VerbsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment event = arena.allocate(AsyncEvent.SIZE, Long.BYTES);
      while (device.verbs().takeAsyncEvent(device.context(), event)) {
        counters.increment(ResponderEvent.DEVICE_EVENTS);
        onEvent(
            event.get(JAVA_INT, AsyncEvent.EVENT_TYPE), event.get(JAVA_LONG, AsyncEvent.ELEMENT));
      }
    }
  }

  private void onEvent(int type, long element) throws VerbsException {
    switch (type) {
      case Value.IBV_EVENT_QP_FATAL, Value.IBV_EVENT_QP_REQ_ERR, Value.IBV_EVENT_QP_ACCESS_ERR -> {
        ResponderConnection connection = connections.byNative(element);
        if (connection != null) {
          connections.fail(connection);
        }
      }
      case Value.IBV_EVENT_COMM_EST -> {
        // A request came before the requester's RTU: RDMA CM need not wait for it any more.
        ResponderConnection connection = connections.byNative(element);
        if (connection != null && connection.cmId() != 0) {
          listener.library().notifyEvent(connection.cmId(), type);
        }
      }
      case Value.IBV_EVENT_DEVICE_FATAL ->
          failed(
              "RDMA device %s failed: look at the kernel's log, and restart the collector"
                  .formatted(device.port().device()));
      case Value.IBV_EVENT_PORT_ACTIVE, Value.IBV_EVENT_PORT_ERR, Value.IBV_EVENT_GID_CHANGE -> {
        portProblem = portProblem();
        LOGGER.log(
            System.Logger.Level.WARNING,
            "{0}: {1}",
            device.port().device(),
            portProblem == null ? device.verbs().eventName(type) : portProblem);
      }
      default -> {}
    }
  }

  private String portProblem() throws VerbsException {
    RdmaPort port = device.port();
    if (!device.isPortActive()) {
      return "port %d of RDMA device %s is down: check cable, switch and network interface"
          .formatted(port.number(), port.device());
    }
    for (RdmaPort now : RdmaDevices.ofThisHost().ports()) {
      if (now.device().equals(port.device())
          && now.number() == port.number()
          && device.gid().equals(now.roceV2Gid(address))) {
        return null;
      }
    }
    return "RDMA device %s lost the address %s: give it back to the network interface, or restart the collector with another"
        .formatted(port.device(), address.getHostAddress());
  }
}
