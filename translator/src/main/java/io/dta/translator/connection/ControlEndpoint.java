package io.dta.translator.connection;

import io.dta.node.OperatorException;
import io.dta.rdma.CompletionListener;
import io.dta.rdma.ConnectionException;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import java.util.HashMap;
import java.util.Map;

/**
 * Connects queue pairs over the collectors' control endpoint, {@code POST /v1/queue-pairs}, and
 * gives those back that are not used any more. For one thread.
 */
final class ControlEndpoint implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ControlEndpoint.class.getName());

  /** The queue pairs that collectors made for us and may have yet, by their HTTP addresses. */
  private final Map<String, Peer> peers = new HashMap<>();

  /** Our end of a queue pair, to be connected by hand. */
  interface OwnEnd extends AutoCloseable {
    /** What the collector needs to know of it. */
    QueuePairRequest request();

    /**
     * Connects to what the collector answered; once.
     *
     * @throws ConnectionException where that cannot be
     */
    RdmaQueuePair connect(QueuePairReply reply, CompletionListener listener)
        throws ConnectionException;

    /** Gives up; does nothing once connected. */
    @Override
    void close();
  }

  /** A queue pair that a collector's control endpoint made: our end tells them apart. */
  private record Peer(CollectorClient client, QueuePairRequest request) {
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

  /** Begins to connect; the collector's end of the queue pair before is given back. */
  PendingQueuePair connect(Collector collector, OwnEnd own, CompletionListener listener) {
    return new Pending(collector.client(), own, listener);
  }

  private final class Pending implements PendingQueuePair {
    private final CollectorClient client;
    private final OwnEnd own;
    private final CompletionListener listener;
    private final Peer peer;
    private final BackgroundTask<QueuePairReply> posting;
    private boolean over;

    Pending(CollectorClient client, OwnEnd own, CompletionListener listener) {
      this.client = client;
      this.own = own;
      this.listener = listener;
      Peer before = peers.remove(client.toString());
      Peer now = new Peer(client, own.request());
      this.peer = now;
      this.posting =
          BackgroundTask.start(
              () -> {
                if (before != null) {
                  before.release();
                }
                return client.createQueuePair(now.request());
              },
              reply -> now.release());
    }

    @Override
    public RdmaQueuePair poll() throws ConnectionException {
      QueuePairReply reply = over ? null : reply();
      if (reply == null) {
        return null;
      }
      over = true;
      peers.put(client.toString(), peer);
      try {
        return own.connect(reply, listener);
      } catch (IllegalArgumentException e) {
        throw new ConnectionException("collector %s: %s".formatted(client, e.getMessage()), e);
      } finally {
        own.close();
      }
    }

    private QueuePairReply reply() throws ConnectionException {
      try {
        return posting.poll();
      } catch (ConnectionException e) {
        over = true;
        own.close();
        throw e;
      }
    }

    @Override
    public void close() {
      if (!over) {
        over = true;
        own.close();
        if (posting.abandon() != null) {
          peers.put(client.toString(), peer);
        }
      }
    }
  }

  /** Gives all back; waits for the collectors' answers. */
  @Override
  public void close() {
    peers.values().forEach(Peer::release);
    peers.clear();
  }
}
