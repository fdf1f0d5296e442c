package io.dta.fattree.send;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Says when the next datagram may leave: so many a second, and only so many in flight that the
 * receiver's socket buffer never overflows. What is in flight follows from the number of reports
 * that the receiver has counted, since nothing acknowledges a report that is not essential.
 */
final class Pacer {
  /** A receiver that counts nothing for so long has lost what was in flight. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final long PARK_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

  /** How far the rate may be caught up after a pause. */
  private static final long MAX_BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final LongSupplier received;
  private final LongSupplier clock;
  private final long nanosPerDatagram;

  /** Reports sent up to and with each datagram in flight; a ring. */
  private final long[] sentWith;

  private int oldest;
  private int inFlight;
  private long sent;

  /** What the receiver had counted before this run, plus what was given up as lost. */
  private long offset;

  private long due;

  /**
   * Starts the clock.
   *
   * @param received counts the reports that the receiver has taken, from any start; null where it
   *     does not tell
   */
  Pacer(SendSettings settings, LongSupplier received, LongSupplier clock) {
    this.received = received;
    this.clock = clock;
    nanosPerDatagram =
        settings.datagramsPerSecond() == 0
            ? 0
            : TimeUnit.SECONDS.toNanos(1) / settings.datagramsPerSecond();
    sentWith = new long[settings.datagramsInFlight()];
    offset = received == null ? 0 : received.getAsLong();
    due = clock.getAsLong();
  }

  /** Waits until a datagram may leave, and counts it. */
  void await(int reports) {
    if (nanosPerDatagram > 0) {
      awaitRate();
    }
    if (received != null) {
      awaitReceiver();
      sent += reports;
      sentWith[(oldest + inFlight) % sentWith.length] = sent;
      inFlight++;
    }
  }

  private void awaitRate() {
    long now = clock.getAsLong();
    due = Math.max(due + nanosPerDatagram, now - MAX_BURST_NANOS);
    while (due - now > 0) {
      LockSupport.parkNanos(due - now);
      now = clock.getAsLong();
    }
  }

  private void awaitReceiver() {
    long lastCount = Long.MIN_VALUE;
    long lastProgress = 0;
    while (inFlight == sentWith.length) {
      long count = received.getAsLong();
      while (inFlight > 0 && count - offset >= sentWith[oldest]) {
        oldest = (oldest + 1) % sentWith.length;
        inFlight--;
      }
      if (inFlight == sentWith.length) {
        long now = clock.getAsLong();
        if (count != lastCount) {
          lastCount = count;
          lastProgress = now;
        } else if (now - lastProgress > PATIENCE_NANOS) {
          offset = count - sent;
          inFlight = 0;
        } else {
          LockSupport.parkNanos(PARK_NANOS);
        }
      }
    }
  }
}
