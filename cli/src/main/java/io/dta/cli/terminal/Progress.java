package io.dta.cli.terminal;

import java.io.Console;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Supplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Progress of one long step on standard error: a bar on a terminal, a plain line at the beginning
 * and at the end elsewhere.
 */
public final class Progress implements AutoCloseable {
  private static final int UPDATE_MILLIS = 100;

  private final ProgressBar bar;

  /**
   * @param task what is done, such as {@code reporting}
   * @param total how much there is of it
   * @param unit of what
   */
  public Progress(PrintWriter err, String task, long total, String unit) {
    if (isTerminal()) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(total)
              .setUnit(" " + unit, 1)
              .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
              .setUpdateIntervalMillis(UPDATE_MILLIS)
              .clearDisplayOnFinish()
              .setConsumer(
                  new ConsoleProgressBarConsumer(
                      new PrintStream(System.err, true, StandardCharsets.UTF_8)))
              .build();
    } else {
      bar = null;
      err.printf(Locale.ROOT, "%s: %,d %s%n", task, total, unit);
      err.flush();
    }
  }

  /** Says how much is done. */
  public void stepTo(long done) {
    if (bar != null) {
      bar.stepTo(done);
    }
  }

  /** Says how much is done, and what else is worth knowing meanwhile. */
  public void stepTo(long done, Supplier<String> remark) {
    if (bar != null) {
      bar.setExtraMessage(remark.get());
      bar.stepTo(done);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }

  @SuppressWarnings("SystemConsoleNull") // It does, where standard input is no terminal.
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }
}
