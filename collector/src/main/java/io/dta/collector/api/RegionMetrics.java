package io.dta.collector.api;

import io.dta.collector.region.StoreRegions;
import io.dta.primitives.store.Store;
import io.dta.rdma.memory.HugePages;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;

/** The memory of the stores as Prometheus metrics. It does not change while the collector runs. */
final class RegionMetrics {
  private RegionMetrics() {}

  static void register(PrometheusRegistry registry, StoreRegions regions) {
    Gauge bytes =
        Gauge.builder()
            .name("dta_collector_region_bytes")
            .help("Length of a store's memory region")
            .unit(Unit.BYTES)
            .labelNames("primitive", "store")
            .register(registry);
    Gauge hugePages =
        Gauge.builder()
            .name("dta_collector_region_huge_pages")
            .help("1 where the system backs a store's memory region with 2 MiB pages, 0 elsewhere")
            .labelNames("primitive", "store")
            .register(registry);
    for (Store store : regions.stores()) {
      String primitive = store.primitive().label();
      bytes.labelValues(primitive, store.name()).set((double) regions.region(store).length());
      hugePages
          .labelValues(primitive, store.name())
          .set(regions.region(store).hugePages() == HugePages.GRANTED ? 1 : 0);
    }
  }
}
