package io.dta.fattree.direct;

import io.dta.primitives.store.Store;
import io.dta.rdma.CompletionListener;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import java.io.IOException;

/** A collector as switches reach it that write to its memory themselves. */
public interface DirectCollector {
  /**
   * Makes a queue pair to it, ready to send: the next switch's, in their order.
   *
   * @throws IOException saying why there is none
   */
  RdmaQueuePair connect(CompletionListener listener) throws IOException;

  /**
   * Where a store lies in its memory.
   *
   * @throws IOException where it has no such store
   */
  RemoteRegion region(Store store) throws IOException;
}
