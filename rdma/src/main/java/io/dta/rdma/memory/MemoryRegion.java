package io.dta.rdma.memory;

import io.dta.rdma.RemoteRegion;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A registered memory region: native memory, its remote key and what a remote peer may do with it.
 *
 * <p>Immutable and safe for use by many threads. Once its table has deregistered it, access to its
 * {@link #segment} throws {@link IllegalStateException}; nothing crashes.
 */
public final class MemoryRegion {
  /** Access flags, with the values of {@code ibv_access_flags}. */
  public static final int REMOTE_WRITE = 1 << 1;

  public static final int REMOTE_READ = 1 << 2;
  public static final int REMOTE_ATOMIC = 1 << 3;
  public static final int ALL_ACCESS = REMOTE_WRITE | REMOTE_READ | REMOTE_ATOMIC;

  private final Mapping mapping;
  private final MemorySegment segment;
  private final long address;
  private final long length;
  private final int rkey;
  private final int access;
  private final Path file;
  private final HugePages hugePages;

  MemoryRegion(Mapping mapping, int rkey, RegionSpecification specification) {
    this.mapping = mapping;
    this.segment = mapping.segment();
    this.address = segment.address();
    this.length = segment.byteSize();
    this.rkey = rkey;
    this.access = specification.access();
    this.file = specification.file();
    this.hugePages = mapping.hugePages();
  }

  /**
   * The virtual address of the first byte, as RETH and AtomicETH carry it; a multiple of the page
   * size.
   */
  public long address() {
    return address;
  }

  /** The remote key; never 0. */
  public int rkey() {
    return rkey;
  }

  /** The length in bytes. */
  public long length() {
    return length;
  }

  /** The memory; usable by all threads until the region is deregistered. */
  public MemorySegment segment() {
    return segment;
  }

  /** The access flags. */
  public int access() {
    return access;
  }

  /** Whether a remote peer may do all that the given flags say. */
  public boolean allows(int flags) {
    return (access & flags) == flags;
  }

  /**
   * The offset of a range of virtual addresses in the region.
   *
   * @param rangeLength in bytes, at least 0
   * @return −1 where the range does not lie within the region
   */
  public long offsetOf(long rangeAddress, long rangeLength) {
    long offset = rangeAddress - address;
    return offset >= 0 && rangeLength >= 0 && offset <= length - rangeLength ? offset : -1;
  }

  /** The file behind the region, or null for anonymous memory. */
  public Path file() {
    return file;
  }

  /** Whether the system gave huge pages, as it was when the region was made. */
  public HugePages hugePages() {
    return hugePages;
  }

  /** The region as a remote peer addresses it. */
  public RemoteRegion remote() {
    return new RemoteRegion(address, rkey, length);
  }

  void unmap() {
    mapping.close();
  }

  @Override
  public String toString() {
    return "region of %d bytes at 0x%x, rkey 0x%08x%s"
        .formatted(length, address, rkey, file == null ? "" : ", file " + file);
  }
}
