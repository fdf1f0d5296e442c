package io.dta.rdma;

/**
 * Where regions are on a queue pair's successor: the responder may have registered its memory
 * again, with other addresses and rkeys.
 */
@FunctionalInterface
public interface RegionTranslation {
  /**
   * Where a range is now.
   *
   * @param rkey of the region as it was
   * @param address of the range's first byte as it was
   * @return null where the region is gone, or never was
   */
  Place translate(int rkey, long address);

  /**
   * A place in a region.
   *
   * @param offset in bytes
   */
  record Place(RemoteRegion region, long offset) {}
}
