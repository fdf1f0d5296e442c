package io.dta.fattree.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PacerTest {
  private static final int WINDOW = 4;

  private long now;
  private long received = 1_000_000;
  private int asked;

  @Test
  void shouldKeepSoManyDatagramsInFlight() {
    Queue<Integer> inFlight = new ArrayDeque<>();
    Pacer pacer =
        new Pacer(
            settings(0),
            () -> {
              asked++;
              if (asked % 3 == 0 && !inFlight.isEmpty()) {
                received += inFlight.remove();
              }
              return received;
            },
            () -> now);
    for (int i = 0; i < 100; i++) {
      pacer.await(1 + i % 7);
      inFlight.add(1 + i % 7);
      assertTrue(inFlight.size() <= WINDOW, inFlight::toString);
    }
  }

  @Test
  void shouldGoOnWhereTheReceiverHasLostWhatWasInFlight() {
    Pacer pacer = new Pacer(settings(0), () -> received, () -> now += 1_000_000);
    for (int i = 0; i < WINDOW; i++) {
      pacer.await(10);
    }
    long before = now;
    pacer.await(10);
    assertTrue(now - before > TimeUnit.MILLISECONDS.toNanos(500), "waits for half a second first");
    received += 10;
    before = now;
    for (int i = 0; i < WINDOW; i++) {
      pacer.await(10);
    }
    assertEquals(before, now, "what comes after the loss counts again");
  }

  @Test
  void shouldKeepTheRate() {
    Pacer pacer = new Pacer(settings(10_000), null, () -> now += 10_000);
    for (int i = 0; i < 200; i++) {
      pacer.await(1);
    }
    assertEquals(20e6, (double) now, 1e5, "200 datagrams at 10,000 a second");
  }

  private static SendSettings settings(long datagramsPerSecond) {
    return new SendSettings(64, 0, datagramsPerSecond, WINDOW);
  }
}
