package io.dta.node;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.System.Logger;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;

/**
 * What our processes log: one line an event on standard error. All code logs through {@link
 * System.Logger}, whose default implementation is {@code java.util.logging}; this class sets that
 * up.
 */
public final class Logging {
  private Logging() {}

  /**
   * Replaces the handlers of the root logger by one that writes {@code time level message} to
   * standard error.
   *
   * @param least the least level to log
   */
  public static void configure(Logger.Level least) {
    java.util.logging.Logger root = LogManager.getLogManager().getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    Level level = level(least);
    Handler handler = new ConsoleHandler();
    handler.setLevel(level);
    handler.setFormatter(new OneLine(ZoneId.systemDefault()));
    root.addHandler(handler);
    root.setLevel(level);
  }

  private static Level level(Logger.Level level) {
    return switch (level) {
      case ALL -> Level.ALL;
      case TRACE -> Level.FINER;
      case DEBUG -> Level.FINE;
      case INFO -> Level.INFO;
      case WARNING -> Level.WARNING;
      case ERROR -> Level.SEVERE;
      case OFF -> Level.OFF;
    };
  }

  /**
   * {@code 13:05:07.123 WARN message}; a stack trace follows for what an operator could not have
   * caused.
   */
  static final class OneLine extends Formatter {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

    private final ZoneId zone;

    OneLine(ZoneId zone) {
      this.zone = zone;
    }

    @Override
    public String format(LogRecord event) {
      String time = TIME.format(LocalTime.ofInstant(event.getInstant(), zone));
      String line =
          "%s %-5s %s".formatted(time, name(event.getLevel()), formatMessage(event).strip());
      Throwable thrown = event.getThrown();
      if (thrown == null) {
        return line + System.lineSeparator();
      }
      if (thrown instanceof OperatorException) {
        return line + ": " + thrown.getMessage() + System.lineSeparator();
      }
      StringWriter text = new StringWriter();
      text.append(line).append(System.lineSeparator());
      thrown.printStackTrace(new PrintWriter(text, true));
      return text.toString();
    }

    private static String name(Level level) {
      int value = level.intValue();
      if (value >= Level.SEVERE.intValue()) {
        return "ERROR";
      }
      if (value >= Level.WARNING.intValue()) {
        return "WARN";
      }
      return value >= Level.INFO.intValue() ? "INFO" : "DEBUG";
    }
  }
}
