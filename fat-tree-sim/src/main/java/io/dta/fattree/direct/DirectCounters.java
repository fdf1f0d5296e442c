package io.dta.fattree.direct;

/**
 * Where the reports of switches are that write themselves: {@code reports = written + failed +
 * refused + in flight}, at all times.
 *
 * @param reports that switches made
 * @param written whose WRITEs were acknowledged (RC) or handed over (UC, shared memory)
 * @param failed that were posted and ended otherwise
 * @param refused that a queue pair did not accept: it is not connected, or the slot is out of
 *     bounds
 * @param inFlight posted, and not yet ended
 * @param operations RDMA WRITEs that were posted
 * @param bytes of their payload
 * @param waits how often a send queue was full and the switch waited
 * @param queuePairs connections that the collectors' RNICs have to keep
 */
public record DirectCounters(
    long reports,
    long written,
    long failed,
    long refused,
    long inFlight,
    long operations,
    long bytes,
    long waits,
    int queuePairs) {
  public boolean isBalanced() {
    return reports == written + failed + refused + inFlight;
  }
}
