package io.dta.fattree.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class EventQueueTest {
  private record Entry(long time, long order, int event) {}

  /** Against a sorted list, with so few times that most are equal, and so few sequences. */
  @Property(tries = 200)
  void shouldGiveEventsByTimeThenByOrderOfScheduling(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    EventQueue queue = new EventQueue(300);
    List<Entry> model = new ArrayList<>();
    Comparator<Entry> order = Comparator.comparingLong(Entry::time).thenComparingLong(Entry::order);
    long scheduled = 0;
    for (int i = 0; i < 2000; i++) {
      int action = random.nextInt(8);
      if (model.isEmpty() || (action < 3 && model.size() < 250)) {
        Entry entry = new Entry(queue.now() + random.nextInt(6), scheduled++, i);
        queue.schedule(entry.time, entry.event);
        model.add(entry);
      } else if (action == 7) {
        Entry entry = model.remove(random.nextInt(model.size()));
        assertTrue(queue.cancel(entry.event), "seed " + seed);
        assertFalse(queue.cancel(entry.event), "seed " + seed);
      } else {
        model.sort(order);
        Entry entry = model.removeFirst();
        assertEquals(entry.time, queue.nextTime(), "seed " + seed);
        assertEquals(entry.event, queue.first(), "seed " + seed);
        assertEquals(entry.time, queue.now(), "seed " + seed);
        if (action == 6) {
          Entry other = new Entry(queue.now() + random.nextInt(6), scheduled++, i);
          queue.replaceFirst(other.time, other.event);
          model.add(other);
        } else {
          queue.removeFirst();
        }
      }
      assertEquals(model.size(), queue.size(), "seed " + seed);
    }
  }

  @Test
  void shouldRefuseThePastAndWhatIsNoEvent() {
    EventQueue queue = new EventQueue();
    assertEquals(SimTime.NEVER, queue.nextTime());
    assertThrows(IllegalStateException.class, queue::first);
    queue.schedule(5, EventQueue.MAX_EVENT);
    assertEquals(EventQueue.MAX_EVENT, queue.first());
    assertThrows(IllegalArgumentException.class, () -> queue.schedule(4, 0));
    assertThrows(IllegalArgumentException.class, () -> queue.schedule(5, -1));
    assertThrows(IllegalArgumentException.class, () -> queue.schedule(5, EventQueue.MAX_EVENT + 1));
    queue.removeFirst();
    queue.schedule(9, 1);
    assertThrows(IllegalArgumentException.class, () -> queue.advanceTo(10));
    queue.advanceTo(8);
    assertEquals(8, queue.now());
  }
}
