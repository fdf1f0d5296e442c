package io.dta.collector.api;

import io.dta.collector.region.Capacity;
import io.dta.primitives.Primitive;
import io.dta.primitives.store.Store;
import io.dta.rdma.memory.MemoryRegion;
import java.util.List;
import java.util.Locale;

/**
 * A store and its memory, as {@code GET /v1/stores} shows it.
 *
 * @param name the store's
 * @param primitive that writes it
 * @param configuration the store
 * @param capacity how many of {@code unit} the region holds
 * @param unit what the region is an array of
 * @param region the memory
 */
record StoreStatus(
    String name,
    Primitive primitive,
    Store configuration,
    long capacity,
    String unit,
    Region region) {
  /** All stores. */
  record All(List<StoreStatus> stores) {}

  /**
   * A region.
   *
   * @param length in bytes
   * @param backing anonymous or file
   * @param file null where anonymous
   * @param hugePages granted, reserved, refused or not-requested
   */
  record Region(long length, String backing, String file, String hugePages) {}

  static StoreStatus of(Store store, MemoryRegion region) {
    return new StoreStatus(
        store.name(),
        store.primitive(),
        store,
        Capacity.of(store).slots(),
        Capacity.of(store).unit(),
        new Region(
            region.length(),
            region.file() == null ? "anonymous" : "file",
            region.file() == null ? null : region.file().toString(),
            region.hugePages().name().toLowerCase(Locale.ROOT).replace('_', '-')));
  }
}
