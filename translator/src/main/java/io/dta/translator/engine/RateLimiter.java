package io.dta.translator.engine;

/**
 * A token bucket over a clock that its owner moves on. Holds 10 ms' worth of tokens, but no fewer
 * than any one report needs.
 */
final class RateLimiter {
  /**
   * More than the operations that one report can cause: 8 copies, or 8 of an evicted path and 8 of
   * its own.
   */
  static final int LEAST_BURST = 64;

  private static final double BURST_SECONDS = 0.01;
  private static final double NANOS_PER_SECOND = 1e9;

  private final double tokensPerNano;
  private final double burst;
  private final boolean unlimited;
  private double tokens;
  private long lastNs;

  /**
   * @param perSecond 0 for no limit
   */
  RateLimiter(long perSecond, long nowNs) {
    tokensPerNano = perSecond / NANOS_PER_SECOND;
    unlimited = perSecond == 0;
    burst = Math.max(LEAST_BURST, perSecond * BURST_SECONDS);
    tokens = burst;
    lastNs = nowNs;
  }

  void advance(long nowNs) {
    tokens = Math.min(burst, tokens + (nowNs - lastNs) * tokensPerNano);
    lastNs = nowNs;
  }

  /** Takes tokens, or none where there are too few. */
  boolean tryAcquire(int count) {
    if (unlimited) {
      return true;
    }
    if (tokens < count) {
      return false;
    }
    tokens -= count;
    return true;
  }
}
