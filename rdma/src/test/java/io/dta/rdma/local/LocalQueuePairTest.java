package io.dta.rdma.local;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dta.rdma.CompletionStatus;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class LocalQueuePairTest {
  private static final int LENGTH = 1024;
  private static final int GUARD = 64;
  private static final RemoteRegion REGION =
      new RemoteRegion(0x7000_0000_0000L, 0x1234_5001, LENGTH);
  private static final UnsafeBuffer SOURCE = new UnsafeBuffer(new byte[512]);

  private final List<String> completions = new ArrayList<>();

  @Property(tries = 300)
  void shouldDoToMemoryWhatAPlainModelDoes(@ForAll long seed, @ForAll boolean directSource) {
    Random random = new Random(seed);
    byte[] model = new byte[LENGTH];
    UnsafeBuffer source =
        directSource
            ? new UnsafeBuffer(ByteBuffer.allocateDirect(512))
            : new UnsafeBuffer(new byte[600], 88, 512);
    byte[] bytes = new byte[512];
    random.nextBytes(bytes);
    source.putBytes(0, bytes);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(GUARD + LENGTH + GUARD, 64);
      LocalQueuePair queuePair = queuePair(memory.asSlice(GUARD, LENGTH));
      long writes = 0;
      long adds = 0;
      long total = 0;
      for (int i = 0; i < 100; i++) {
        if (random.nextInt(4) == 0) {
          int offset = random.nextInt(LENGTH / 8) * 8;
          long addend = random.nextLong();
          assertEquals(RdmaQueuePair.POSTED, queuePair.fetchAdd(REGION, offset, addend, 0));
          ByteBuffer counter = ByteBuffer.wrap(model).order(ByteOrder.nativeOrder());
          counter.putLong(offset, counter.getLong(offset) + addend);
          adds++;
          total += 8;
        } else {
          int length = 1 + random.nextInt(random.nextBoolean() ? 80 : 300);
          int offset = random.nextInt(LENGTH - length + 1);
          int index = random.nextInt(512 - length + 1);
          assertEquals(
              RdmaQueuePair.POSTED, queuePair.write(REGION, offset, source, index, length, 0));
          System.arraycopy(bytes, index, model, offset, length);
          writes++;
          total += length;
        }
      }
      assertArrayEquals(model, memory.asSlice(GUARD, LENGTH).toArray(JAVA_BYTE), "seed " + seed);
      byte[] guard = new byte[GUARD];
      assertArrayEquals(guard, memory.asSlice(0, GUARD).toArray(JAVA_BYTE), "seed " + seed);
      assertArrayEquals(guard, memory.asSlice(GUARD + LENGTH).toArray(JAVA_BYTE), "seed " + seed);
      assertEquals(writes, queuePair.counters().writes());
      assertEquals(adds, queuePair.counters().fetchAdds());
      assertEquals(total, queuePair.counters().bytes());
    }
  }

  @Property(tries = 2000)
  void shouldWriteWithinTheRegionOrNotAtAll(
      @ForAll @LongRange(min = -2000, max = 2000) long offset,
      @ForAll @IntRange(min = 1, max = 512) int length) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(LENGTH, 8);
      LocalQueuePair queuePair = queuePair(memory);
      boolean inside = offset >= 0 && offset + length <= LENGTH;
      int expected = inside ? RdmaQueuePair.POSTED : RdmaQueuePair.OUT_OF_BOUNDS;
      assertEquals(expected, queuePair.write(REGION, offset, SOURCE, 0, length, 0));
      assertEquals(inside ? 1 : 0, queuePair.counters().writes());
      assertEquals(QueuePairState.READY_TO_SEND, queuePair.state());
    }
  }

  @Test
  void shouldRefuseExtremeRanges() {
    try (Arena arena = Arena.ofConfined()) {
      LocalQueuePair queuePair = queuePair(arena.allocate(LENGTH, 8));
      for (long offset :
          new long[] {Long.MIN_VALUE, -1, LENGTH, Long.MAX_VALUE - 3, Long.MAX_VALUE}) {
        assertEquals(RdmaQueuePair.OUT_OF_BOUNDS, queuePair.write(REGION, offset, SOURCE, 0, 8, 0));
        assertEquals(RdmaQueuePair.OUT_OF_BOUNDS, queuePair.fetchAdd(REGION, offset, 1, 0));
      }
      assertEquals(RdmaQueuePair.OUT_OF_BOUNDS, queuePair.write(REGION, 0, SOURCE, 0, -1, 0));
      assertThrows(
          IndexOutOfBoundsException.class, () -> queuePair.write(REGION, 0, SOURCE, 510, 8, 0));
      assertEquals(0, queuePair.counters().writes());
    }
  }

  @Test
  void shouldCompleteSignaledOperationsInsideTheCall() {
    try (Arena arena = Arena.ofConfined()) {
      LocalQueuePair queuePair = queuePair(arena.allocate(LENGTH, 8));
      queuePair.write(REGION, 0, SOURCE, 0, 24, 7);
      assertEquals(List.of("7 SUCCESS"), completions);
      queuePair.write(REGION, 0, SOURCE, 0, 24, RdmaQueuePair.UNSIGNALED);
      queuePair.fetchAdd(REGION, 0, 1, 8);
      queuePair.writeImmediate(REGION, 0, SOURCE, 0, 24, 99, 9);
      assertEquals(List.of("7 SUCCESS", "8 SUCCESS", "9 SUCCESS"), completions);
      assertEquals(0, queuePair.outstanding());
      assertEquals(0, queuePair.poll());
    }
  }

  @Test
  void shouldFailAsAResponderWouldForAnUnknownKey() {
    LocalQueuePair queuePair = new LocalQueuePair(region -> null, this::completed);

    assertEquals(RdmaQueuePair.POSTED, queuePair.write(REGION, 0, SOURCE, 0, 8, 3));

    assertEquals(List.of("3 REMOTE_ACCESS_ERROR"), completions);
    assertEquals(QueuePairState.ERROR, queuePair.state());
    assertEquals(1, queuePair.counters().fatalNaks());
    assertEquals(RdmaQueuePair.NOT_CONNECTED, queuePair.write(REGION, 0, SOURCE, 0, 8, 4));
    assertEquals(RdmaQueuePair.NOT_CONNECTED, queuePair.fetchAdd(REGION, 0, 1, 5));
    assertEquals(1, completions.size());
  }

  @Test
  void shouldFailAsAResponderWouldForAMisalignedCounter() {
    try (Arena arena = Arena.ofConfined()) {
      LocalQueuePair queuePair = queuePair(arena.allocate(LENGTH, 8));
      assertEquals(RdmaQueuePair.POSTED, queuePair.fetchAdd(REGION, 4, 1, 3));
      assertEquals(List.of("3 REMOTE_INVALID_REQUEST"), completions);
      assertEquals(QueuePairState.ERROR, queuePair.state());
    }
  }

  @Test
  void shouldFailWhenTheRegionIsUnmapped() {
    LocalQueuePair queuePair;
    try (Arena arena = Arena.ofShared()) {
      queuePair = queuePair(arena.allocate(LENGTH, 8));
      queuePair.write(REGION, 0, SOURCE, 0, 8, 1);
    }

    assertEquals(RdmaQueuePair.POSTED, queuePair.write(REGION, 0, SOURCE, 0, 8, 2));

    assertEquals(List.of("1 SUCCESS", "2 REMOTE_ACCESS_ERROR"), completions);
  }

  @Test
  void shouldAcceptNothingOnceClosed() {
    try (Arena arena = Arena.ofConfined()) {
      LocalQueuePair queuePair = queuePair(arena.allocate(LENGTH, 8));
      queuePair.close();
      assertEquals(RdmaQueuePair.NOT_CONNECTED, queuePair.write(REGION, 0, SOURCE, 0, 8, 1));
      assertEquals(List.of(), completions);
    }
  }

  @Test
  void shouldRefuseMemoryThatDoesNotFitTheRegion() {
    try (Arena arena = Arena.ofConfined()) {
      for (MemorySegment memory :
          List.of(
              arena.allocate(LENGTH - 8, 8),
              arena.allocate(LENGTH + 8, 8).asSlice(4),
              MemorySegment.ofArray(new long[LENGTH / 8]))) {
        LocalQueuePair queuePair = queuePair(memory);
        assertThrows(
            IllegalArgumentException.class, () -> queuePair.write(REGION, 0, SOURCE, 0, 8, 1));
      }
    }
  }

  @Test
  void shouldKeepRegionsWhoseKeysCollideApart() {
    try (Arena arena = Arena.ofConfined()) {
      RemoteRegion[] regions = new RemoteRegion[3];
      MemorySegment[] memories = new MemorySegment[3];
      for (int i = 0; i < 3; i++) {
        regions[i] = new RemoteRegion(0, 0x100 * (i + 1), LENGTH);
        memories[i] = arena.allocate(LENGTH, 8);
      }
      LocalQueuePair queuePair =
          new LocalQueuePair(region -> memories[(region.rkey() >> 8) - 1], this::completed);
      for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 3; i++) {
          queuePair.fetchAdd(regions[i], 8, i + 1, 0);
          queuePair.fetchAdd(new RemoteRegion(0, regions[i].rkey(), LENGTH), 8, i + 1, 0);
        }
      }
      for (int i = 0; i < 3; i++) {
        assertEquals(10L * (i + 1), memories[i].get(JAVA_LONG, 8));
      }
    }
  }

  @Test
  void shouldAddAtomicallyFromTwoThreads() throws InterruptedException {
    int times = 100_000;
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = arena.allocate(LENGTH, 8);
      Thread[] threads = new Thread[2];
      for (int t = 0; t < threads.length; t++) {
        threads[t] =
            new Thread(
                () -> {
                  LocalQueuePair own = new LocalQueuePair(region -> memory, (id, status) -> {});
                  for (int i = 0; i < times; i++) {
                    own.fetchAdd(REGION, 16, 3, 0);
                  }
                });
        threads[t].start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(2L * 3 * times, memory.get(JAVA_LONG, 16));
    }
  }

  @Test
  void shouldShowLaterWritesOnlyAfterEarlierOnes() throws InterruptedException {
    int rounds = 200_000;
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = arena.allocate(LENGTH, 8);
      Thread writer =
          new Thread(
              () -> {
                LocalQueuePair own = new LocalQueuePair(region -> memory, (id, status) -> {});
                UnsafeBuffer source = new UnsafeBuffer(new byte[8]);
                for (long i = 1; i <= rounds; i++) {
                  source.putLong(0, i);
                  own.write(REGION, 512, source, 0, 8, 0); // the data
                  own.write(REGION, 0, source, 0, 8, 0); // the trailer
                }
              });
      writer.start();
      var acquire = JAVA_LONG.varHandle();
      long trailer;
      do {
        trailer = (long) acquire.getAcquire(memory, 0L);
        long data = (long) acquire.getAcquire(memory, 512L);
        if (data < trailer) {
          assertEquals(trailer, data, "the trailer was visible before its data");
        }
      } while (trailer < rounds);
      writer.join();
    }
  }

  private LocalQueuePair queuePair(MemorySegment memory) {
    completions.clear();
    return new LocalQueuePair(
        region -> region.rkey() == REGION.rkey() ? memory : null, this::completed);
  }

  private void completed(long workRequestId, CompletionStatus status) {
    completions.add(workRequestId + " " + status);
  }
}
