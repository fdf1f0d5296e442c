package io.dta.grafana;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** {@code dta demo --serve} in a process of its own, on free ports. */
final class DemoProcess implements AutoCloseable {
  private static final int PATIENCE_S = 120;

  private final Process process;
  private final Map<String, CompletableFuture<String>> announced = new ConcurrentHashMap<>();

  @SuppressWarnings("JdkObsolete") // written by the readers' threads, read by the test's
  private final StringBuffer errors = new StringBuffer();

  DemoProcess(String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-exports") || argument.startsWith("--enable"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "io.dta.cli.Dta",
            "demo",
            "--serve",
            "--free-ports",
            "--json"));
    command.addAll(List.of(options));
    process = new ProcessBuilder(command).start();
    Thread.ofVirtual()
        .start(
            () -> {
              try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                  errors.append(line).append('\n');
                  String[] words = line.strip().split(" +", 2);
                  if (words.length == 2) {
                    line(words[0]).complete(words[1]);
                  }
                }
              } catch (IOException e) {
                errors.append(e);
              }
            });
    Thread.ofVirtual()
        .start(
            () -> {
              try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                line("verdict").complete(lines.readLine());
              } catch (IOException e) {
                errors.append(e);
              }
            });
  }

  private CompletableFuture<String> line(String word) {
    return announced.computeIfAbsent(word, _ -> new CompletableFuture<>());
  }

  private String await(String word) {
    try {
      return line(word).get(PATIENCE_S, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the demo says nothing of '" + word + "':\n" + errors, e);
    }
  }

  /** Where one of its services is: collector, translator, simulation. */
  URI service(String name) {
    URI uri = URI.create(await(name));
    return URI.create(uri.getScheme() + "://" + uri.getAuthority());
  }

  /** The UDP port of its translator. */
  int reportsPort() {
    return Integer.parseInt(await("reports").replaceAll(".*:", ""));
  }

  /** What it says when everything was reported, asked for and compared, in JSON. */
  String verdict() {
    return await("verdict");
  }

  /** Sends it a signal, such as STOP. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
