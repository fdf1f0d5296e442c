package io.dta.translator.connection;

import io.dta.rdma.roce.RetransmissionPolicy;
import java.time.Duration;

/**
 * How RoCEv2 queue pairs get packets through and when they give up; {@code rdma.reliability}. What
 * is left out (null) gets its default. A peer that is connected by RDMA CM may want longer
 * time-outs and has a say in the RNR retries.
 *
 * @param timeout how long nothing is acknowledged before everything unacknowledged is sent again, 1
 *     ms to 10 s; 50 ms where left out
 * @param retries how many time-outs in a row a queue pair survives, 0 to 1000; 40 where left out:
 *     after 2 s without any answer it goes down, and is connected again
 * @param rnrRetries how many RNR NAKs in a row it survives, 0 to 7; 7 is without limit; 6 where
 *     left out
 * @param acknowledgeEvery an acknowledgement is asked for at least every so many packets, 1 to the
 *     window; 32, or the window where that is less, where left out
 * @param window how many packets may be unacknowledged, a power of two from 2 to 65536; 256 where
 *     left out
 */
public record Reliability(
    Duration timeout,
    Integer retries,
    Integer rnrRetries,
    Integer acknowledgeEvery,
    Integer window) {
  private static final int MAX_WINDOW = 1 << 16;
  private static final int DEFAULT_RNR_RETRIES = 6;

  public Reliability {
    RetransmissionPolicy defaults = RetransmissionPolicy.defaults();
    timeout = timeout == null ? Duration.ofNanos(defaults.timeoutNs()) : timeout;
    retries = retries == null ? defaults.retryCount() : retries;
    rnrRetries = rnrRetries == null ? DEFAULT_RNR_RETRIES : rnrRetries;
    window = window == null ? defaults.window() : window;
    if (timeout.compareTo(Duration.ofMillis(1)) < 0
        || timeout.compareTo(Duration.ofSeconds(10)) > 0) {
      throw new IllegalArgumentException("timeout " + timeout + ": expected 1 ms to 10 s");
    }
    checkRange("retries", retries, 1000);
    checkRange("rnrRetries", rnrRetries, RetransmissionPolicy.UNLIMITED_RNR_RETRIES);
    if (window < 2 || window > MAX_WINDOW || Integer.bitCount(window) != 1) {
      throw new IllegalArgumentException(
          "window " + window + ": expected a power of two from 2 to " + MAX_WINDOW);
    }
    acknowledgeEvery =
        acknowledgeEvery == null ? Math.min(defaults.ackEvery(), window) : acknowledgeEvery;
    if (acknowledgeEvery < 1 || acknowledgeEvery > window) {
      throw new IllegalArgumentException(
          "acknowledgeEvery " + acknowledgeEvery + ": expected 1 to the window, " + window);
    }
  }

  private static void checkRange(String key, int value, int last) {
    if (value < 0 || value > last) {
      throw new IllegalArgumentException(key + " " + value + ": expected 0 to " + last);
    }
  }

  /** The same as queue pairs take it. */
  RetransmissionPolicy policy() {
    return new RetransmissionPolicy(
        timeout.toNanos(),
        retries,
        rnrRetries,
        acknowledgeEvery,
        window,
        RetransmissionPolicy.defaults().maxOutstandingAtomics());
  }
}
