package io.dta.rdma.responder;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/**
 * Finds queue pairs whose requesters have vanished: such that carried out nothing between two looks
 * that lie {@link #IDLE_NS} apart, as their expected PSN did not move. It costs requests nothing,
 * as it is only done where there is no room for one more queue pair. A requester that was only
 * quiet connects again.
 *
 * <p>For one thread at a time.
 */
public final class IdleQueuePairs<T> {
  public static final long IDLE_NS = TimeUnit.SECONDS.toNanos(60);

  private final ToIntFunction<T> expectedPsn;
  private IdentityHashMap<T, Sign> signs = new IdentityHashMap<>();

  /** The last sign of life that was seen, and when. */
  private record Sign(int psn, long sinceNs) {}

  /**
   * @param expectedPsn the PSN of the next request that a queue pair carries out
   */
  public IdleQueuePairs(ToIntFunction<T> expectedPsn) {
    this.expectedPsn = expectedPsn;
  }

  /**
   * The queue pair that has been idle for longest; null where none has been for long enough.
   *
   * @param all that there are; others are forgotten
   */
  public T longestIdle(Collection<T> all, long nowNs) {
    IdentityHashMap<T, Sign> seen = new IdentityHashMap<>();
    T longest = null;
    for (T queuePair : all) {
      int psn = expectedPsn.applyAsInt(queuePair);
      Sign sign = signs.get(queuePair);
      if (sign == null || sign.psn() != psn) {
        sign = new Sign(psn, nowNs);
      } else if (nowNs - sign.sinceNs() >= IDLE_NS
          && (longest == null || sign.sinceNs() - seen.get(longest).sinceNs() < 0)) {
        longest = queuePair;
      }
      seen.put(queuePair, sign);
    }
    signs = seen;
    return longest;
  }
}
