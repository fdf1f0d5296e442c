package io.dta.translator.connection;

import io.dta.node.OperatorException;
import io.dta.primitives.directory.Directory;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.ConnectionOffer;
import java.util.HashMap;
import java.util.Map;

/**
 * A collector as it describes itself: what it has may change when it is started again.
 *
 * @param client its HTTP API
 * @param directory its stores, and where they lie
 * @param offer how its RNIC may be connected to; null where it was not asked
 */
record Collector(CollectorClient client, Directory directory, ConnectionOffer offer) {
  /**
   * Asks a collector; blocks.
   *
   * @param withOffer whether it needs an RNIC
   * @throws OperatorException where it does not answer as it should
   */
  static Collector describe(CollectorClient client, boolean withOffer) {
    return new Collector(client, client.directory(), withOffer ? client.offer() : null);
  }

  /** Where a directory says that each store lies, by the store's name. */
  static Map<String, RemoteRegion> regions(Directory directory) {
    Map<String, RemoteRegion> regions = new HashMap<>();
    for (Directory.Entry entry : directory.entries()) {
      Directory.Region region = entry.region();
      regions.put(
          entry.store().name(), new RemoteRegion(region.address(), region.rkey(), region.length()));
    }
    return Map.copyOf(regions);
  }
}
