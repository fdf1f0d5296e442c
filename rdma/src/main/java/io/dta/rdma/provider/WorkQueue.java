package io.dta.rdma.provider;

import java.lang.foreign.MemorySegment;

/**
 * A connected queue pair of an RNIC as a library offers it: a send queue, its completion queue, and
 * memory that the RNIC may read. One thread owns it; no method blocks.
 */
public interface WorkQueue extends AutoCloseable {
  /** Where work requests are serialized for {@link #post}. */
  WorkRequestChain chain();

  /**
   * Posts the chain.
   *
   * @return false where the library refused it; the queue pair is then good for nothing any more,
   *     and how many of the requests were posted is not known
   */
  boolean post();

  /** The most work requests that may be posted and not completed; a power of two. */
  int depth();

  /** The most bytes that a work request may carry itself. */
  int maxInline();

  /** Whether it carries atomics, as a reliable connection to a device that does them. */
  default boolean hasAtomics() {
    return true;
  }

  /** Memory registered for reading by the RNIC and for its writing of atomics' results. */
  MemorySegment registered();

  /** The local key of {@link #registered}. */
  int localKey();

  /**
   * Takes a batch of completions, in the order in which the work requests were posted.
   *
   * @return their number; negative where the completion queue cannot be read any more
   */
  int poll();

  /** The work request identifier of a completion of the last batch. */
  long workRequestId(int index);

  /** {@code enum ibv_wc_status} of a completion of the last batch; 0 is success. */
  int status(int index);

  /**
   * Whether the peer is still there, as far as the connection manager knows; asked now and then.
   */
  boolean isConnected();

  /** Ends the connection and releases all of it. */
  @Override
  void close();
}
