package io.dta.rdma.roce;

/**
 * The answers of a queue pair's last atomics, by PSN, so that a repeated request is answered as
 * before and not carried out again (specification, section 9.4.5, C9-83 and following).
 */
final class AtomicReplayCache {
  private static final int EMPTY = -1;

  private final int[] psns;
  private final long[] originals;
  private int next;

  AtomicReplayCache(int capacity) {
    psns = new int[capacity];
    java.util.Arrays.fill(psns, EMPTY);
    originals = new long[capacity];
  }

  /** Remembers the counter's old value; forgets that of the atomic {@code capacity} atomics ago. */
  void put(int psn, long original) {
    psns[next] = psn;
    originals[next] = original;
    next = next + 1 == psns.length ? 0 : next + 1;
  }

  /**
   * Where an atomic is remembered.
   *
   * @return an index for {@link #original}, or −1
   */
  int find(int psn) {
    int index = next; // The newest first: after 2^24 packets a PSN comes again.
    for (int i = 0; i < psns.length; i++) {
      index = index == 0 ? psns.length - 1 : index - 1;
      if (psns[index] == psn) {
        return index;
      }
    }
    return -1;
  }

  long original(int index) {
    return originals[index];
  }
}
