package io.dta.rdma.memory;

/**
 * Whether the system backs a memory region with 2 MiB pages, which halve the cost of random writes
 * beyond a few MiB.
 */
public enum HugePages {
  /** At least nine tenths of the region. */
  GRANTED,
  /** All of the region, with pages that the operator reserved. */
  RESERVED,
  /**
   * Asked for, and not given: /sys/kernel/mm/transparent_hugepage/enabled says "never", or memory
   * is too fragmented.
   */
  REFUSED,
  /** Not asked for: switched off, or the region is a file or smaller than 2 MiB. */
  NOT_REQUESTED;

  /** Whether the region is in huge pages. */
  public boolean isHuge() {
    return this == GRANTED || this == RESERVED;
  }
}
