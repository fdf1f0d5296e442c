package io.dta.p4.control;

import io.dta.rdma.control.ConnectionOffer;
import java.util.concurrent.CompletableFuture;

/** Makes queue pairs between a switch and collectors, on the switch's behalf. For one thread. */
interface QueuePairMaker extends AutoCloseable {
  /**
   * Begins to make a queue pair.
   *
   * @param offer how the collector's RNIC may be connected to
   * @param before the one that it replaces, which the collector is told to give up; null for none
   * @return completed exceptionally where it cannot be made, with what an operator can do
   */
  CompletableFuture<QueuePairEnds> make(
      CollectorApi collector, ConnectionOffer offer, QueuePairEnds before);

  /** Whether the collector has not ended a queue pair in a way that only this side is told of. */
  default boolean isUp(QueuePairEnds ends) {
    return true;
  }

  /** Has the collector give a queue pair up; waits for its answer. */
  void release(CollectorApi collector, QueuePairEnds ends);

  /** Queue pairs that were not released stay. */
  @Override
  void close();
}
