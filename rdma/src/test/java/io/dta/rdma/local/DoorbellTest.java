package io.dta.rdma.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.ImmediateListener;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DoorbellTest {
  private static final long TAIL = 64;

  @TempDir Path directory;

  private final BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
  private final AtomicLong lost = new AtomicLong();
  private final ImmediateListener ear =
      (queuePairNumber, immediate, length) -> {
        assertEquals(0, queuePairNumber);
        assertEquals(immediate + 1, length);
        heard.add(immediate);
      };
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve(Doorbell.FILE_NAME);
  }

  private DoorbellOwner owner(ImmediateListener listener) throws IOException {
    return DoorbellOwner.start(file, listener, lost::getAndAdd);
  }

  private static void ring(Doorbell doorbell, int first, int end) {
    for (int i = first; i < end; i++) {
      doorbell.onImmediate(0, i, i + 1);
    }
  }

  private List<Integer> take(int count) throws InterruptedException {
    List<Integer> taken = new ArrayList<>();
    while (taken.size() < count) {
      taken.add(heard.take());
    }
    return taken;
  }

  private static List<Integer> range(int first, int end) {
    return IntStream.range(first, end).boxed().toList();
  }

  @Test
  void shouldTellTheOwnerOnceEachAndInOrder() throws Exception {
    try (DoorbellOwner _ = owner(ear);
        Doorbell doorbell = Doorbell.open(file)) {
      for (int i = 0; i < 200; i++) { // Asleep before each.
        ring(doorbell, i, i + 1);
        assertEquals(List.of(i), take(1));
      }
      ring(doorbell, 200, 4200);
      assertEquals(range(200, 4200), take(4000));
      ring(doorbell, 4200, 8000);
      assertEquals(range(4200, 8000), take(3800));
      assertEquals(0, lost.get());
      assertTrue(heard.isEmpty());
    }
  }

  @Test
  void shouldTellOfAllWriters() throws Exception {
    int writers = 4;
    int each = 1000; // Together less than a lap.
    try (DoorbellOwner _ = owner(ear)) {
      List<Thread> threads = new ArrayList<>();
      for (int writer = 0; writer < writers; writer++) {
        int first = writer * each;
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      try (Doorbell doorbell = Doorbell.open(file)) {
                        ring(doorbell, first, first + each);
                      } catch (IOException e) {
                        throw new IllegalStateException(e);
                      }
                    }));
      }
      List<Integer> all = new ArrayList<>(take(writers * each));
      for (Thread thread : threads) {
        thread.join();
      }
      for (int writer = 0; writer < writers; writer++) {
        int first = writer * each;
        assertEquals(
            range(first, first + each),
            all.stream().filter(i -> i >= first && i < first + each).toList());
      }
      assertEquals(0, lost.get());
    }
  }

  @Test
  void shouldCountWhatOvertookIt() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    ImmediateListener slow =
        (queuePairNumber, immediate, length) -> {
          ear.onImmediate(queuePairNumber, immediate, length);
          first.countDown();
          try {
            free.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    try (DoorbellOwner _ = owner(slow);
        Doorbell doorbell = Doorbell.open(file)) {
      ring(doorbell, 0, 1);
      first.await();
      ring(doorbell, 1, 10_001);
      free.countDown();
      List<Integer> taken = take(1 + DoorbellMemory.SLOTS);
      assertEquals(0, taken.getFirst());
      assertEquals(range(10_001 - DoorbellMemory.SLOTS, 10_001), taken.subList(1, taken.size()));
      assertEquals(10_000 - DoorbellMemory.SLOTS, lost.get());
      ring(doorbell, 10_001, 10_002);
      assertEquals(List.of(10_001), take(1));
    }
  }

  @Test
  void shouldPassOverWhatAWriterBeganAndDidNotEnd() throws Exception {
    try (DoorbellOwner _ = owner(ear);
        Doorbell doorbell = Doorbell.open(file)) {
      ring(doorbell, 0, 5);
      assertEquals(range(0, 5), take(5));
      write(TAIL, 6); // Number 5 is begun.
      ring(doorbell, 6, 10);
      assertEquals(range(6, 10), take(4));
      assertEquals(1, lost.get());
    }
  }

  @Test
  void shouldGoOnWithWritersThatWereThereBeforeIt() throws Exception {
    DoorbellOwner before = owner(ear);
    try (Doorbell doorbell = Doorbell.open(file)) {
      ring(doorbell, 0, 3);
      assertEquals(range(0, 3), take(3));
      before.close();
      ring(doorbell, 3, 5); // To nobody.
      try (DoorbellOwner _ = owner(ear)) {
        ring(doorbell, 5, 8);
        assertEquals(range(5, 8), take(3));
      }
    }
  }

  @Test
  void shouldMakeTheFileAnewWhereItIsSomethingElse() throws Exception {
    Files.write(file, new byte[] {1, 2, 3});
    IOException refused = assertThrows(IOException.class, () -> Doorbell.open(file));
    assertTrue(refused.getMessage().contains(file.toString()), refused::getMessage);
    try (DoorbellOwner _ = owner(ear);
        Doorbell doorbell = Doorbell.open(file)) {
      ring(doorbell, 0, 1);
      assertEquals(List.of(0), take(1));
    }
  }

  /**
   * Whatever stands in the file, the owner stays up, and hears again once it is as it should be.
   */
  @Test
  void shouldOutliveAFileFullOfNonsense() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (DoorbellOwner _ = owner((queuePairNumber, immediate, length) -> heard.add(immediate));
        Doorbell doorbell = Doorbell.open(file)) {
      for (int round = 0; round < 30; round++) {
        byte[] nonsense = new byte[(int) DoorbellMemory.LENGTH - 64];
        random.nextBytes(nonsense);
        write(64, nonsense);
        ring(doorbell, 0, 10);
      }
      // As after a restart of all: the owner takes the slots' word for how far it is.
      while (heard.isEmpty() || heard.stream().noneMatch(each -> each == 77)) {
        for (long slot = 0; slot < DoorbellMemory.SLOTS; slot++) {
          ring(doorbell, 77, 78);
        }
      }
    }
  }

  @Test
  void shouldRingForAWriteWithImmediateThatSucceeded() throws Exception {
    RemoteRegion region = new RemoteRegion(0x1000, 7, 4096);
    try (Arena arena = Arena.ofShared();
        DoorbellOwner _ = owner((queuePairNumber, immediate, length) -> heard.add(immediate));
        Doorbell doorbell = Doorbell.open(file)) {
      MemorySegment memory = arena.allocate(4096, 64);
      RegionResolver resolver =
          new RegionResolver() {
            @Override
            public MemorySegment resolve(RemoteRegion asked) {
              return asked.rkey() == 7 ? memory : null;
            }

            @Override
            public ImmediateListener immediates() {
              return doorbell;
            }
          };
      LocalQueuePair queuePair = new LocalQueuePair(resolver, (id, status) -> {});
      UnsafeBuffer bytes = new UnsafeBuffer(new byte[] {1, 2, 3});
      assertEquals(
          RdmaQueuePair.OUT_OF_BOUNDS, queuePair.writeImmediate(region, 4095, bytes, 0, 3, 1, 1));
      assertEquals(
          RdmaQueuePair.POSTED, queuePair.writeImmediate(region, 9, bytes, 0, 3, 0xBEEF, 1));
      queuePair.writeImmediate(new RemoteRegion(0, 8, 4096), 9, bytes, 0, 3, 2, 1); // No such rkey.
      assertEquals(
          RdmaQueuePair.NOT_CONNECTED, queuePair.writeImmediate(region, 9, bytes, 0, 3, 3, 1));
      assertEquals(List.of(0xBEEF), take(1));
      assertArrayEquals(new byte[] {1, 2, 3}, memory.asSlice(9, 3).toArray(ValueLayout.JAVA_BYTE));
    }
    assertTrue(heard.isEmpty());
  }

  private void write(long offset, long value) throws IOException {
    write(
        offset,
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(value).array());
  }

  private void write(long offset, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes), offset);
    }
  }
}
