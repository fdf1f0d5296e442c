package io.dta.rdma;

/**
 * A remote memory region as its owner advertised it.
 *
 * @param address the virtual address of its first byte
 * @param rkey its remote key
 * @param length in bytes
 */
public record RemoteRegion(long address, int rkey, long length) {
  /** Whether a range lies within the region. */
  public boolean contains(long offset, long rangeLength) {
    return offset >= 0 && rangeLength >= 0 && offset <= length - rangeLength;
  }
}
