package io.dta.rdma.roce;

/**
 * How many packets may be under way. Congestion notification packets (annex A17.9) halve it, at
 * most once in 50 µs as DCQCN's reaction point does; each window acknowledged without one gives a
 * sixteenth of the full window back.
 */
final class CongestionWindow {
  private static final long REACTION_NS = 50_000;
  private static final int MINIMUM = 2;

  private final int full;
  private int packets;
  private long acknowledged;
  private long lastReductionNs;
  private boolean reduced;

  CongestionWindow(int full) {
    this.full = full;
    this.packets = full;
  }

  int packets() {
    return packets;
  }

  void onNotification(long nowNs) {
    if (!reduced || nowNs - lastReductionNs >= REACTION_NS) {
      packets = Math.max(MINIMUM, packets / 2);
      acknowledged = 0;
      lastReductionNs = nowNs;
      reduced = true;
    }
  }

  void onAcknowledged(long count) {
    if (reduced) {
      acknowledged += count;
      if (acknowledged >= packets) {
        acknowledged = 0;
        packets = Math.min(full, packets + Math.max(1, full / 16));
        reduced = packets < full;
      }
    }
  }
}
