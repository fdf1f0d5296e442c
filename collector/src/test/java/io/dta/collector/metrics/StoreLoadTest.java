package io.dta.collector.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.analysis.QuerySuccess;
import io.dta.primitives.hash.HashScheme;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.ChecksumCoverage;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PathVerification;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.ValueRange;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoreLoadTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long SEED = 17;
  private static final int SLOTS = 1 << 16;

  /** Of a share that is estimated from 4096 slots, five standard errors. */
  private static final double TOLERANCE = 0.04;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void release() {
    arena.close();
  }

  @Test
  void shouldEstimateTheLoadFromSlotsThatChange() {
    KeyWriteStore store = keyWrite(SLOTS, 2);
    MemorySegment region = region(store.regionLength());
    StoreLoad load = StoreLoad.of(store, region, 3600 * SECOND);

    assertReading(0, 0, load.read(0));
    for (int second = 1; second <= 10; second++) {
      write(region, store.stride(), SLOTS, 2 * SLOTS / 10);
      StoreLoad.Reading reading = load.read(second * SECOND);
      double expected = second / 10.0;
      assertEquals(expected, reading.load(), TOLERANCE, "seed " + SEED + ", second " + second);
      assertEquals(1 - Math.exp(-2 * expected), reading.used(), TOLERANCE);
      assertEquals(QuerySuccess.found(expected, 2), reading.oldest(), TOLERANCE);
      assertEquals(QuerySuccess.foundInWindow(expected, 2), reading.average(), TOLERANCE);
    }
  }

  @Test
  void shouldCountAKeyOnceHoweverOftenItsValueChanges() {
    KeyWriteStore store = keyWrite(SLOTS, 1);
    MemorySegment region = region(store.regionLength());
    StoreLoad load = StoreLoad.of(store, region, 3600 * SECOND);
    int[] slots = random.ints(SLOTS / 2, 0, SLOTS).toArray();

    for (int second = 1; second <= 20; second++) {
      for (int slot : slots) {
        region.set(ValueLayout.JAVA_LONG, (long) slot * store.stride(), random.nextLong() | 1);
      }
      double now = load.read(second * SECOND).load();
      assertEquals(0.5, now, TOLERANCE, "seed " + SEED + ", second " + second);
    }
  }

  @Test
  void shouldForgetWhatIsOlderThanTheWindow() {
    KeyWriteStore store = keyWrite(SLOTS, 1);
    MemorySegment region = region(store.regionLength());
    StoreLoad load = StoreLoad.of(store, region, 10 * SECOND);

    load.read(0);
    for (int second = 1; second <= 5; second++) {
      write(region, store.stride(), SLOTS, SLOTS / 10);
      load.read(second * SECOND);
    }
    for (int second = 6; second < 17; second++) {
      load.read(second * SECOND);
    }
    assertReading(1 - Math.exp(-0.5), 0, load.read(17 * SECOND));
    assertEquals(1, load.read(18 * SECOND).oldest());
  }

  @Test
  void shouldNotTakeWhatIsStillThereForNew() {
    KeyWriteStore store = keyWrite(64, 2);
    MemorySegment region = region(store.regionLength());
    StoreLoad load = StoreLoad.of(store, region, 3600 * SECOND);
    write(region, store.stride(), 64, 1000);

    double atFirst = load.read(0).load();
    assertTrue(atFirst > 1 && Double.isFinite(atFirst), "all slots are full: " + atFirst);
    assertEquals(atFirst, load.read(SECOND).load());
    assertEquals(1, load.read(2 * SECOND).used());
  }

  @Test
  void shouldCountCountersOnceHoweverOftenTheyGrow() {
    KeyIncrementStore store = new KeyIncrementStore(0, "hosts", KeyFormat.U32, SLOTS, 2);
    MemorySegment region = region(store.regionLength());
    StoreLoad load = StoreLoad.of(store, region, 3600 * SECOND);

    write(region, Long.BYTES, SLOTS, SLOTS / 5);
    double once = load.read(0).load();
    assertEquals(0.1, once, TOLERANCE);
    for (long offset = 0; offset < region.byteSize(); offset += Long.BYTES) {
      long count = region.get(ValueLayout.JAVA_LONG, offset);
      region.set(ValueLayout.JAVA_LONG, offset, count == 0 ? 0 : count + 1);
    }
    assertEquals(once, load.read(SECOND).load());
  }

  @Test
  void shouldLookOncePerPauseHoweverManyScrape() {
    KeyWriteStore store = keyWrite(SLOTS, 1);
    MemorySegment region = region(store.regionLength());
    StoreLoad load = StoreLoad.of(store, region, 3600 * SECOND);
    load.read(0);
    write(region, store.stride(), SLOTS, SLOTS);
    assertReading(0, 0, load.read(SECOND / 10));
    assertTrue(load.read(SECOND).load() > 0.5);
  }

  @Test
  void shouldReadChunksOfAnyStride() {
    PostcardingStore store =
        new PostcardingStore(
            0,
            "one-hop",
            KeyFormat.U32,
            1,
            256,
            1,
            PathVerification.VALUE_SET,
            List.of(new ValueRange(1, 9)));
    assertEquals(4, store.stride());
    MemorySegment region = region(store.regionLength());
    StoreLoad load = StoreLoad.of(store, region, 3600 * SECOND);
    region.set(ValueLayout.JAVA_INT, 252, 5);
    assertEquals(1.0 / 256, load.read(0).used());
  }

  @Test
  void shouldHaveNoLoadOfLists() {
    assertNull(StoreLoad.of(new AppendStore(0, "events", 1, 18, 16, 2), MemorySegment.NULL, 1));
  }

  private static KeyWriteStore keyWrite(long slots, int copies) {
    return new KeyWriteStore(
        0,
        "paths",
        KeyFormat.U32,
        20,
        slots,
        copies,
        ChecksumCoverage.KEY_VALUE,
        HashScheme.INDEPENDENT);
  }

  private MemorySegment region(long length) {
    return arena.allocate(length, 8);
  }

  /** Writes other bytes to slots that are chosen at random. */
  private void write(MemorySegment region, int stride, int slots, int writes) {
    for (int i = 0; i < writes; i++) {
      region.set(
          ValueLayout.JAVA_LONG, (long) random.nextInt(slots) * stride, random.nextLong() | 1);
    }
  }

  private static void assertReading(double used, double load, StoreLoad.Reading reading) {
    assertEquals(used, reading.used(), TOLERANCE);
    assertEquals(load, reading.load(), 1e-9);
  }
}
