package io.dta.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

final class LoggingTest {
  private final List<String> lines = new ArrayList<>();

  private final System.Logger logger =
      new System.Logger() {
        @Override
        public String getName() {
          return "test";
        }

        @Override
        public boolean isLoggable(Level level) {
          return true;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
          lines.add(level + " " + message);
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
          lines.add(level + " " + format);
        }
      };

  @Test
  void shouldWriteOneLineAnEvent() {
    assertEquals(
        "13:05:07.123 WARN  queue pair 5 is slow" + System.lineSeparator(),
        format(java.util.logging.Level.WARNING, "queue pair {0} is slow", null, 5));
    assertEquals(
        "13:05:07.123 ERROR cannot start: port 1 is in use" + System.lineSeparator(),
        format(
            java.util.logging.Level.SEVERE,
            "cannot start",
            new OperatorException("port 1 is in use")));
  }

  @Test
  void shouldAddTheStackTraceOfWhatOperatorsCannotCause() {
    String text =
        format(java.util.logging.Level.INFO, "failed", new IllegalStateException("broken"));
    assertTrue(text.startsWith("13:05:07.123 INFO  failed" + System.lineSeparator()), text);
    assertTrue(text.contains("java.lang.IllegalStateException: broken"), text);
    assertTrue(text.contains("at io.dta.node.LoggingTest"), text);
  }

  @Test
  void shouldCountRepeatedWarningsInsteadOfRepeatingThem() {
    AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // The clock may wrap.
    RepeatedWarning warning =
        new RepeatedWarning(logger, Level.WARNING, Duration.ofNanos(100), now::get);

    for (int i = 0; i < 1235; i++) {
      warning.log(() -> "no room");
    }
    assertEquals(List.of("WARNING no room"), lines);
    now.addAndGet(99);
    warning.log(() -> "no room");
    assertEquals(1, lines.size());
    now.addAndGet(1);
    warning.log(() -> "still no room");
    assertEquals(
        "WARNING still no room (and 1,235 times more since this was last logged)", lines.get(1));
    warning.flush();
    assertEquals(2, lines.size());
    warning.log(() -> "no room");
    warning.flush();
    assertEquals("WARNING the last warning of this kind was repeated 1 times", lines.get(2));
  }

  private static String format(
      java.util.logging.Level level, String message, Throwable thrown, Object... parameters) {
    LogRecord event = new LogRecord(level, message);
    event.setInstant(Instant.parse("2026-01-02T13:05:07.123Z"));
    event.setThrown(thrown);
    event.setParameters(parameters);
    return new Logging.OneLine(ZoneOffset.UTC).format(event);
  }
}
