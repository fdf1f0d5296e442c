package io.dta.rdma.verbs;

import io.dta.rdma.CompletionListener;
import io.dta.rdma.ConnectionException;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.provider.ProviderQueuePair;
import io.dta.rdma.verbs.VerbsLayout.Value;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;

/**
 * A connection that RDMA CM makes: the peer's address is resolved, then the route to it; the queue
 * pair is made, and REQ, REP and RTU are exchanged (InfiniBand Architecture Specification 1.4,
 * volume 1, section 12.9.8).
 */
final class VerbsPendingQueuePair implements PendingQueuePair {
  private static final int RESOLUTION_MILLIS = 2000;
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final VerbsDevice device;
  private final InetAddress local;
  private final InetAddress peer;
  private final int port;
  private final CompletionListener listener;
  private final NanoClock clock;
  private final long deadline;
  private CmConnection connection;
  private VerbsWorkQueue queue;
  private boolean over;

  VerbsPendingQueuePair(
      VerbsDevice device,
      InetAddress local,
      InetAddress peer,
      int port,
      CompletionListener listener,
      NanoClock clock) {
    this.device = device;
    this.local = local;
    this.peer = peer;
    this.port = port;
    this.listener = listener;
    this.clock = clock;
    this.deadline = clock.nanoTime() + TIMEOUT_NANOS;
  }

  @Override
  public RdmaQueuePair poll() throws ConnectionException {
    if (over) {
      return null;
    }
    try {
      if (connection == null) {
        connection = new CmConnection();
        connection.resolve(local, peer, port, RESOLUTION_MILLIS);
      }
      Rdmacm.Event event = connection.takeEvent();
      if (event != null) {
        return on(event);
      }
      if (clock.nanoTime() - deadline > 0) {
        throw new VerbsException(
            "no answer: is the collector running, and does UDP port 4791 get through?");
      }
      return null;
    } catch (VerbsException e) {
      close();
      throw new ConnectionException(
          "RDMA CM does not connect %s (%s) to %s port %d: %s"
              .formatted(
                  local.getHostAddress(),
                  device.port().device(),
                  peer.getHostAddress(),
                  port,
                  e.getMessage()),
          e);
    }
  }

  private RdmaQueuePair on(Rdmacm.Event event) throws VerbsException {
    switch (event.type()) {
      case Value.RDMA_CM_EVENT_ADDR_RESOLVED -> connection.resolveRoute(RESOLUTION_MILLIS);
      case Value.RDMA_CM_EVENT_ROUTE_RESOLVED -> {
        queue = new VerbsWorkQueue(device, TransportService.RC);
        queue.queuePair().init(connection.library(), connection.id(), 0);
        connection.request(queue.queuePair().number(), VerbsRequester.atomics(device));
      }
      case Value.RDMA_CM_EVENT_CONNECT_RESPONSE -> {
        queue.queuePair().ready(connection.library(), connection.id(), 0);
        connection.establish();
        queue.connectedBy(connection);
        over = true;
        return new ProviderQueuePair(queue, listener);
      }
      default -> throw new VerbsException(CmEvents.describe(event));
    }
    return null;
  }

  @Override
  public void close() {
    if (over) {
      return;
    }
    over = true;
    if (queue != null) {
      queue.close();
    }
    if (connection != null) {
      connection.close();
    }
  }
}
