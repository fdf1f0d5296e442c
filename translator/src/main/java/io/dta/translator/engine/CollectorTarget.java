package io.dta.translator.engine;

import io.dta.primitives.directory.Directory;
import io.dta.rdma.RemoteRegion;
import java.util.HashMap;
import java.util.Map;

/**
 * A collector as the engine writes to it.
 *
 * @param name for messages
 * @param queuePair makes the queue pair to it; called once, when the engine is made
 * @param regions where each store lies in its memory, by the store's name
 * @param appendHeads each Append store's next sequences, one a list, unsigned, by the store's name;
 *     1 for all lists where a store is missing. A collector whose memory outlives its translators
 *     tells them, so that a new one writes on where the old one stopped.
 */
public record CollectorTarget(
    String name,
    QueuePairFactory queuePair,
    Map<String, RemoteRegion> regions,
    Map<String, int[]> appendHeads) {
  public CollectorTarget {
    regions = Map.copyOf(regions);
    appendHeads = Map.copyOf(appendHeads);
  }

  /** The collector that a directory describes. */
  public static CollectorTarget of(
      Directory directory, QueuePairFactory queuePair, Map<String, int[]> appendHeads) {
    Map<String, RemoteRegion> regions = new HashMap<>();
    for (Directory.Entry entry : directory.entries()) {
      Directory.Region region = entry.region();
      regions.put(
          entry.store().name(), new RemoteRegion(region.address(), region.rkey(), region.length()));
    }
    return new CollectorTarget(directory.collector(), queuePair, regions, appendHeads);
  }
}
