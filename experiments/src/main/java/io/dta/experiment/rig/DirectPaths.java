package io.dta.experiment.rig;

import io.dta.collector.region.StoreRegions;
import io.dta.fattree.direct.Copies;
import io.dta.fattree.direct.DirectCollector;
import io.dta.fattree.direct.DirectCounters;
import io.dta.fattree.direct.DirectWriter;
import io.dta.fattree.send.ReportClock;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.Store;
import io.dta.rdma.CompletionListener;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.local.LocalQueuePair;
import io.dta.rdma.memory.Pages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.agrona.DirectBuffer;

/** Paths that the edge switches write by themselves, each over a queue pair of its own. */
final class DirectPaths implements PathWriter {
  private final KeyWriteStore store;
  private final StoreRegions regions;
  private final DirectWriter writer;

  DirectPaths(KeyWriteStore store, PathFlows flows, Way way, long seed) {
    this.store = store;
    regions = new StoreRegions(List.of(store), null, Pages.TRANSPARENT_HUGE);
    try {
      writer =
          DirectWriter.connect(
              flows.tree(),
              List.of(store),
              List.of(new Memory(regions)),
              way == Way.DIRECT_ALL ? Copies.ALL : Copies.ONE,
              seed,
              ReportClock.SYSTEM);
    } catch (IOException e) {
      regions.close();
      throw new UncheckedIOException(e);
    }
  }

  /** The collector's memory, within this process. */
  private record Memory(StoreRegions regions) implements DirectCollector {
    @Override
    public RdmaQueuePair connect(CompletionListener listener) {
      return new LocalQueuePair(region -> regions.table().find(region.rkey()).segment(), listener);
    }

    @Override
    public RemoteRegion region(Store store) {
      return regions.region(store).remote();
    }
  }

  @Override
  public void write(PathFlows flows, DirectBuffer value) {
    try {
      writer.write(flows.tree().edgeNumber(flows.sink()), store, flows.key(), 0, value, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void work() {
    writer.flush();
  }

  @Override
  public void finish() {
    writer.flush();
    DirectCounters counters = writer.counters();
    if (counters.written() != counters.reports()) {
      throw new IllegalStateException("switches lost reports: " + counters);
    }
  }

  @Override
  public long operations() {
    return writer.counters().operations();
  }

  @Override
  public int connections() {
    return writer.counters().queuePairs();
  }

  @Override
  public MemorySegment memory() {
    return regions.region(store).segment();
  }

  @Override
  public void close() {
    writer.close();
    regions.close();
  }
}
