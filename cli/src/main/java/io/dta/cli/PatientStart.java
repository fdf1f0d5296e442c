package io.dta.cli;

import io.dta.node.UnreachableException;
import io.dta.translator.Translator;
import io.dta.translator.connection.RdmaSettings;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Starts a translator whose collectors may not be there yet, or are slow to give their first
 * answer: it is tried again for ever, with the back-off of queue pairs that went down. What cannot
 * become right by waiting is not tried again.
 */
final class PatientStart {
  private final RdmaSettings settings;
  private final Consumer<String> remarks;

  /**
   * @param remarks is told what is being waited for, once for each problem
   */
  PatientStart(RdmaSettings settings, Consumer<String> remarks) {
    this.settings = settings;
    this.remarks = remarks;
  }

  /**
   * Starts a translator.
   *
   * @param translators makes one for each attempt
   * @param stopped ends the waiting
   * @return the translator, started; null where the waiting was ended
   */
  Translator start(Supplier<Translator> translators, CountDownLatch stopped)
      throws InterruptedException {
    Duration wait = settings.reconnectFirst();
    String said = null;
    do {
      Translator translator = translators.get();
      try {
        translator.start();
        return translator;
      } catch (UnreachableException e) {
        if (!e.getMessage().equals(said)) {
          said = e.getMessage();
          remarks.accept(
              "%s (it is tried again for ever, at least every %d ms)"
                  .formatted(said, settings.reconnectLongest().toMillis()));
        }
      }
      wait = shorter(wait, settings.reconnectLongest());
      if (stopped.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
        return null;
      }
      wait = wait.multipliedBy(2);
    } while (true);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
