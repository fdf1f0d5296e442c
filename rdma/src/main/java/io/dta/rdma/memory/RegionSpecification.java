package io.dta.rdma.memory;

import java.nio.file.Path;

/**
 * What memory region to make.
 *
 * @param length in bytes, at least 1
 * @param access a union of {@link MemoryRegion#REMOTE_WRITE}, {@link MemoryRegion#REMOTE_READ} and
 *     {@link MemoryRegion#REMOTE_ATOMIC}
 * @param file the file that holds it, or null for anonymous memory
 * @param pages what pages to ask for; a file has those of its file system
 * @param touch whether to make every page present now, so that no report meets a page fault later
 */
public record RegionSpecification(long length, int access, Path file, Pages pages, boolean touch) {
  public RegionSpecification {
    if (length < 1) {
      throw new IllegalArgumentException("region length " + length + ": expected at least 1 byte");
    }
    if ((access & ~MemoryRegion.ALL_ACCESS) != 0) {
      throw new IllegalArgumentException(
          "region access 0x" + Integer.toHexString(access) + " has unknown bits");
    }
  }

  /** Anonymous memory with all accesses, huge pages where they are granted, touched now. */
  public static RegionSpecification anonymous(long length) {
    return new RegionSpecification(
        length, MemoryRegion.ALL_ACCESS, null, Pages.TRANSPARENT_HUGE, true);
  }

  /** A file with all accesses, touched now; see {@link MemoryRegionTable#register}. */
  public static RegionSpecification file(Path file, long length) {
    return new RegionSpecification(length, MemoryRegion.ALL_ACCESS, file, Pages.BASE, true);
  }

  /** The same with another set of access flags. */
  public RegionSpecification withAccess(int newAccess) {
    return new RegionSpecification(length, newAccess, file, pages, touch);
  }

  /** The same with or without transparent huge pages. */
  public RegionSpecification withHugePages(boolean transparent) {
    return withPages(Pages.transparentHuge(transparent));
  }

  /** The same of other pages. */
  public RegionSpecification withPages(Pages newPages) {
    return new RegionSpecification(length, access, file, newPages, touch);
  }

  /** The same with pages made present now or when they are first used. */
  public RegionSpecification withTouch(boolean newTouch) {
    return new RegionSpecification(length, access, file, pages, newTouch);
  }
}
