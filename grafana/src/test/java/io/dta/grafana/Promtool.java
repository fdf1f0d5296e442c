package io.dta.grafana;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs Prometheus' own tool. */
final class Promtool {
  private static final Path TOOL = Path.of("/usr/bin/promtool");

  private Promtool() {}

  static void assumeThere() {
    assumeTrue(
        Files.isExecutable(TOOL) && Files.isExecutable(PrometheusServer.PROGRAM),
        "Prometheus is not installed: apt-get install prometheus");
  }

  /** Expects that it finds nothing to complain about. */
  static void check(String input, String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = TOOL.toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), String.join(" ", command) + ":\n" + output);
  }
}
