package io.dta.rdma.roce;

import java.util.concurrent.TimeUnit;

/**
 * How a requester keeps its packets flowing and gets them through.
 *
 * @param timeoutNs how long nothing is acknowledged before everything unacknowledged is sent again,
 *     in nanoseconds, at least 1
 * @param retryCount how many time-outs in a row, with nothing acknowledged between them, a queue
 *     pair survives, at least 0
 * @param rnrRetry how many RNR NAKs in a row it survives, 0 to 7; 7 is without limit
 *     (specification, section 9.7.5.2.8)
 * @param ackEvery an acknowledgement is asked for at least every so many packets, 1 to {@code
 *     window}
 * @param window how many packets may be unacknowledged: the send queue's size, a power of two from
 *     2 to 2^20
 * @param maxOutstandingAtomics how many atomics may be unacknowledged, at least 1; the responder's
 *     {@code maxDestinationAtomics} limits it further
 */
public record RetransmissionPolicy(
    long timeoutNs,
    int retryCount,
    int rnrRetry,
    int ackEvery,
    int window,
    int maxOutstandingAtomics) {
  /** In {@code rnrRetry}: without limit. */
  public static final int UNLIMITED_RNR_RETRIES = 7;

  public RetransmissionPolicy {
    require(timeoutNs >= 1, "timeoutNs", timeoutNs, "at least 1");
    require(retryCount >= 0, "retryCount", retryCount, "at least 0");
    require(rnrRetry >= 0 && rnrRetry <= 7, "rnrRetry", rnrRetry, "0 to 7");
    require(
        window >= 2 && window <= 1 << 20 && Integer.bitCount(window) == 1,
        "window",
        window,
        "a power of two from 2 to 2^20");
    require(ackEvery >= 1 && ackEvery <= window, "ackEvery", ackEvery, "1 to the window");
    require(
        maxOutstandingAtomics >= 1, "maxOutstandingAtomics", maxOutstandingAtomics, "at least 1");
  }

  private static void require(boolean holds, String name, long value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException("%s is %d, expected %s".formatted(name, value, expected));
    }
  }

  /**
   * 50 ms, 40 retries (2 s without any answer), 256 packets, an acknowledgement every 32: for two
   * processes on one host, where the other end's thread may wait for a core.
   */
  public static RetransmissionPolicy defaults() {
    return new RetransmissionPolicy(
        TimeUnit.MILLISECONDS.toNanos(50), 40, UNLIMITED_RNR_RETRIES, 32, 256, 64);
  }

  /**
   * The same as a responder wants it.
   *
   * @param ackDelayNs how long it takes at most to acknowledge: the time-out is at least that
   * @param newRnrRetry how many RNR NAKs in a row to survive, 0 to 7
   */
  public RetransmissionPolicy asNegotiated(long ackDelayNs, int newRnrRetry) {
    return new RetransmissionPolicy(
        Math.max(timeoutNs, ackDelayNs),
        retryCount,
        newRnrRetry,
        ackEvery,
        window,
        maxOutstandingAtomics);
  }
}
