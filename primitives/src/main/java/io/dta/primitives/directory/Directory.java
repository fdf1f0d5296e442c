package io.dta.primitives.directory;

import io.dta.primitives.store.Store;
import java.util.List;

/**
 * A collector's directory: its stores and where each lies in its memory. Served as JSON at {@code
 * GET /v1/directory}.
 *
 * @param collector the collector's name
 * @param instance stands for one run of the collector: another one after it was started again; null
 *     where it does not say
 * @param entries one a store
 */
public record Directory(String collector, String instance, List<Entry> entries) {
  public Directory {
    entries = List.copyOf(entries);
  }

  /**
   * A store and the memory region that holds it.
   *
   * @param store its configuration and layout
   * @param region where it lies
   */
  public record Entry(Store store, Region region) {}

  /**
   * A registered memory region as a remote peer addresses it.
   *
   * @param address the virtual address of its first byte, as RETH and AtomicETH carry it
   * @param rkey its remote key
   * @param length in bytes, at least the store's {@code regionLength}
   * @param file the file behind it, for a translator on the same host; null where memory is
   *     anonymous
   */
  public record Region(long address, int rkey, long length, String file) {}
}
