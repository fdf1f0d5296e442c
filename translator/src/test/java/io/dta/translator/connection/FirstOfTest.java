package io.dta.translator.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dta.rdma.ConnectionException;
import io.dta.rdma.PendingQueuePair;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.local.LocalMemory;
import io.dta.rdma.local.LocalQueuePair;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FirstOfTest {
  private static final RdmaQueuePair QUEUE_PAIR =
      new LocalQueuePair(new LocalMemory(), (id, status) -> {});

  private final AtomicInteger others = new AtomicInteger();

  private FirstOf firstOf(PendingQueuePair first, PendingQueuePair other) {
    return new FirstOf(
        first,
        "over HTTP",
        () -> {
          others.incrementAndGet();
          return other;
        });
  }

  @Test
  void shouldTakeTheFirstWay() throws ConnectionException {
    FirstOf both = firstOf(PendingQueuePair.ready(QUEUE_PAIR), PendingQueuePair.refused("no"));
    assertSame(QUEUE_PAIR, both.poll());
    assertEquals(0, others.get());
  }

  @Test
  void shouldTakeTheOtherWayWhereTheFirstFails() throws ConnectionException {
    FirstOf both = firstOf(PendingQueuePair.refused("no"), PendingQueuePair.ready(QUEUE_PAIR));
    assertNull(both.poll());
    assertSame(QUEUE_PAIR, both.poll());
    assertEquals(1, others.get());
  }

  @Test
  void shouldSayWhyBothFailed() throws ConnectionException {
    FirstOf both = firstOf(PendingQueuePair.refused("one"), PendingQueuePair.refused("two"));
    assertNull(both.poll());
    ConnectionException failure = assertThrows(ConnectionException.class, both::poll);
    assertEquals("two; before that: one", failure.getMessage());
  }
}
