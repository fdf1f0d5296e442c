package io.dta.rdma.roce;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AtomicReplayCacheTest {
  @Test
  void shouldRememberAsManyAsItHolds() {
    AtomicReplayCache cache = new AtomicReplayCache(3);
    for (int psn = 10; psn < 15; psn++) {
      cache.put(psn, 100 + psn);
    }
    assertEquals(-1, cache.find(11));
    for (int psn = 12; psn < 15; psn++) {
      assertEquals(100 + psn, cache.original(cache.find(psn)));
    }
  }

  @Test
  void shouldFindTheNewestWhereAPsnCameAgain() {
    AtomicReplayCache cache = new AtomicReplayCache(4);
    cache.put(7, 1);
    cache.put(8, 2);
    cache.put(7, 3); // 2^24 packets later, of which few were atomics

    assertEquals(3, cache.original(cache.find(7)));
    assertEquals(2, cache.original(cache.find(8)));
  }
}
