package io.dta.rdma.roce;

import java.util.concurrent.TimeUnit;

/**
 * When a requester sends again: after a time without progress, or when a responder that had no
 * receive buffer is to be ready. Counts what happened in a row without progress between.
 */
final class RetransmissionTimer {
  /** RNR timers (specification, table 45), in units of 10 µs. */
  private static final int[] RNR_TIMERS = {
    65536, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536,
    2048, 3072, 4096, 6144, 8192, 12288, 16384, 24576, 32768, 49152
  };

  private final RetransmissionPolicy policy;
  private boolean runs;
  private long startNs;
  private int timeoutsInARow;
  private boolean receiverNotReady;
  private long receiverReadyNs;
  private int rnrNaksInARow;

  RetransmissionTimer(RetransmissionPolicy policy) {
    this.policy = policy;
  }

  boolean runs() {
    return runs;
  }

  void start(long nowNs) {
    runs = true;
    startNs = nowNs;
  }

  void stop() {
    runs = false;
  }

  /** Something was acknowledged. */
  void onProgress(long nowNs) {
    timeoutsInARow = 0;
    rnrNaksInARow = 0;
    startNs = nowNs;
  }

  /** Whether nothing may be sent since the responder has no receive buffer. */
  boolean isReceiverNotReady() {
    return receiverNotReady;
  }

  void advance(long nowNs) {
    if (receiverNotReady && nowNs - receiverReadyNs >= 0) {
      receiverNotReady = false;
      startNs = nowNs;
    }
  }

  boolean isTimeout(long nowNs) {
    return runs && !receiverNotReady && nowNs - startNs >= policy.timeoutNs();
  }

  /**
   * Counts a time-out and starts anew.
   *
   * @return false where there were too many
   */
  boolean onTimeout(long nowNs) {
    timeoutsInARow++;
    startNs = nowNs;
    return timeoutsInARow <= policy.retryCount();
  }

  /**
   * Counts an RNR NAK and waits.
   *
   * @param timer the 5 bits of its syndrome
   * @return false where there were too many
   */
  boolean onReceiverNotReady(int timer, long nowNs) {
    rnrNaksInARow++;
    receiverNotReady = true;
    receiverReadyNs = nowNs + TimeUnit.MICROSECONDS.toNanos(10L * RNR_TIMERS[timer]);
    return policy.rnrRetry() == RetransmissionPolicy.UNLIMITED_RNR_RETRIES
        || rnrNaksInARow <= policy.rnrRetry();
  }
}
