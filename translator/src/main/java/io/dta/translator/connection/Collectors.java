package io.dta.translator.connection;

import io.dta.node.OperatorException;
import io.dta.primitives.directory.Directory;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.Store;
import io.dta.primitives.store.StoreTable;
import io.dta.rdma.capture.PacketCapture;
import io.dta.translator.engine.CollectorTarget;
import io.dta.translator.engine.ReconnectPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.NanoClock;

/**
 * The collectors that a translator writes to: all have the same stores, each in its own memory.
 *
 * <p>Every method may throw an {@link OperatorException} that says what is wrong with which
 * collector.
 */
public final class Collectors {
  private final RdmaSettings settings;
  private final List<Known> collectors;
  private final StoreTable stores;

  /** A collector and its directory at the start. */
  private record Known(CollectorClient client, Directory directory) {}

  private Collectors(RdmaSettings settings, List<Known> collectors, StoreTable stores) {
    this.settings = settings;
    this.collectors = collectors;
    this.stores = stores;
  }

  /**
   * Reads the collectors' directories.
   *
   * @param urls their HTTP addresses, at least one
   */
  public static Collectors discover(List<String> urls, RdmaSettings settings) {
    List<Known> collectors = new ArrayList<>();
    for (String url : urls) {
      CollectorClient client = new CollectorClient(url);
      Known collector = new Known(client, client.directory());
      if (!collectors.isEmpty()) {
        checkSameStores(collectors.getFirst(), collector);
      }
      collectors.add(collector);
    }
    List<Store> stores = stores(collectors.getFirst().directory());
    checkService(settings, stores);
    return new Collectors(settings, List.copyOf(collectors), new StoreTable(stores));
  }

  private static List<Store> stores(Directory directory) {
    return directory.entries().stream().map(Directory.Entry::store).toList();
  }

  private static void checkSameStores(Known first, Known other) {
    String difference = StoreDifference.between(first.directory(), other.directory());
    if (difference != null) {
      throw new OperatorException(
          "collectors %s and %s have different stores: %s; give them the same 'stores'"
              .formatted(first.client(), other.client(), difference));
    }
  }

  private static void checkService(RdmaSettings settings, List<Store> stores) {
    if (settings.transport() == RdmaSettings.Transport.LOCAL
        || settings.service() != RdmaSettings.Service.UC) {
      return;
    }
    for (Store store : stores) {
      if (store instanceof KeyIncrementStore) {
        throw new OperatorException(
            "store '%s' is a Key-Increment store, whose atomics an unreliable connection cannot carry:"
                    .formatted(store.name())
                + " set 'service: rc', or remove the store from the collector");
      }
    }
  }

  /** The stores that all of the collectors have. */
  public StoreTable stores() {
    return stores;
  }

  /**
   * Opens a shard's way to all collectors, and reads where its Append lists go on. The engine makes
   * the queue pairs.
   *
   * @param shard its number, so that shards do not all connect again at the same moment
   * @param clock of the queue pairs' time-outs
   * @param capture gets a copy of every RoCEv2 packet that passes this process; null for none
   */
  public ShardConnection connect(int shard, NanoClock clock, PacketCapture capture) {
    Transport transport = Transports.open(settings, collectors.getFirst().client(), clock, capture);
    try {
      List<CollectorTarget> targets = new ArrayList<>();
      for (Known collector : collectors) {
        CollectorConnector connector =
            new CollectorConnector(
                collector.client(), collector.directory(), transport, settings.reconnectLongest());
        targets.add(
            new CollectorTarget(
                collector.client().toString(),
                connector,
                connector::regions,
                appendHeads(collector),
                new ReconnectPolicy(
                    settings.reconnectFirst().toNanos(),
                    settings.reconnectLongest().toNanos(),
                    System.nanoTime() + shard)));
      }
      return new ShardConnection(transport, targets);
    } catch (RuntimeException e) {
      transport.close();
      throw e;
    }
  }

  /** The heads of a collector's Append stores, by the store's name. */
  private static Map<String, int[]> appendHeads(Known collector) {
    Map<String, int[]> heads = new HashMap<>();
    for (Store store : stores(collector.directory())) {
      if (store instanceof AppendStore append) {
        heads.put(append.name(), collector.client().appendHeads(append));
      }
    }
    return heads;
  }
}
