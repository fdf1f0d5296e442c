package io.dta.translator.engine;

import java.util.concurrent.TimeUnit;

/**
 * When a queue pair that went down is connected again: after waits that double, each shortened at
 * random by up to a half, so that many translators do not all come back at the same moment.
 *
 * @param firstNs the first wait at most, in nanoseconds, at least 1
 * @param longestNs the longest wait, at least the first
 * @param seed of what is random
 */
public record ReconnectPolicy(long firstNs, long longestNs, long seed) {
  public ReconnectPolicy {
    if (firstNs < 1 || longestNs < firstNs) {
      throw new IllegalArgumentException(
          "firstNs %d, longestNs %d: expected at least 1, the first not above the longest"
              .formatted(firstNs, longestNs));
    }
  }

  /** 100 ms to 5 s. */
  public static ReconnectPolicy defaults(long seed) {
    return new ReconnectPolicy(
        TimeUnit.MILLISECONDS.toNanos(100), TimeUnit.SECONDS.toNanos(5), seed);
  }
}
