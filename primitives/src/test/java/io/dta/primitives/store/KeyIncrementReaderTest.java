package io.dta.primitives.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.analysis.KeyIncrementBounds;
import io.dta.primitives.hash.HashScheme;
import io.dta.primitives.key.KeyFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class KeyIncrementReaderTest {
  private static final long SEED = 20230910;

  @Test
  void shouldNeverCountUnderTheTruthAndSeldomOverTheBound() {
    for (int copies : new int[] {1, 2, 4}) {
      KeyIncrementStore store = store(1 << 10, copies);
      MemorySegment region = MemorySegment.ofArray(new long[1 << 10]);
      KeyIncrementReader reader = new KeyIncrementReader(store, region);
      KeyIncrementHasher hasher = new KeyIncrementHasher(store);
      Random random = new Random(SEED);
      int keys = 2000;
      int[] hosts = random.ints(keys).distinct().toArray();
      long[] truth = new long[hosts.length];
      long total = 0;
      for (int i = 0; i < 20_000; i++) {
        int which = (int) (hosts.length * Math.pow(random.nextDouble(), 3));
        long bytes = 40L + random.nextInt(1460);
        truth[which] += bytes;
        total += bytes;
        hasher.hash(key(hosts[which]), 0, copies);
        for (int copy = 0; copy < copies; copy++) {
          long at = hasher.counterOffset(copy);
          region.set(ValueLayout.JAVA_LONG, at, region.get(ValueLayout.JAVA_LONG, at) + bytes);
        }
      }
      double error = KeyIncrementBounds.error(copies, total, store.counters());
      int within = 0;
      for (int i = 0; i < hosts.length; i++) {
        long count = reader.count(key(hosts[i]), 0);
        assertTrue(count >= truth[i], "seed " + SEED);
        within += count <= truth[i] + error ? 1 : 0;
      }
      assertTrue(
          within >= KeyIncrementBounds.confidence(copies) * hosts.length,
          within + " of " + hosts.length + " with " + copies + " copies; seed " + SEED);
    }
  }

  @Test
  void shouldCompareCountersAsUnsignedNumbersInTheHostsOrder() {
    KeyIncrementStore store = store(1 << 8, 2);
    long[] counters = new long[1 << 8];
    byte[] key = {1, 2, 3, 4};
    long first = store.counterOffset(ReferenceCrc.slot(HashScheme.INDEPENDENT, key, 0));
    long second = store.counterOffset(ReferenceCrc.slot(HashScheme.INDEPENDENT, key, 1));
    counters[(int) (first / 8)] = -1;
    counters[(int) (second / 8)] = Long.MIN_VALUE + 5;
    KeyIncrementReader reader = new KeyIncrementReader(store, MemorySegment.ofArray(counters));
    assertEquals(Long.MIN_VALUE + 5, reader.count(new UnsafeBuffer(key), 0));
    counters[(int) (second / 8)] = 3;
    assertEquals(3, reader.count(new UnsafeBuffer(key), 0));
  }

  @Test
  void shouldRejectRegionThatIsTooShortOrNotAligned() {
    KeyIncrementStore store = store(16, 2);
    assertThrows(
        IllegalArgumentException.class,
        () -> new KeyIncrementReader(store, MemorySegment.ofArray(new long[15])));
    assertThrows(
        IllegalArgumentException.class,
        () -> new KeyIncrementReader(store, MemorySegment.ofArray(new byte[128])));
  }

  private static KeyIncrementStore store(long counters, int copies) {
    return new KeyIncrementStore(0, "bytes", KeyFormat.U32, counters, copies);
  }

  private static UnsafeBuffer key(int host) {
    return new UnsafeBuffer(ByteBuffer.allocate(4).putInt(host).array());
  }
}
