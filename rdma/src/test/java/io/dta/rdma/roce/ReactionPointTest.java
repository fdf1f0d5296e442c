package io.dta.rdma.roce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ReactionPointTest {
  private static final long MILLISECOND = 1_000_000;
  private static final long T = ReactionPoint.TIMER_NS;

  private final ReactionPoint reactionPoint = new ReactionPoint();
  private long nowNs = 7;
  private long sent;

  /** Sends at a rate in bits a second until that is measured. */
  private void sendAt(double bitsPerSecond) {
    for (int i = 0; i < 4; i++) {
      reactionPoint.advance(nowNs, sent);
      nowNs += MILLISECOND;
      sent += (long) (bitsPerSecond / 8 / 1000);
    }
    reactionPoint.advance(nowNs, sent);
  }

  private void pass(long timers) {
    nowNs += timers * T;
    reactionPoint.advance(nowNs, sent);
  }

  private void assertRate(double expectedGigabits) {
    assertEquals(expectedGigabits, reactionPoint.bitsPerSecond() / 1e9, 0.001 * expectedGigabits);
  }

  @Test
  void shouldNotLimitWithoutNotifications() {
    sendAt(8e9);
    assertFalse(reactionPoint.isLimiting());
    assertEquals(0, reactionPoint.bitsPerSecond());
  }

  @Test
  void shouldHalveTheMeasuredRateAtTheFirstNotification() {
    sendAt(8e9);
    reactionPoint.onNotification(nowNs, sent);
    assertRate(4);
  }

  @Test
  void shouldHalveAgainWhileNotificationsKeepComing() {
    sendAt(8e9);
    for (int i = 0; i < 3; i++) {
      reactionPoint.onNotification(nowNs, sent);
      nowNs += 50_000;
    }
    assertRate(1); // alpha is 1, and stays so
  }

  @Test
  void shouldKeepTheMinimumRateHoweverManyNotificationsCome() {
    sendAt(8e9);
    for (int i = 0; i < 1000; i++) {
      reactionPoint.onNotification(nowNs, sent);
      nowNs += 50_000;
    }
    assertEquals((long) (ReactionPoint.MINIMUM_RATE * 8), reactionPoint.bitsPerSecond());
  }

  @Test
  void shouldRecoverHalfOfWhatIsMissingAtEachTimerOfFastRecovery() {
    sendAt(8e9);
    reactionPoint.onNotification(nowNs, sent);
    double expected = 4;
    for (int i = 0; i < ReactionPoint.FAST_RECOVERY; i++) {
      pass(1);
      expected = (8 + expected) / 2;
      assertRate(expected);
    }
  }

  @Test
  void shouldAddToTheTargetAfterFastRecovery() {
    sendAt(8e9);
    reactionPoint.onNotification(nowNs, sent);
    pass(ReactionPoint.FAST_RECOVERY);
    double current = reactionPoint.bitsPerSecond() / 1e9;
    pass(1);
    assertRate((8.04 + current) / 2);
    pass(1);
    assertRate((8.08 + (8.04 + current) / 2) / 2);
  }

  @Test
  void shouldIncreaseFastOnceBytesAndTimeHaveBothPassedFiveTimes() {
    sendAt(8e9);
    reactionPoint.onNotification(nowNs, sent);
    pass(20);
    double before = reactionPoint.bitsPerSecond() / 1e9;
    sent += 6 * ReactionPoint.BYTE_COUNTER;
    pass(0);
    double after = reactionPoint.bitsPerSecond() / 1e9;
    assertTrue(after - before > 0.3, before + " to " + after);
  }

  @Test
  void shouldCutLessWhereTheLastCongestionIsLongAgo() {
    sendAt(8e9);
    reactionPoint.onNotification(nowNs, sent);
    pass(256); // alpha has fallen to 1/e
    double before = reactionPoint.bitsPerSecond();
    reactionPoint.onNotification(nowNs, sent);
    assertEquals(1 - Math.exp(-1) / 2, reactionPoint.bitsPerSecond() / before, 0.005);
  }

  @Test
  void shouldEndTheLimitAtTheLineRate() {
    sendAt(8e9);
    reactionPoint.onNotification(nowNs, sent);
    for (int i = 0; i < 5000 && reactionPoint.isLimiting(); i++) {
      pass(1);
    }
    assertFalse(reactionPoint.isLimiting());
    assertEquals(0, reactionPoint.bitsPerSecond());
  }

  @Test
  void shouldNeverGiveMoreThanTheRateAndOneBurst() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    sendAt(80e9);
    reactionPoint.onNotification(nowNs, sent);
    double allowed = ReactionPoint.LINE_RATE * 100e-6;
    double left = allowed;
    for (int i = 0; i < 20_000; i++) {
      if (random.nextInt(200) == 0) {
        reactionPoint.onNotification(nowNs, sent);
      }
      long step = random.nextInt(20_000);
      nowNs += step;
      double before = reactionPoint.bitsPerSecond() / 8.0;
      reactionPoint.advance(nowNs, sent);
      double after = reactionPoint.bitsPerSecond() / 8.0;
      if (!reactionPoint.isLimiting()) {
        return;
      }
      left = Math.min(left + Math.max(before, after) * step / 1e9, allowed);
      double budget = reactionPoint.budget(sent);
      assertTrue(budget <= left + 1, "seed " + seed + ": " + budget + " of " + left);
      if (budget > 0 && random.nextBoolean()) {
        int bytes = 1 + random.nextInt(RoceHeaders.MAX_PACKET);
        sent += bytes;
        left -= bytes;
      }
    }
  }
}
