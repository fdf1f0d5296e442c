package io.dta.rdma.responder;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import org.junit.jupiter.api.Test;

class IdleQueuePairsTest {
  private static final long MINUTE = IdleQueuePairs.IDLE_NS;

  private static final class QueuePair {
    int psn;
  }

  private final IdleQueuePairs<QueuePair> idle = new IdleQueuePairs<>(each -> each.psn);
  private final QueuePair busy = new QueuePair();
  private final QueuePair gone = new QueuePair();
  private final QueuePair later = new QueuePair();

  @Test
  void shouldFindWhatDoesNotMove() {
    assertNull(idle.longestIdle(List.of(busy, gone, later), 0));
    busy.psn++;
    later.psn++;
    assertNull(idle.longestIdle(List.of(busy, gone, later), MINUTE - 1));
    assertSame(gone, idle.longestIdle(List.of(busy, gone, later), MINUTE));
    busy.psn++;
    assertSame(gone, idle.longestIdle(List.of(later, busy, gone), 2 * MINUTE));
    assertSame(later, idle.longestIdle(List.of(busy, later), 2 * MINUTE));
  }

  @Test
  void shouldForgetWhatIsThereNoMore() {
    assertNull(idle.longestIdle(List.of(gone), 0));
    assertNull(idle.longestIdle(List.of(later), MINUTE));
    assertNull(idle.longestIdle(List.of(gone), 2 * MINUTE));
  }
}
