package io.dta.fattree.output;

import io.dta.fattree.direct.DirectCollector;
import io.dta.primitives.store.Store;
import io.dta.rdma.CompletionListener;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.local.LocalQueuePair;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A collector's memory within this process: a registered region a store, laid out as anywhere. */
public final class CollectorMemory implements DirectCollector, AutoCloseable {
  /** Random writes into so much memory gain by huge pages; into less they only take room. */
  private static final long LARGE = 64 << 20;

  private final MemoryRegionTable table = new MemoryRegionTable();
  private final Map<String, MemoryRegion> regions = new HashMap<>();

  /**
   * Memory for some stores, zeroed; pages are used when they are written.
   *
   * @throws IOException where the system has not got so much
   */
  public CollectorMemory(List<? extends Store> stores) throws IOException {
    try {
      for (Store store : stores) {
        regions.put(
            store.name(),
            table.register(
                RegionSpecification.anonymous(store.regionLength())
                    .withHugePages(store.regionLength() >= LARGE)
                    .withTouch(false)));
      }
    } catch (IOException | RuntimeException e) {
      table.close();
      throw e;
    }
  }

  @Override
  public RdmaQueuePair connect(CompletionListener listener) {
    return new LocalQueuePair(region -> table.find(region.rkey()).segment(), listener);
  }

  @Override
  public RemoteRegion region(Store store) throws IOException {
    MemoryRegion region = regions.get(store.name());
    if (region == null) {
      throw new IOException("there is no store '%s' in memory".formatted(store.name()));
    }
    return region.remote();
  }

  /** The regions by the names of their stores. */
  public Map<String, RemoteRegion> remoteRegions() {
    Map<String, RemoteRegion> remote = new HashMap<>();
    regions.forEach((name, region) -> remote.put(name, region.remote()));
    return remote;
  }

  /** The bytes of a store. */
  public MemorySegment segment(Store store) {
    return regions.get(store.name()).segment();
  }

  @Override
  public void close() {
    table.close();
  }
}
