package io.dta.collector.connection;

import io.dta.node.OperatorException;
import io.dta.rdma.ImmediateListener;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.ConnectionOffer;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.memory.MemoryRegion;
import java.util.List;
import java.util.Map;

/**
 * What lets translators write into the collector's memory: an RNIC, of software or behind a driver,
 * with the collector's regions registered at it and the queue pairs that translators asked for.
 *
 * <p>Open from construction, serving from {@link #start} to {@link #close}; after construction all
 * methods may be called on any thread.
 */
public interface Rnic extends AutoCloseable {
  /**
   * Lets translators access a region; before {@link #start}.
   *
   * @return the region as translators address it: its remote key is this RNIC's
   * @throws OperatorException where the RNIC does not take it, with what to do
   */
  RemoteRegion register(MemoryRegion region);

  /**
   * Begins to accept connections and to carry out requests.
   *
   * @param immediates told of every WRITE with immediate, on a thread of the RNIC: it must be quick
   *     and must not throw
   * @throws OperatorException where a port is not to be had
   */
  void start(ImmediateListener immediates);

  /** How translators connect; once started. */
  ConnectionOffer offer();

  /**
   * Makes a queue pair by hand, ready to receive. One that the same requester had before is
   * replaced.
   *
   * @throws IllegalArgumentException where the request makes no sense, or asks for what this RNIC
   *     has not
   * @throws IllegalStateException where there is no room for one more, or the RNIC refuses
   */
  QueuePairReply create(QueuePairRequest request);

  /**
   * Ends a queue pair, however it was made.
   *
   * @return false where there is no such one
   */
  boolean destroy(int queuePairNumber);

  /** The queue pairs, in the order in which they were made. */
  List<QueuePairStatus> queuePairs();

  /** Whether requests are being carried out, as far as the RNIC can tell. */
  default boolean isRunning() {
    return problems().isEmpty();
  }

  /**
   * Why requests are not being carried out, in sentences for the operator; empty when all is well.
   */
  List<String> problems();

  /** What happened so far, by event; names are lower case with hyphens. */
  Map<String, Long> events();

  /** The same for Prometheus; the same metrics at every call. */
  List<RnicMetric> metrics();

  /** Ends all queue pairs and threads, and deregisters the regions, which stay mapped. */
  @Override
  void close();
}
