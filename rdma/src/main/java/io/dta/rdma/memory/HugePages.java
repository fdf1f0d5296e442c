package io.dta.rdma.memory;

/**
 * Whether the system backs a memory region with 2 MiB pages, which halve the cost of random writes
 * beyond a few MiB.
 */
public enum HugePages {
  /** At least nine tenths of the region. */
  GRANTED,
  /**
   * Asked for, and not given: /sys/kernel/mm/transparent_hugepage/enabled says "never", or memory
   * is too fragmented.
   */
  REFUSED,
  /** Not asked for: switched off, or the region is a file or smaller than 2 MiB. */
  NOT_REQUESTED
}
