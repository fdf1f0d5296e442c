package io.dta.collector.region;

import io.dta.node.OperatorException;
import io.dta.primitives.directory.Directory;
import io.dta.primitives.store.Store;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.Pages;
import io.dta.rdma.memory.RegionSpecification;
import io.dta.rdma.memory.ReservedHugePages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * The memory regions of a collector, one a store. Open from construction to {@link #close}; usable
 * by all threads.
 */
public final class StoreRegions implements AutoCloseable {
  private static final String REGION_SUFFIX = ".region";

  /** Of this run: translators that see another one connect anew. */
  private final String instance = UUID.randomUUID().toString();

  private final MemoryRegionTable table = new MemoryRegionTable();
  private final Map<Store, MemoryRegion> regions = new LinkedHashMap<>();

  /**
   * Maps and registers a region for every store; all or none.
   *
   * @param directory where the files are, made where it is missing; null for anonymous memory. A
   *     file that is there already must be of a store of the same layout, and keeps its content.
   * @param pages what anonymous memory is made of; files have no choice
   * @throws OperatorException where a region cannot be made: no memory, no space on the disk, a
   *     file of another layout or in use
   */
  public StoreRegions(List<Store> stores, Path directory, Pages pages) {
    if (pages == Pages.RESERVED_HUGE) {
      requireReserved(stores);
    }
    try {
      if (directory != null) {
        createDirectory(directory);
      }
      for (Store store : stores) {
        regions.put(store, register(store, directory, pages));
      }
    } catch (RuntimeException e) {
      table.close();
      throw e;
    }
  }

  /** Looked at for all stores at once, so that the operator reserves once. */
  private static void requireReserved(List<Store> stores) {
    try {
      ReservedHugePages huge = ReservedHugePages.ofThisHost();
      long pages = 0;
      for (Store store : stores) {
        pages += huge.pageBytes() == 0 ? 0 : huge.pages(store.regionLength());
      }
      String lacking = huge.lacking(pages);
      if (lacking != null) {
        throw new OperatorException(
            "regions.backing hugetlb: %s; or use 'backing: anonymous'".formatted(lacking));
      }
    } catch (IOException e) {
      throw new OperatorException("regions.backing hugetlb: " + e.getMessage(), e);
    }
  }

  private MemoryRegion register(Store store, Path directory, Pages pages) {
    try {
      if (directory == null) {
        return table.register(RegionSpecification.anonymous(store.regionLength()).withPages(pages));
      }
      Path file = directory.resolve(store.name() + REGION_SUFFIX);
      LayoutFile layout = new LayoutFile(file, store);
      layout.check();
      MemoryRegion region = table.register(RegionSpecification.file(file, store.regionLength()));
      layout.write();
      return region;
    } catch (IOException e) {
      throw new OperatorException(
          "%s store '%s', %,d bytes: %s"
              .formatted(
                  store.primitive().label(), store.name(), store.regionLength(), e.getMessage()),
          e);
    }
  }

  private static void createDirectory(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new OperatorException(
          "regions.directory %s cannot be made: %s".formatted(directory, e), e);
    }
  }

  /** The registered regions by remote key, for an RNIC. */
  public MemoryRegionTable table() {
    return table;
  }

  /**
   * The region of a store.
   *
   * @throws IllegalArgumentException where the store is none of those given on construction
   */
  public MemoryRegion region(Store store) {
    MemoryRegion region = regions.get(store);
    if (region == null) {
      throw new IllegalArgumentException("no region for " + store);
    }
    return region;
  }

  /** The stores, in the order given. */
  public List<Store> stores() {
    return List.copyOf(regions.keySet());
  }

  /**
   * What a translator needs to know to write.
   *
   * @param collector the collector's name
   * @param advertise how translators address a region; called once for each, such as with {@link
   *     MemoryRegion#remote}
   */
  public Directory directory(String collector, Function<MemoryRegion, RemoteRegion> advertise) {
    List<Directory.Entry> entries = new ArrayList<>();
    regions.forEach((store, region) -> entries.add(entry(store, region, advertise.apply(region))));
    return new Directory(collector, instance, entries);
  }

  private static Directory.Entry entry(Store store, MemoryRegion region, RemoteRegion remote) {
    String file = region.file() == null ? null : region.file().toAbsolutePath().toString();
    return new Directory.Entry(
        store, new Directory.Region(remote.address(), remote.rkey(), remote.length(), file));
  }

  /**
   * Deregisters and unmaps all regions. Readers that still look get an {@link
   * IllegalStateException}.
   */
  @Override
  public void close() {
    table.close();
  }
}
