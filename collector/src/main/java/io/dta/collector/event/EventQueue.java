package io.dta.collector.event;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * A subscriber's events, bounded: what finds no room is counted, and the subscriber is told in its
 * place. The {@link EventStream} puts in, one thread takes out.
 */
public final class EventQueue implements AutoCloseable {
  /** What a subscriber gets. */
  public sealed interface Notice permits Told, Missed {}

  /** An event. */
  public record Told(ImmediateEvent event) implements Notice {}

  /** Events that found no room. */
  public record Missed(long events) implements Notice {}

  private final EventStream stream;
  private final EventFilter filter;
  private final OneToOneConcurrentArrayQueue<Notice> notices;
  private final AtomicLong missedSince = new AtomicLong();
  private volatile Thread waiting;
  private volatile boolean ended;

  EventQueue(EventStream stream, EventFilter filter, int capacity) {
    this.stream = stream;
    this.filter = filter;
    this.notices = new OneToOneConcurrentArrayQueue<>(capacity);
  }

  EventFilter filter() {
    return filter;
  }

  /**
   * On the stream's thread.
   *
   * @return how many events are counted as missed because of this one
   */
  int offer(Told told) {
    long missed = missedSince.get();
    if (missed > 0) {
      // Where only one of the two fits, this event is the next to be missed.
      if (notices.remainingCapacity() < 2) {
        missedSince.getAndIncrement();
        return 1;
      }
      long reported = missedSince.getAndSet(0);
      if (reported > 0) {
        notices.offer(new Missed(reported));
      }
    }
    if (!notices.offer(told)) {
      missedSince.getAndIncrement();
      return 1;
    }
    wake();
    return 0;
  }

  /** On the stream's thread: events were missed before they reached any queue. */
  void miss(long events) {
    missedSince.getAndAdd(events);
    wake();
  }

  private void wake() {
    Thread thread = waiting;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  /**
   * The next notice; waits for it.
   *
   * @param timeout how long at most, in {@code unit}
   * @return null where there was none in time, and once the stream has {@linkplain #ended ended}
   * @throws InterruptedException where the thread was interrupted
   */
  public Notice poll(long timeout, TimeUnit unit) throws InterruptedException {
    Notice notice = next();
    if (notice != null) {
      return notice;
    }
    long deadline = System.nanoTime() + unit.toNanos(timeout);
    waiting = Thread.currentThread();
    try {
      while (true) {
        notice = next();
        long left = deadline - System.nanoTime();
        if (notice != null || left <= 0 || ended) {
          return notice;
        }
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        LockSupport.parkNanos(this, left);
      }
    } finally {
      waiting = null;
    }
  }

  private Notice next() {
    Notice notice = notices.poll();
    if (notice == null && missedSince.get() > 0 && notices.isEmpty()) {
      long missed = missedSince.getAndSet(0);
      return missed > 0 ? new Missed(missed) : null;
    }
    return notice;
  }

  /** Whether the stream has ended, by itself or for this subscriber: no more will come. */
  public boolean ended() {
    return ended;
  }

  void end() {
    ended = true;
    wake();
  }

  /** Unsubscribes. */
  @Override
  public void close() {
    stream.remove(this);
    end();
  }
}
