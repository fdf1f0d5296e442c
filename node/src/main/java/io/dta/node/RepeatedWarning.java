package io.dta.node;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Logs an error that may happen often: the first time at once, after that at most once an interval,
 * with the number of times that it was not logged. Safe on any thread, without locks.
 */
public final class RepeatedWarning {
  private final System.Logger logger;
  private final Level level;
  private final long intervalNs;
  private final LongSupplier nanoClock;
  private final AtomicLong suppressed = new AtomicLong();
  private final AtomicLong nextNs;

  /** With the system's clock. */
  public RepeatedWarning(System.Logger logger, Level level, Duration interval) {
    this(logger, level, interval, System::nanoTime);
  }

  /** With a given clock, as {@link System#nanoTime}, for tests. */
  public RepeatedWarning(
      System.Logger logger, Level level, Duration interval, LongSupplier nanoClock) {
    this.logger = logger;
    this.level = level;
    this.intervalNs = interval.toNanos();
    this.nanoClock = nanoClock;
    this.nextNs = new AtomicLong(nanoClock.getAsLong());
  }

  /** It happened; the message is asked for where it is logged. */
  public void log(Supplier<String> message) {
    log(message, null);
  }

  /** It happened, because of this. */
  public void log(Supplier<String> message, Throwable cause) {
    long now = nanoClock.getAsLong();
    long next = nextNs.get();
    if (now - next < 0 || !nextNs.compareAndSet(next, now + intervalNs)) {
      suppressed.incrementAndGet();
      return;
    }
    long others = suppressed.getAndSet(0);
    String text = message.get();
    logger.log(level, others == 0 ? text : text + more(others), cause);
  }

  /** Logs how often it happened since it was last logged; call it before the process ends. */
  public void flush() {
    long others = suppressed.getAndSet(0);
    if (others != 0) {
      logger.log(level, "the last warning of this kind was repeated %,d times".formatted(others));
    }
  }

  private static String more(long others) {
    return " (and %,d times more since this was last logged)".formatted(others);
  }
}
