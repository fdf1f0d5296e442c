package io.dta.translator.connection;

import io.dta.node.OperatorException;
import io.dta.primitives.directory.Directory;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.Store;
import io.dta.primitives.store.StoreTable;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.local.LocalMemory;
import java.io.IOException;
import java.nio.file.Path;
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
public final class Collectors implements AutoCloseable {
  private final RdmaSettings settings;
  private final List<Collector> collectors;
  private final StoreTable stores;

  /** A collector, its directory, and its region files where they are mapped. */
  record Collector(CollectorClient client, Directory directory, LocalMemory memory) {}

  private Collectors(RdmaSettings settings, List<Collector> collectors, StoreTable stores) {
    this.settings = settings;
    this.collectors = collectors;
    this.stores = stores;
  }

  /**
   * Reads the collectors' directories and, for shared memory, maps their regions.
   *
   * @param urls their HTTP addresses, at least one
   */
  public static Collectors discover(List<String> urls, RdmaSettings settings) {
    List<Collector> collectors = new ArrayList<>();
    try {
      for (String url : urls) {
        CollectorClient client = new CollectorClient(url);
        Directory directory = client.directory();
        if (!collectors.isEmpty()) {
          checkSameStores(collectors.getFirst(), client, directory);
        }
        LocalMemory memory =
            settings.transport() == RdmaSettings.Transport.LOCAL ? map(client, directory) : null;
        collectors.add(new Collector(client, directory, memory));
      }
      List<Store> stores = stores(collectors.getFirst().directory());
      checkService(settings, stores);
      return new Collectors(settings, List.copyOf(collectors), new StoreTable(stores));
    } catch (RuntimeException e) {
      unmap(collectors);
      throw e;
    }
  }

  private static LocalMemory map(CollectorClient collector, Directory directory) {
    LocalMemory memory = new LocalMemory();
    try {
      for (Directory.Entry entry : directory.entries()) {
        Directory.Region region = entry.region();
        if (region.file() == null) {
          throw new OperatorException(
              "collector %s keeps store '%s' in memory of its own, out of reach of 'transport: local':"
                      .formatted(collector, entry.store().name())
                  + " set 'regions.backing: file' there, or 'transport: rocev2' here");
        }
        memory.map(
            new RemoteRegion(region.address(), region.rkey(), region.length()),
            Path.of(region.file()));
      }
      return memory;
    } catch (IOException e) {
      memory.close();
      throw new OperatorException("collector %s: %s".formatted(collector, e.getMessage()), e);
    } catch (RuntimeException e) {
      memory.close();
      throw e;
    }
  }

  private static List<Store> stores(Directory directory) {
    return directory.entries().stream().map(Directory.Entry::store).toList();
  }

  private static void checkSameStores(Collector first, CollectorClient other, Directory directory) {
    Map<String, Store> expected = new HashMap<>();
    stores(first.directory()).forEach(store -> expected.put(store.name(), store));
    for (Store store : stores(directory)) {
      Store match = expected.remove(store.name());
      if (match == null) {
        throw differs(first, other, "the first has no store '" + store.name() + "'");
      }
      if (!match.equals(store)) {
        throw differs(first, other, "one has " + match + ", the other " + store);
      }
    }
    if (!expected.isEmpty()) {
      throw differs(first, other, "the second has no store " + expected.keySet());
    }
  }

  private static OperatorException differs(Collector first, CollectorClient other, String how) {
    return new OperatorException(
        "collectors %s and %s have different stores: %s; give them the same 'stores'"
            .formatted(first.client(), other, how));
  }

  private static void checkService(RdmaSettings settings, List<Store> stores) {
    if (settings.transport() != RdmaSettings.Transport.ROCEV2
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
   * Makes a shard's queue pairs, one to each collector, and reads where its Append lists go on.
   *
   * @param shard its number, for messages and metrics
   * @param clock of the queue pairs' time-outs
   */
  public ShardConnection connect(int shard, NanoClock clock) {
    return settings.transport() == RdmaSettings.Transport.LOCAL
        ? new LocalConnection(shard, collectors)
        : RoceConnection.open(shard, collectors, settings, clock);
  }

  /** The heads of a collector's Append stores, by the store's name. */
  static Map<String, int[]> appendHeads(Collector collector) {
    Map<String, int[]> heads = new HashMap<>();
    for (Store store : stores(collector.directory())) {
      if (store instanceof AppendStore append) {
        heads.put(append.name(), collector.client().appendHeads(append));
      }
    }
    return heads;
  }

  /** Unmaps what was mapped; after all queue pairs are closed. */
  @Override
  public void close() {
    unmap(collectors);
  }

  private static void unmap(List<Collector> collectors) {
    for (Collector collector : collectors) {
      if (collector.memory() != null) {
        collector.memory().close();
      }
    }
  }
}
