package io.dta.translator.engine;

import io.dta.primitives.store.Store;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.QueuePairConnector;
import io.dta.rdma.RemoteRegion;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A collector as the engine writes to it. The engine's thread calls what it is made of.
 *
 * @param name for messages
 * @param connector connects to it, when the engine is made and whenever the queue pair went down
 * @param regions where each store lies in its memory, by the store's name, as reached by the queue
 *     pair that was connected last
 * @param appendHeads each Append store's next sequences, one a list, unsigned, by the store's name;
 *     1 for all lists where a store is missing. A collector whose memory outlives its translators
 *     tells them, so that a new one writes on where the old one stopped.
 * @param reconnect when to connect again
 */
public record CollectorTarget(
    String name,
    QueuePairConnector connector,
    Supplier<Map<String, RemoteRegion>> regions,
    Map<String, int[]> appendHeads,
    ReconnectPolicy reconnect) {
  public CollectorTarget {
    appendHeads = Map.copyOf(appendHeads);
  }

  /**
   * Where a store lies.
   *
   * @throws IllegalArgumentException where the collector has no such store, or too little memory
   *     for it
   */
  RemoteRegion region(Store store) {
    RemoteRegion region = regions.get().get(store.name());
    if (region == null) {
      throw new IllegalArgumentException(
          "collector '%s' has no store '%s': every collector must hold all %s"
              .formatted(name, store.name(), "stores that the translator serves"));
    }
    if (region.length() < store.regionLength()) {
      throw new IllegalArgumentException(
          "collector '%s' gives store '%s' %d bytes, but its layout takes %d: use the same store configuration on both"
              .formatted(name, store.name(), region.length(), store.regionLength()));
    }
    return region;
  }

  /** A collector whose queue pairs need no time to connect, and whose regions never change. */
  public static CollectorTarget fixed(
      String name,
      QueuePairFactory queuePairs,
      Map<String, RemoteRegion> regions,
      Map<String, int[]> appendHeads) {
    Map<String, RemoteRegion> copy = Map.copyOf(regions);
    return new CollectorTarget(
        name,
        listener -> PendingQueuePair.ready(queuePairs.make(listener)),
        () -> copy,
        appendHeads,
        ReconnectPolicy.defaults(0));
  }
}
