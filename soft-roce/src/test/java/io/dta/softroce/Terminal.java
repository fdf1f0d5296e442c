package io.dta.softroce;

import io.dta.softroce.guest.GuestProcess;
import io.dta.softroce.guest.SoftRoceGuest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A shell that commands are typed into, as a reader of a document does. */
abstract class Terminal implements AutoCloseable {
  private static final long POLL_NANOS = 20_000_000L;
  private static final String END = "-- ended with ";

  private int ended;

  abstract void type(String line) throws IOException;

  /** All that was printed since a line, errors too. */
  abstract List<String> lines(int from);

  @Override
  public abstract void close() throws IOException;

  /**
   * Runs a command to its end, or until it has printed what it should where it is one that goes on.
   *
   * @return null, or what is wrong
   */
  String run(Page.Command command) throws IOException {
    int from = lines(0).size();
    type(command.text());
    type("echo; echo '" + END + "'$? " + ++ended);
    String mark = " " + ended;
    long deadline = System.nanoTime() + GuestProcess.PATIENCE.toNanos();
    while (true) {
      List<String> printed = lines(from);
      String end =
          printed.stream()
              .filter(line -> line.startsWith(END) && line.endsWith(mark))
              .findFirst()
              .orElse(null);
      String missing = command.missing(printed);
      // What goes on may print later what it should.
      boolean goesOn = command.text().endsWith("&");
      if (end != null && (missing == null || !goesOn || System.nanoTime() - deadline > 0)) {
        boolean well = end.equals(END + "0" + mark) && missing == null;
        return well ? null : said(command, missing, printed);
      }
      if (System.nanoTime() - deadline > 0) {
        return said(command, "its end", printed);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private static String said(Page.Command command, String missing, List<String> printed) {
    return "%s %s%nwas to print: %s%nand printed:%n%s"
        .formatted(command.prompt(), command.text(), missing, String.join("\n", printed));
  }

  /** A shell of this host. */
  static Terminal here(Path folder) throws IOException {
    Process bash =
        new ProcessBuilder("bash", "--norc")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    List<String> lines = new ArrayList<>();
    Thread.ofPlatform().daemon().start(() -> read(bash, lines));
    Writer writer = bash.outputWriter(StandardCharsets.UTF_8);
    return new Terminal() {
      @Override
      void type(String line) throws IOException {
        writer.write(line + "\n");
        writer.flush();
      }

      @Override
      List<String> lines(int from) {
        synchronized (lines) {
          return List.copyOf(lines.subList(from, lines.size()));
        }
      }

      @Override
      public void close() {
        bash.descendants().forEach(ProcessHandle::destroyForcibly);
        bash.destroyForcibly();
      }
    };
  }

  private static void read(Process bash, List<String> lines) {
    try (BufferedReader reader = bash.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        synchronized (lines) {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A shell in the guest. */
  static Terminal in(SoftRoceGuest guest, String folder) throws IOException {
    GuestProcess bash = guest.start("cd '" + folder + "' && exec bash --norc");
    return new Terminal() {
      @Override
      void type(String line) throws IOException {
        bash.writeLine(line);
      }

      @Override
      List<String> lines(int from) {
        return bash.lines(from);
      }

      @Override
      public void close() {
        bash.close();
      }
    };
  }
}
