package io.dta.rdma.memory;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.random.RandomGenerator;

/**
 * The registered memory regions of a node.
 *
 * <p>A remote key is a table index and random bits, so that a key that was never given out, or was
 * given out for a region that is gone, is not found:
 *
 * <pre>
 *  31                                    12 11                  0
 * +----------------------------------------+---------------------+
 * |           random, not zero             |        index        |
 * +----------------------------------------+---------------------+
 * </pre>
 *
 * <p>{@link #find} is lock-free and safe on any thread; the other methods may be called on any
 * thread.
 */
public final class MemoryRegionTable implements AutoCloseable {
  private static final int INDEX_BITS = 12;

  /** The most regions that a table holds. */
  public static final int CAPACITY = 1 << INDEX_BITS;

  private static final int INDEX_MASK = CAPACITY - 1;

  private final RandomGenerator random;
  private final AtomicReferenceArray<MemoryRegion> regions = new AtomicReferenceArray<>(CAPACITY);

  /** With unpredictable remote keys. */
  public MemoryRegionTable() {
    this(new SecureRandom());
  }

  /** With remote keys from a given source, for tests. */
  public MemoryRegionTable(RandomGenerator random) {
    this.random = random;
  }

  /**
   * Maps and registers a memory region.
   *
   * <p>Anonymous memory is zero. A file that does not exist or is empty is created at the region's
   * length, zero, with all of its disk space allocated; an existing file of that length is mapped
   * with what is in it. It is locked against a second table, in this process or another.
   *
   * @throws IOException with a sentence for the operator: no space on the disk, not enough memory,
   *     a file of another length, in use, or without permission
   * @throws IllegalStateException where the table is full
   */
  public synchronized MemoryRegion register(RegionSpecification specification) throws IOException {
    int index = freeIndex();
    Mapping mapping = map(specification);
    MemoryRegion region = new MemoryRegion(mapping, newKey(index), specification);
    regions.set(index, region);
    return region;
  }

  private static Mapping map(RegionSpecification specification) throws IOException {
    long length = specification.length();
    boolean touch = specification.touch();
    if (specification.file() != null) {
      return Mapping.file(specification.file(), length, touch);
    }
    return specification.pages() == Pages.RESERVED_HUGE
        ? Mapping.reservedHuge(length)
        : Mapping.anonymous(length, specification.pages() == Pages.TRANSPARENT_HUGE, touch);
  }

  /**
   * The region of a remote key.
   *
   * @return null where there is none, or none any more
   */
  public MemoryRegion find(int rkey) {
    MemoryRegion region = regions.get(rkey & INDEX_MASK);
    return region != null && region.rkey() == rkey ? region : null;
  }

  /** All registered regions, in the order of their indexes. */
  public List<MemoryRegion> regions() {
    List<MemoryRegion> all = new ArrayList<>();
    for (int i = 0; i < CAPACITY; i++) {
      MemoryRegion region = regions.get(i);
      if (region != null) {
        all.add(region);
      }
    }
    return all;
  }

  /**
   * Invalidates a region's remote key and unmaps its memory. Threads that access the segment
   * meanwhile get an {@link IllegalStateException}. Queue pairs of {@code io.dta.rdma.local} that
   * resolved the region must be closed before.
   *
   * @return false where the region was not registered here, or was deregistered before
   */
  public synchronized boolean deregister(MemoryRegion region) {
    if (find(region.rkey()) != region) {
      return false;
    }
    regions.set(region.rkey() & INDEX_MASK, null);
    region.unmap();
    return true;
  }

  /** Deregisters all regions. */
  @Override
  public synchronized void close() {
    for (MemoryRegion region : regions()) {
      deregister(region);
    }
  }

  private int freeIndex() {
    for (int i = 0; i < CAPACITY; i++) {
      if (regions.get(i) == null) {
        return i;
      }
    }
    throw new IllegalStateException(
        "the table holds %d memory regions: deregister one first".formatted(CAPACITY));
  }

  private int newKey(int index) {
    int upper;
    do {
      upper = random.nextInt() & ~INDEX_MASK;
    } while (upper == 0);
    return upper | index;
  }
}
