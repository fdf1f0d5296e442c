package io.dta.grafana;

import com.fasterxml.jackson.databind.JsonNode;
import io.dta.node.Json;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A Prometheus of the host with the configuration and the rules of this folder, but for the times
 * and the targets: those are read from a file, as their ports are known late.
 */
final class PrometheusServer implements AutoCloseable {
  static final Path PROGRAM = Path.of("/usr/bin/prometheus");

  private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path folder;
  private final URI uri;
  private final Process process;
  private final Map<String, String> targets = new TreeMap<>();

  /** A sample, or the samples of a series over time. */
  @SuppressWarnings("ArrayRecordComponent") // read once; nobody compares two
  record Series(Map<String, String> labels, double[] times, double[] values) {
    double last() {
      return values[values.length - 1];
    }

    boolean hasNumber() {
      return Arrays.stream(values).anyMatch(value -> !Double.isNaN(value));
    }
  }

  PrometheusServer(Path folder) throws IOException {
    this.folder = folder;
    String config = Files.readString(Path.of("prometheus.yml"));
    config = config.replace("_interval: 5s", "_interval: 1s");
    for (String job : List.of("dta-translator", "dta-collector", "dta-sim")) {
      config =
          config.replaceAll(
              "(job_name: " + job + "\n)    static_configs:\n.*",
              "$1    file_sd_configs:\n      - {files: [" + job + ".json], refresh_interval: 1s}");
      Files.writeString(folder.resolve(job + ".json"), "[]");
    }
    Files.writeString(folder.resolve("prometheus.yml"), config);
    String rules = Files.readString(Path.of("alerts.yml"));
    Files.writeString(folder.resolve("alerts.yml"), rules.replaceAll("for: [0-9]+[sm]", "for: 1s"));
    int port;
    try (ServerSocket probe = new ServerSocket(0)) {
      port = probe.getLocalPort();
    }
    uri = URI.create("http://127.0.0.1:" + port);
    process =
        new ProcessBuilder(
                PROGRAM.toString(),
                "--config.file=prometheus.yml",
                "--storage.tsdb.path=data",
                "--web.listen-address=127.0.0.1:" + port)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("prometheus.log").toFile())
            .start();
    await("Prometheus is ready", () -> get("/-/ready") != null);
  }

  /** Scrapes one more service from now on. */
  void scrape(String job, URI service) throws IOException {
    targets.merge(
        job, "\"" + service.getAuthority() + "\"", (before, after) -> before + ", " + after);
    // As a whole: Prometheus may read at any moment.
    Path written =
        Files.writeString(
            folder.resolve(job + ".new"), "[{\"targets\": [" + targets.get(job) + "]}]");
    Files.move(
        written,
        folder.resolve(job + ".json"),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
  }

  /** The result of an expression now. */
  List<Series> query(String expression) {
    JsonNode answer = get("/api/v1/query?query=" + encoded(expression));
    return series(expression, answer, "value");
  }

  /** The result of an expression over time, in seconds since the epoch. */
  List<Series> query(String expression, double from, double to, double step) {
    JsonNode answer =
        get(
            String.format(
                Locale.ROOT,
                "/api/v1/query_range?query=%s&start=%.3f&end=%.3f&step=%.3f",
                encoded(expression),
                from,
                to,
                step));
    return series(expression, answer, "values");
  }

  private static List<Series> series(String expression, JsonNode answer, String key) {
    if (answer == null || !answer.path("status").asText().equals("success")) {
      throw new AssertionError("Prometheus refuses " + expression + ": " + answer);
    }
    List<Series> all = new ArrayList<>();
    for (JsonNode result : answer.path("data").path("result")) {
      Map<String, String> labels = new TreeMap<>();
      for (Map.Entry<String, JsonNode> label : result.path("metric").properties()) {
        labels.put(label.getKey(), label.getValue().asText());
      }
      JsonNode points = result.path(key);
      List<JsonNode> samples = new ArrayList<>();
      if (key.equals("value")) {
        samples.add(points);
      } else {
        points.forEach(samples::add);
      }
      all.add(
          new Series(
              labels,
              samples.stream().mapToDouble(sample -> sample.get(0).asDouble()).toArray(),
              samples.stream().mapToDouble(sample -> number(sample.get(1).asText())).toArray()));
    }
    return all;
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  /** The labels of the alerts that fire. */
  List<Map<String, String>> firing() {
    List<Map<String, String>> all = new ArrayList<>();
    for (JsonNode alert : get("/api/v1/alerts").path("data").path("alerts")) {
      if (alert.path("state").asText().equals("firing")) {
        Map<String, String> labels = new TreeMap<>();
        for (Map.Entry<String, JsonNode> label : alert.path("labels").properties()) {
          labels.put(label.getKey(), label.getValue().asText());
        }
        all.add(labels);
      }
    }
    return all;
  }

  /** Waits until an alert fires that has a label of this value. */
  void awaitFiring(String alert, String label, String value) {
    await(
        alert + " fires with " + label + " " + value,
        () ->
            firing().stream()
                .anyMatch(
                    labels ->
                        labels.get("alertname").equals(alert) && value.equals(labels.get(label))));
  }

  /** Waits until an expression has a result. */
  void awaitResult(String expression) {
    await(expression + " has a result", () -> !query(expression).isEmpty());
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE_NS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("in vain: " + what);
      }
      LockSupport.parkNanos(POLL_NS);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Null where it does not answer. */
  private JsonNode get(String path) {
    try {
      String body =
          client
              .send(HttpRequest.newBuilder(URI.create(uri + path)).build(), BodyHandlers.ofString())
              .body();
      if (body.startsWith("{")) {
        return Json.mapper().readTree(body);
      }
      return body.contains("is Ready") ? Json.mapper().createObjectNode() : null;
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
