package io.dta.rdma.roce;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Finds queue pairs whose requesters have vanished: such that carried out nothing between two looks
 * that lie {@link #IDLE_NS} apart. It costs requests nothing, as it is only done where there is no
 * room for one more queue pair. A requester that was only quiet connects again.
 */
final class IdleQueuePairs {
  static final long IDLE_NS = TimeUnit.SECONDS.toNanos(60);

  private final ResponderQueuePair[] seen;
  private final int[] seenPsns;
  private final long[] sinceNs;

  IdleQueuePairs(int slots) {
    seen = new ResponderQueuePair[slots];
    seenPsns = new int[slots];
    sinceNs = new long[slots];
  }

  /**
   * The slot of the queue pair that has been idle for longest; negative where none has for long.
   */
  @SuppressWarnings("ReferenceEquality") // whether it is the very same queue pair
  int longestIdle(AtomicReferenceArray<ResponderQueuePair> queuePairs, long nowNs) {
    int longest = -1;
    for (int slot = 0; slot < seen.length; slot++) {
      ResponderQueuePair queuePair = queuePairs.get(slot);
      int psn = queuePair.expectedPsn();
      if (queuePair != seen[slot] || psn != seenPsns[slot]) {
        seen[slot] = queuePair;
        seenPsns[slot] = psn;
        sinceNs[slot] = nowNs;
      } else if (nowNs - sinceNs[slot] >= IDLE_NS
          && (longest < 0 || sinceNs[slot] - sinceNs[longest] < 0)) {
        longest = slot;
      }
    }
    return longest;
  }
}
