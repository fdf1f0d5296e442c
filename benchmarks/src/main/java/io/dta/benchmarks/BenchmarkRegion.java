package io.dta.benchmarks;

import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.MemoryRegionTable;
import io.dta.rdma.memory.RegionSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A registered region as a collector has it: anonymous, touched, on huge pages where the system
 * grants them.
 */
final class BenchmarkRegion implements AutoCloseable {
  private final MemoryRegionTable table = new MemoryRegionTable();
  private final MemoryRegion region;

  BenchmarkRegion(long length) {
    try {
      region = table.register(RegionSpecification.anonymous(length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  MemoryRegion region() {
    return region;
  }

  @Override
  public void close() {
    table.close();
  }
}
