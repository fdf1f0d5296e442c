package io.dta.rdma.local;

import io.dta.rdma.ImmediateListener;
import io.dta.rdma.RemoteRegion;
import java.lang.foreign.MemorySegment;

/** Finds the memory of a remote region that is mapped in this process, and its owner. */
@FunctionalInterface
public interface RegionResolver {
  /**
   * The memory of a region. It must stay mapped until the queue pair that asked is closed.
   *
   * @return native memory of at least the region's length that starts at a multiple of 8, or null
   *     where the rkey is unknown
   */
  MemorySegment resolve(RemoteRegion region);

  /**
   * Whom a queue pair tells of its WRITEs with immediate: the owner of the memory. Nobody, unless
   * an implementation knows one.
   */
  default ImmediateListener immediates() {
    return (queuePairNumber, immediate, length) -> {};
  }
}
