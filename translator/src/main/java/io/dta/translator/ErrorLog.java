package io.dta.translator;

import io.dta.node.RepeatedWarning;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.ErrorHandler;

/** Counts what agents throw, and logs it, but not every time. Safe for any thread. */
final class ErrorLog implements ErrorHandler {
  private static final System.Logger LOG = System.getLogger(Translator.class.getName());

  private final RepeatedWarning warning =
      new RepeatedWarning(LOG, System.Logger.Level.ERROR, Duration.ofSeconds(10));
  private final AtomicLong errors = new AtomicLong();

  @Override
  public void onError(Throwable error) {
    errors.incrementAndGet();
    warning.log(() -> "the translator met an error, and goes on", error);
  }

  /** How many errors there were. */
  long count() {
    return errors.get();
  }

  /** Logs what was not logged yet. */
  void flush() {
    warning.flush();
  }
}
