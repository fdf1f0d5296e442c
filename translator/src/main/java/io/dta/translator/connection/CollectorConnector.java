package io.dta.translator.connection;

import io.dta.primitives.directory.Directory;
import io.dta.rdma.CompletionListener;
import io.dta.rdma.ConnectionException;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.QueuePairConnector;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import java.time.Duration;
import java.util.Map;

/**
 * Connects a shard to a collector as it is at the moment: asks it for its directory first, as it
 * may have been started again since, and then has the transport make the queue pair.
 */
final class CollectorConnector implements QueuePairConnector {
  private final CollectorClient client;
  private final Directory expected;
  private final Transport transport;
  private final CollectorWatch watch;
  private Directory connected;
  private Map<String, RemoteRegion> regions;

  /**
   * @param expected the directory of the start, whose stores are served
   * @param interval at which the collector is asked whether it was started again, where the
   *     transport would not notice
   */
  CollectorConnector(
      CollectorClient client, Directory expected, Transport transport, Duration interval) {
    this.watch = transport.isUnaware() ? new CollectorWatch(client, interval) : null;
    this.connected = expected;
    this.client = client;
    this.expected = expected;
    this.transport = transport;
    this.regions = Collector.regions(expected);
  }

  /** Where the stores lie, for the queue pair that was connected last, or at the start; by name. */
  Map<String, RemoteRegion> regions() {
    return regions;
  }

  @Override
  public boolean isStale() {
    return watch != null && watch.isAnother(connected);
  }

  @Override
  public PendingQueuePair connect(CompletionListener listener) {
    return new Pending(listener);
  }

  private final class Pending implements PendingQueuePair {
    private final CompletionListener listener;
    private final BackgroundTask<Collector> describing;
    private Collector collector;
    private PendingQueuePair connecting;

    Pending(CompletionListener listener) {
      this.listener = listener;
      this.describing =
          BackgroundTask.start(
              () -> Collector.describe(client, transport.needsRnic()), unwanted -> {});
    }

    @Override
    public RdmaQueuePair poll() throws ConnectionException {
      if (connecting == null) {
        collector = describing.poll();
        if (collector == null) {
          return null;
        }
        String difference = StoreDifference.between(expected, collector.directory());
        if (difference != null) {
          throw new ConnectionException(
              "collector %s was started again with other stores: %s; start it with the old ones, or"
                      .formatted(client, difference)
                  + " restart the translator to take the new ones over");
        }
        connecting = transport.connect(collector, listener);
      }
      RdmaQueuePair queuePair = connecting.poll();
      if (queuePair != null) {
        connected = collector.directory();
        regions = Collector.regions(connected);
      }
      return queuePair;
    }

    @Override
    public void close() {
      if (connecting == null) {
        describing.abandon();
      } else {
        connecting.close();
      }
    }
  }
}
