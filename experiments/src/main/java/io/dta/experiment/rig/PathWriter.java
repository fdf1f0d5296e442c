package io.dta.experiment.rig;

import java.lang.foreign.MemorySegment;
import org.agrona.DirectBuffer;

/** Gets the paths of flows into memory. */
interface PathWriter extends AutoCloseable {
  /**
   * Reports the flow that {@code flows} is at.
   *
   * @param value its path
   */
  void write(PathFlows flows, DirectBuffer value);

  /** Gives those behind it their turn. */
  void work();

  /**
   * Waits until all that was reported is in memory.
   *
   * @throws IllegalStateException where something was lost that was not to be
   */
  void finish();

  /** RDMA operations posted. */
  long operations();

  /** Connections that the collector's NIC has to keep. */
  int connections();

  MemorySegment memory();

  @Override
  void close();
}
