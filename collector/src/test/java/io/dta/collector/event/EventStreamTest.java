package io.dta.collector.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.dta.primitives.Primitive;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.wire.ImmediateData;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventStreamTest {
  private static final AppendStore LOSS = new AppendStore(3, "loss", 100, 4, 4, 16);
  private static final KeyWriteStore PATHS =
      new KeyWriteStore(3, "paths", KeyFormat.U32, 4, 64, 2, null, null);
  private static final int CAPACITY = 4;

  private final EventStream stream = new EventStream(List.of(LOSS, PATHS), 3, CAPACITY);

  @AfterEach
  void stop() {
    stream.close();
  }

  private void append(int list) {
    stream.listener().onImmediate(7, ImmediateData.of(Primitive.APPEND, 3, list), 80);
  }

  private void keyWrite(int slot) {
    stream.listener().onImmediate(0, ImmediateData.of(Primitive.KEY_WRITE, 3, slot), 8);
  }

  /** Keeps what it is told, in words. */
  private static class Ear implements EventSubscriber {
    final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @Override
    public void onEvent(ImmediateEvent event) {
      heard.add(event.store().name() + " " + event.detail());
    }

    @Override
    public void onMissed(long events) {
      heard.add("missed " + events);
    }

    List<String> take(int count) throws InterruptedException {
      List<String> taken = new ArrayList<>();
      while (taken.size() < count) {
        taken.add(heard.take());
      }
      return taken;
    }
  }

  @Test
  void shouldTellEachSubscriberWhatItAskedFor() throws Exception {
    Ear all = new Ear();
    Ear losses = new Ear();
    Ear keyWrites = new Ear();
    stream.subscribe(EventFilter.ALL, all);
    stream.subscribe(new EventFilter(Set.of("loss"), Set.of()), losses);
    stream.subscribe(new EventFilter(Set.of(), Set.of(Primitive.KEY_WRITE)), keyWrites);
    append(1);
    keyWrite(2);
    append(3);
    assertEquals(List.of("loss 1", "paths 2", "loss 3"), all.take(3));
    assertEquals(List.of("loss 1", "loss 3"), losses.take(2));
    assertEquals(List.of("paths 2"), keyWrites.take(1));
    assertEquals(3, stream.received());
    assertEquals(0, stream.missed());
  }

  @Test
  void shouldSayWhatAnImmediateSaid() throws Exception {
    try (EventQueue queue = stream.subscribe(EventFilter.ALL)) {
      long before = System.currentTimeMillis() - 1;
      append(0xABC);
      append(5);
      EventQueue.Told first = (EventQueue.Told) queue.poll(10, TimeUnit.SECONDS);
      EventQueue.Told second = (EventQueue.Told) queue.poll(10, TimeUnit.SECONDS);
      ImmediateEvent event = first.event();
      assertEquals(
          new ImmediateEvent(1, event.timeNs(), LOSS, 0xABC, 7, 80), event, event::toString);
      assertTrue(event.timeNs() / 1_000_000 >= before, event::toString);
      assertEquals(2, second.event().id());
      assertTrue(second.event().timeNs() >= event.timeNs());
    }
  }

  @Test
  void shouldTellASlowSubscriberHowMuchItMissed() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    Ear fast = new Ear();
    Ear slow =
        new Ear() {
          @Override
          public void onEvent(ImmediateEvent event) {
            super.onEvent(event);
            first.countDown();
            try {
              free.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    stream.subscribe(EventFilter.ALL, slow);
    append(0);
    first.await();
    stream.subscribe(EventFilter.ALL, fast);
    for (int i = 1; i <= 20; i++) {
      append(i);
      assertEquals(List.of("loss " + i), fast.take(1)); // So it does not miss any.
    }
    free.countDown();
    assertEquals(
        List.of("loss 0", "loss 1", "loss 2", "loss 3", "loss 4", "missed 16"), slow.take(6));
    assertEquals(16, stream.missed());
    append(21);
    assertEquals(List.of("loss 21"), slow.take(1));
  }

  @Test
  void shouldTellOfMissedEventsWhereNoneComesAfterThem() throws Exception {
    try (EventQueue queue = stream.subscribe(EventFilter.ALL);
        EventQueue other = stream.subscribe(new EventFilter(Set.of("paths"), Set.of()))) {
      for (int i = 0; i < 10; i++) {
        append(i);
      }
      keyWrite(0); // Whoever hears of this one knows that the others have been told of.
      other.poll(10, TimeUnit.SECONDS);
      for (int i = 0; i < CAPACITY; i++) {
        assertEquals(i, ((EventQueue.Told) queue.poll(10, TimeUnit.SECONDS)).event().detail());
      }
      assertEquals(new EventQueue.Missed(11 - CAPACITY), queue.poll(10, TimeUnit.SECONDS));
      assertNull(queue.poll(0, TimeUnit.SECONDS));
      assertEquals(11 - CAPACITY, stream.missed());
    }
  }

  @Property
  void shouldTakeWhateverArrives(
      @ForAll int queuePairNumber, @ForAll int immediate, @ForAll int length) throws Exception {
    try (EventStream any = new EventStream(List.of(LOSS, PATHS), 1, CAPACITY);
        EventQueue queue = any.subscribe(EventFilter.ALL)) {
      any.listener().onImmediate(queuePairNumber, immediate, length);
      assertEquals(1, any.received());
      boolean ours = (immediate >>> 16) == 0x0203 || (immediate >>> 16) == 0x0103;
      assertEquals(ours ? 0 : 1, any.unknown());
      if (ours) {
        EventQueue.Told told = (EventQueue.Told) queue.poll(10, TimeUnit.SECONDS);
        assertEquals(immediate & 0xFFFF, told.event().detail());
      }
    }
  }

  @Test
  void shouldAllocateAndWaitForNothingOnTheRnicsThread() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().threadId();
    try (EventQueue _ = stream.subscribe(EventFilter.ALL)) { // Takes none.
      long allocated = 1;
      for (int round = 0; round < 50 && allocated > 0; round++) {
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < 10_000; i++) {
          append(i);
        }
        allocated = threads.getThreadAllocatedBytes(thread) - before;
      }
      assertEquals(0, allocated);
    }
  }

  @Test
  void shouldBoundTheSubscribers() throws Exception {
    EventQueue first = stream.subscribe(EventFilter.ALL);
    stream.subscribe(EventFilter.ALL);
    stream.subscribe(EventFilter.ALL);
    assertEquals(3, stream.subscribers());
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> stream.subscribe(EventFilter.ALL));
    assertTrue(refused.getMessage().contains("limits.subscribers"), refused::getMessage);
    first.close();
    assertTrue(first.ended());
    assertNull(first.poll(10, TimeUnit.SECONDS));
    stream.subscribe(EventFilter.ALL).close();
    assertEquals(2, stream.subscribers());
  }

  @Test
  void shouldEndSubscriptionsWithTheStream() throws Exception {
    EventQueue queue = stream.subscribe(EventFilter.ALL);
    EventSubscription subscription = stream.subscribe(EventFilter.ALL, new Ear());
    assertTrue(subscription.isActive());
    stream.close();
    assertNull(queue.poll(10, TimeUnit.SECONDS));
    subscription.close();
    assertFalse(subscription.isActive());
    assertThrows(IllegalStateException.class, () -> stream.subscribe(EventFilter.ALL));
    append(1);
    assertEquals(1, stream.received());
  }

  @Test
  void shouldGoOnWithoutASubscriberThatFails() throws Exception {
    Ear ear = new Ear();
    EventSubscription failing =
        stream.subscribe(
            EventFilter.ALL,
            event -> {
              throw new IllegalStateException("on purpose: this is logged");
            });
    stream.subscribe(EventFilter.ALL, ear);
    append(1);
    assertEquals(List.of("loss 1"), ear.take(1));
    while (failing.isActive()) {
      Thread.onSpinWait();
    }
    assertEquals(1, stream.subscribers());
    append(2);
    assertEquals(List.of("loss 2"), ear.take(1));
  }
}
