package io.dta.translator.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
  @Test
  void shouldLetThroughTheBurstAndTheRateAndNoMore() {
    long seed = 11;
    SplittableRandom random = new SplittableRandom(seed);
    long start = Long.MAX_VALUE - 1_000_000; // the clock may pass the end of its range
    RateLimiter limiter = new RateLimiter(100_000, start);
    long passed = 0;
    long elapsed = 0;
    while (elapsed < 1_000_000_000) {
      elapsed += random.nextLong(50_000);
      limiter.advance(start + elapsed);
      for (int i = random.nextInt(20); i > 0; i--) {
        passed += limiter.tryAcquire(2) ? 2 : 0;
      }
    }
    double allowed = 1000 + 100_000 * (elapsed / 1e9);
    assertTrue(passed <= allowed, passed + " of " + allowed + ", seed " + seed);
    assertTrue(passed > allowed - 1100, passed + " of " + allowed + ", seed " + seed);
  }

  @Test
  void shouldTakeAllTokensOrNone() {
    RateLimiter limiter = new RateLimiter(1, 0);
    assertTrue(limiter.tryAcquire(RateLimiter.LEAST_BURST - 1));
    assertFalse(limiter.tryAcquire(2));
    assertTrue(limiter.tryAcquire(1));
    assertFalse(limiter.tryAcquire(1));
    assertTrue(limiter.tryAcquire(0));
  }

  @Test
  void shouldNotLimitWhereNoLimitIsSet() {
    RateLimiter limiter = new RateLimiter(0, 0);
    int passed = 0;
    for (int i = 0; i < 1000; i++) {
      passed += limiter.tryAcquire(1_000_000) ? 1 : 0;
      limiter.advance(i);
    }
    assertEquals(1000, passed);
  }
}
