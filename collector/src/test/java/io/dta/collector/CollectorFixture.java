package io.dta.collector;

import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PathVerification;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchKind;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.store.Store;
import io.dta.primitives.store.ValueRange;
import io.dta.rdma.memory.MemoryRegionTable;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A collector on ephemeral ports with a store of every kind, a client, and a direct way into its
 * memory.
 */
final class CollectorFixture implements AutoCloseable {
  static final KeyWriteStore PATHS =
      new KeyWriteStore(0, "paths", KeyFormat.IPV4_5_TUPLE, 20, 1024, 4, null, null);
  static final KeyWriteStore BLOBS =
      new KeyWriteStore(1, "blobs", KeyFormat.raw(3), 5, 64, 2, null, null);
  static final PostcardingStore POSTCARDS =
      new PostcardingStore(
          0,
          "postcards",
          KeyFormat.IPV6_5_TUPLE,
          5,
          1024,
          2,
          PathVerification.VALUE_SET,
          List.of(new ValueRange(1, 1000)));
  static final AppendStore EVENTS = new AppendStore(0, "events", 2, 4, 4, 16);
  static final AppendStore FLOWS = new AppendStore(1, "flows", 1, 13, 4, 16);
  static final KeyIncrementStore HOST_BYTES =
      new KeyIncrementStore(0, "host-bytes", KeyFormat.U32, 1024, 2);
  static final SketchStore FLOW_SIZES =
      new SketchStore(
          0, "flow-sizes", KeyFormat.IPV4_5_TUPLE, SketchKind.COUNT_MIN, 4, 256, 4, 2, 0);
  static final SketchStore FLOW_COUNT =
      new SketchStore(
          1, "flow-count", KeyFormat.IPV4_5_TUPLE, SketchKind.HYPERLOGLOG, 1, 256, 4, 2, 0);
  static final List<Store> STORES =
      List.of(PATHS, BLOBS, POSTCARDS, EVENTS, FLOWS, HOST_BYTES, FLOW_SIZES, FLOW_COUNT);

  static final CollectorContext.Http EPHEMERAL_HTTP = new CollectorContext.Http(null, 0);
  static final CollectorContext.Rdma EPHEMERAL_RDMA =
      new CollectorContext.Rdma(null, 0, null, null, null);
  static final CollectorContext.Limits LIMITS = new CollectorContext.Limits(100, 10_000, 4);

  final Collector collector;
  final ApiClient api;

  CollectorFixture() {
    this(context(null));
  }

  CollectorFixture(CollectorContext context) {
    collector = new Collector(context);
    collector.start();
    api = new ApiClient(collector.uri());
  }

  static CollectorContext context(CollectorContext.Regions regions) {
    return new CollectorContext("test", EPHEMERAL_HTTP, EPHEMERAL_RDMA, regions, STORES, LIMITS);
  }

  StoreWriter writer() {
    MemoryRegionTable memory = collector.memory();
    return new StoreWriter(StoreWriter.Path.direct(store -> region(memory, store)));
  }

  private MemorySegment region(MemoryRegionTable memory, Store store) {
    return collector.directory().entries().stream()
        .filter(entry -> entry.store().equals(store))
        .map(entry -> memory.find(entry.region().rkey()).segment())
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    api.close();
    collector.close();
  }
}
