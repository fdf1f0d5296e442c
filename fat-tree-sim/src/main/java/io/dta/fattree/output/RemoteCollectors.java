package io.dta.fattree.output;

import io.dta.fattree.direct.DirectCollector;
import io.dta.primitives.store.Store;
import io.dta.rdma.CompletionListener;
import io.dta.rdma.ConnectionException;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.capture.PacketCapture;
import io.dta.translator.connection.Collectors;
import io.dta.translator.connection.RdmaSettings;
import io.dta.translator.connection.ShardConnection;
import io.dta.translator.engine.CollectorTarget;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Running collectors that switches write to over RoCEv2: their stores and their RNICs are asked for
 * over HTTP. Every switch has a UDP port of its own, and from it a queue pair to each collector.
 */
public final class RemoteCollectors implements AutoCloseable {
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  private final Collectors found;
  private final PacketCapture capture;
  private final List<DirectCollector> collectors = new ArrayList<>();

  /** A switch's way to all collectors, in the order in which switches connect. */
  private final List<ShardConnection> connections = new ArrayList<>();

  private RemoteCollectors(Collectors found, int count, PacketCapture capture) {
    this.found = found;
    this.capture = capture;
    for (int i = 0; i < count; i++) {
      collectors.add(new Remote(i));
    }
  }

  /**
   * Asks the collectors what they have.
   *
   * @param service RC or UC
   * @param address of this host, which packets are sent from
   * @param capture gets a copy of every packet; null for none
   * @throws io.dta.node.OperatorException saying what is wrong with which collector
   */
  public static RemoteCollectors discover(
      List<URI> urls, RdmaSettings.Service service, String address, PacketCapture capture) {
    RdmaSettings settings =
        new RdmaSettings(
            RdmaSettings.Transport.ROCEV2,
            RdmaSettings.Connect.CONTROL,
            service,
            address,
            0,
            null,
            null,
            null);
    Collectors found = Collectors.discover(urls.stream().map(URI::toString).toList(), settings);
    return new RemoteCollectors(found, urls.size(), capture);
  }

  /** The collectors, in the order of their addresses. */
  public List<DirectCollector> collectors() {
    return List.copyOf(collectors);
  }

  private CollectorTarget target(int switchNumber, int collector) {
    while (connections.size() <= switchNumber) {
      connections.add(found.connect(connections.size(), SystemNanoClock.INSTANCE, capture));
    }
    return connections.get(switchNumber).targets().get(collector);
  }

  /** After the queue pairs are closed. */
  @Override
  public void close() {
    connections.forEach(ShardConnection::close);
    connections.clear();
  }

  private final class Remote implements DirectCollector {
    private final int number;
    private int switches;

    Remote(int number) {
      this.number = number;
    }

    @Override
    public RdmaQueuePair connect(CompletionListener listener) throws IOException {
      CollectorTarget target = target(switches++, number);
      long deadline = System.nanoTime() + TIMEOUT_NANOS;
      PendingQueuePair pending = target.connector().connect(listener);
      try {
        while (System.nanoTime() - deadline < 0) {
          RdmaQueuePair queuePair = pending.poll();
          if (queuePair != null) {
            return queuePair;
          }
          LockSupport.parkNanos(PAUSE_NANOS);
        }
      } catch (ConnectionException e) {
        throw new IOException(e.getMessage(), e);
      }
      pending.close();
      throw new IOException(
          "collector %s made no queue pair within %d s"
              .formatted(target.name(), TimeUnit.NANOSECONDS.toSeconds(TIMEOUT_NANOS)));
    }

    @Override
    public RemoteRegion region(Store store) throws IOException {
      CollectorTarget target = target(0, number);
      RemoteRegion region = target.regions().get().get(store.name());
      if (region == null || region.length() < store.regionLength()) {
        throw new IOException(
            "collector %s has no store '%s' of %,d bytes: give it the scenario's ('dta sim SCENARIO --print-stores')"
                .formatted(target.name(), store.name(), store.regionLength()));
      }
      return region;
    }
  }
}
