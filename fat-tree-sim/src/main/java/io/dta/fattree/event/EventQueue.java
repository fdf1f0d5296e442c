package io.dta.fattree.event;

import java.util.Arrays;

/**
 * The events to come, earliest first; of those at the same time the one scheduled first. A 4-ary
 * heap in one array of longs, two an event, so that the four children of an event share a cache
 * line or two; it allocates only when it grows.
 *
 * <pre>
 * +---------------------------------------------------------------+
 * |                      time, picoseconds                        |
 * +-+------------------------------------+------------------------+
 * |0|          sequence, 35 bits         |     event, 28 bits     |   compared as one number
 * +-+------------------------------------+------------------------+
 * </pre>
 *
 * <p>An event is what its owner says it is. When the sequence runs out (after 3·10^10 events) the
 * events that wait are numbered anew in their order.
 */
public final class EventQueue {
  /** Events are from 0 to this. */
  public static final int MAX_EVENT = (1 << 28) - 1;

  private static final int EVENT_BITS = 28;
  private static final int INITIAL_CAPACITY = 64;
  private static final long LAST_SEQUENCE = 1L << 35;

  private final long lastSequence;
  private long[] heap = new long[2 * INITIAL_CAPACITY];
  private int size;
  private long sequence;
  private long now;

  public EventQueue() {
    this(LAST_SEQUENCE);
  }

  /** For tests: runs out of sequence numbers earlier. */
  EventQueue(long lastSequence) {
    this.lastSequence = lastSequence;
  }

  /** The time of the event that was taken last. */
  public long now() {
    return now;
  }

  public int size() {
    return size;
  }

  /** The time of the next event; {@link SimTime#NEVER} where there is none. */
  public long nextTime() {
    return size == 0 ? SimTime.NEVER : heap[0];
  }

  /**
   * Moves time to the next event and returns it. It stays the first of the queue until {@link
   * #removeFirst} or {@link #replaceFirst}, whatever is scheduled meanwhile.
   */
  public int first() {
    if (size == 0) {
      throw new IllegalStateException("no event is left");
    }
    now = heap[0];
    return (int) heap[1] & MAX_EVENT;
  }

  /** Moves time on where nothing happens before it. */
  public void advanceTo(long time) {
    if (time < now || time > nextTime()) {
      throw new IllegalArgumentException(
          "time %d: expected %d to %d".formatted(time, now, nextTime()));
    }
    now = time;
  }

  public void removeFirst() {
    removeAt(0);
  }

  /** Puts another event in the place of the first: cheaper than to remove and to schedule. */
  public void replaceFirst(long time, int event) {
    siftDown(0, checked(time), order(event));
  }

  /**
   * Adds an event.
   *
   * @param time not before now
   * @param event 0 to {@link #MAX_EVENT}
   */
  public void schedule(long time, int event) {
    checked(time);
    long order = order(event);
    if (2 * size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * heap.length);
    }
    siftUp(size++, time, order);
  }

  /**
   * Takes an event out, wherever it is; as slow as the queue is long.
   *
   * @return false where it is not there
   */
  public boolean cancel(int event) {
    for (int i = 0; i < size; i++) {
      if (((int) heap[2 * i + 1] & MAX_EVENT) == event) {
        removeAt(i);
        return true;
      }
    }
    return false;
  }

  private void removeAt(int index) {
    size--;
    if (index == size) {
      return;
    }
    long time = heap[2 * size];
    long order = heap[2 * size + 1];
    int parent = (index - 1) >> 2;
    if (index > 0 && before(time, order, parent)) {
      siftUp(index, time, order);
    } else {
      siftDown(index, time, order);
    }
  }

  private void siftUp(int hole, long time, long order) {
    long[] entries = heap;
    int index = hole;
    while (index > 0) {
      int parent = (index - 1) >> 2;
      if (!before(time, order, parent)) {
        break;
      }
      entries[2 * index] = entries[2 * parent];
      entries[2 * index + 1] = entries[2 * parent + 1];
      index = parent;
    }
    entries[2 * index] = time;
    entries[2 * index + 1] = order;
  }

  private void siftDown(int hole, long time, long order) {
    long[] entries = heap;
    int count = size;
    int index = hole;
    while (true) {
      int child = 4 * index + 1;
      if (child >= count) {
        break;
      }
      int least = child;
      long leastTime = entries[2 * child];
      int end = Math.min(child + 4, count);
      for (int i = child + 1; i < end; i++) {
        long other = entries[2 * i];
        if (other < leastTime
            || (other == leastTime && entries[2 * i + 1] < entries[2 * least + 1])) {
          least = i;
          leastTime = other;
        }
      }
      if (before(time, order, least)) {
        break;
      }
      entries[2 * index] = leastTime;
      entries[2 * index + 1] = entries[2 * least + 1];
      index = least;
    }
    entries[2 * index] = time;
    entries[2 * index + 1] = order;
  }

  private boolean before(long time, long order, int index) {
    long other = heap[2 * index];
    return time < other || (time == other && order < heap[2 * index + 1]);
  }

  private long checked(long time) {
    if (time < now) {
      throw new IllegalArgumentException("time " + time + " is before now, " + now);
    }
    return time;
  }

  private long order(int event) {
    if ((event & ~MAX_EVENT) != 0) {
      throw new IllegalArgumentException("event " + event + ": expected 0 to " + MAX_EVENT);
    }
    if (sequence == lastSequence) {
      renumber();
    }
    return sequence++ << EVENT_BITS | event;
  }

  /** Gives the events that wait the sequences 0, 1, 2, … in their order. */
  private void renumber() {
    int count = size;
    if (count >= lastSequence) {
      throw new IllegalStateException(count + " events wait: more than there are sequences");
    }
    long[] sorted = new long[2 * count];
    for (int i = 0; i < count; i++) {
      sorted[2 * i] = heap[0];
      sorted[2 * i + 1] = (long) i << EVENT_BITS | (heap[1] & MAX_EVENT);
      removeAt(0);
    }
    System.arraycopy(sorted, 0, heap, 0, sorted.length);
    size = count;
    sequence = count;
  }
}
