package io.dta.translator.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dta.rdma.roce.RetransmissionPolicy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReliabilityTest {
  @Test
  void shouldEndAfterTwoSecondsAndSixReceiversNotReadyWhereNothingIsSaid() {
    RetransmissionPolicy policy = new Reliability(null, null, null, null, null).policy();
    assertEquals(2_000_000_000L, policy.timeoutNs() * policy.retryCount());
    assertEquals(6, policy.rnrRetry());
  }

  @Test
  void shouldAskAtLeastOnceAWindow() {
    assertEquals(16, new Reliability(null, null, null, null, 16).policy().ackEvery());
  }

  @Test
  void shouldNameWhatIsWrong() {
    assertMessage(
        "timeout PT0.0005S: expected 1 ms to 10 s", Duration.ofNanos(500_000), null, null);
    assertMessage("retries -1: expected 0 to 1000", null, -1, null);
    assertMessage("window 100: expected a power of two from 2 to 65536", null, null, 100);
  }

  private static void assertMessage(
      String expected, Duration timeout, Integer retries, Integer window) {
    IllegalArgumentException thrown =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Reliability(timeout, retries, null, null, window));
    assertEquals(expected, thrown.getMessage());
  }
}
