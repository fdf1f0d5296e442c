package io.dta.rdma.disni;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaConnParam;
import io.dta.rdma.CompletionListener;
import io.dta.rdma.ConnectionException;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.provider.ProviderQueuePair;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.agrona.concurrent.NanoClock;

/**
 * A connection under way: the peer's address is resolved, then the route to it, then the queue pair
 * is made and connects. The connection manager is asked, never waited for.
 */
final class DisniPendingQueuePair implements PendingQueuePair {
  /**
   * The most that three bits hold. How often to try again where the peer has no receive is the
   * peer's choice, with the other count in its reply (InfiniBand Architecture Specification 1.4,
   * volume 1, section 12.6.8).
   */
  private static final byte RETRIES = 7;

  private final InetSocketAddress peer;
  private final Duration timeout;
  private final NanoClock clock;
  private final CompletionListener listener;
  private final long startedNs;

  private Step step = Step.BEGIN;
  private CmEvents events;
  private RdmaCmId id;
  private DisniWorkQueue queue;

  /** What is being waited for, as a sentence says it. */
  private enum Step {
    BEGIN("nothing"),
    ADDRESS("the peer's address to be resolved"),
    ROUTE("the route to the peer to be resolved"),
    CONNECTION("the peer's answer"),
    OVER("nothing");

    private final String awaited;

    Step(String awaited) {
      this.awaited = awaited;
    }
  }

  DisniPendingQueuePair(
      InetSocketAddress peer, Duration timeout, NanoClock clock, CompletionListener listener) {
    this.peer = peer;
    this.timeout = timeout;
    this.clock = clock;
    this.listener = listener;
    this.startedNs = clock.nanoTime();
  }

  @Override
  public RdmaQueuePair poll() throws ConnectionException {
    try {
      if (step == Step.OVER) {
        throw new IOException("the attempt is over: begin another one");
      }
      if (step == Step.BEGIN) {
        begin();
      }
      EventType event = events.poll();
      if (event != null) {
        return on(event);
      }
      if (clock.nanoTime() - startedNs > timeout.toNanos()) {
        throw new IOException(
            "gave up after %d ms of waiting for %s: is the collector running, and is UDP port 4791 open between the two?"
                .formatted(timeout.toMillis(), step.awaited));
      }
      return null;
    } catch (IOException e) {
      close();
      throw new ConnectionException(
          "no connection to RDMA CM port %d of %s: %s"
              .formatted(peer.getPort(), peer.getAddress().getHostAddress(), e.getMessage()),
          e);
    }
  }

  private void begin() throws IOException {
    events = new CmEvents();
    id = events.newId();
    try {
      id.resolveAddr(null, peer, (int) timeout.toMillis());
    } catch (IOException e) {
      throw new IOException(noDevice(DisniMemory.reason(e)), e);
    }
    step = Step.ADDRESS;
  }

  private static String noDevice(String reason) {
    return "no RDMA device leads there (%s): 'rdma link' must show one on the interface that 'ip route get' names"
        .formatted(reason);
  }

  private RdmaQueuePair on(EventType event) throws IOException {
    return switch (event) {
      case RDMA_CM_EVENT_ADDR_RESOLVED -> {
        id.resolveRoute((int) timeout.toMillis());
        step = Step.ROUTE;
        yield null;
      }
      case RDMA_CM_EVENT_ROUTE_RESOLVED -> {
        queue = new DisniWorkQueue(events, id);
        id.connect(parameters());
        step = Step.CONNECTION;
        yield null;
      }
      case RDMA_CM_EVENT_ESTABLISHED -> {
        step = Step.OVER;
        DisniWorkQueue connected = queue;
        queue = null;
        yield new ProviderQueuePair(connected, listener);
      }
      case RDMA_CM_EVENT_ADDR_ERROR, RDMA_CM_EVENT_ROUTE_ERROR ->
          throw new IOException(noDevice("it did not answer to " + step.awaited));
      case RDMA_CM_EVENT_REJECTED ->
          throw new IOException(
              "the peer rejected it; DiSNI does not say why: does a collector listen at that port,"
                  + " with room for one more queue pair?");
      case RDMA_CM_EVENT_UNREACHABLE ->
          throw new IOException(
              "the peer did not answer: is the collector running, and is UDP port 4791 open between"
                  + " the two?");
      default -> throw new IOException("it failed while waiting for " + step.awaited);
    };
  }

  private static RdmaConnParam parameters() throws IOException {
    RdmaConnParam parameters = new RdmaConnParam();
    parameters.setRetry_count(RETRIES);
    parameters.setRnr_retry_count(RETRIES);
    return parameters;
  }

  @Override
  public void close() {
    if (step == Step.OVER) {
      return;
    }
    step = Step.OVER;
    if (queue != null) {
      queue.close();
    } else {
      DisniMemory.release(id, RdmaCmId::destroyId);
      DisniMemory.release(events, CmEvents::close);
    }
  }
}
