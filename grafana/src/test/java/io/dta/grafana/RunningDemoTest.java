package io.dta.grafana;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.grafana.Dashboard.Panel;
import io.dta.grafana.Dashboard.Target;
import io.dta.grafana.PrometheusServer.Series;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Prometheus scrapes a demo, and a rack whose stores are too small, while they work and while
 * they fail. Then all that the dashboards ask for is asked for, and drawn.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RunningDemoTest {
  private static final Path PICTURES = Path.of("target", "pictures");
  private static final Pattern LABEL = Pattern.compile("\\{\\{ *([a-z_]+) *}}");
  private static final int FLOOD = 50_000;

  private static final String RATE_INTERVAL = "10s";

  private final HttpClient client = HttpClient.newHttpClient();
  private PrometheusServer prometheus;
  private DemoProcess demo;
  private SmallRack rack;
  private double started;

  @BeforeAll
  void scrapeADemo(@TempDir Path folder) throws IOException {
    Promtool.assumeThere();
    prometheus = new PrometheusServer(folder);
    demo = new DemoProcess("--flows", "100000");
    rack = new SmallRack();
    prometheus.scrape("dta-collector", rack.collectorUri());
    prometheus.scrape("dta-translator", rack.translatorUri());
    started = now();
    prometheus.scrape("dta-collector", demo.service("collector"));
    prometheus.scrape("dta-translator", demo.service("translator"));
    prometheus.scrape("dta-sim", demo.service("simulation"));
  }

  @AfterAll
  void stop() {
    if (rack != null) {
      rack.close();
    }
    if (demo != null) {
      demo.close();
    }
    if (prometheus != null) {
      prometheus.close();
    }
  }

  @Test
  @Order(1)
  void shouldCallNobodyWhileAllIsWell() throws IOException, InterruptedException {
    prometheus.awaitResult("sum(dta_sim_flows_total) > 1000");
    for (int list = 0; list < 5; list++) {
      ask("/v1/append/events/%d?reader=archiver&limit=16".formatted(list));
    }
    String verdict = demo.verdict();
    assertTrue(verdict.contains("\"ok\":true"), verdict);
    prometheus.awaitResult("sum(dta_sim_answers_total{verdict=\"right\"}) > 1000");
    assertEquals(List.of(), prometheus.firing());
  }

  @Test
  @Order(2)
  void shouldShowAConsistentAccountInEveryScrape() {
    List<Series> difference =
        prometheus.query(
            "sum by (instance, primitive) (dta_translator_reports_received_total)"
                + " - sum by (instance, primitive) (dta_translator_reports_written_total)"
                + " - sum by (instance, primitive) (dta_translator_reports_uncertain_total)"
                + " - sum by (instance, primitive) (dta_translator_reports_in_flight)"
                + " - sum by (instance, primitive) (dta_translator_reports_dropped_total)",
            started,
            now(),
            1);
    assertEquals(12, difference.size(), "two translators, five primitives and what is of none");
    for (Series series : difference) {
      for (double value : series.values()) {
        assertEquals(0, value, series.labels().toString());
      }
    }
    // What latencies were recorded of is what was written.
    for (Series series :
        prometheus.query(
            "sum(dta_translator_report_latency_seconds_count)"
                + " - sum(dta_translator_reports_written_total)")) {
      assertEquals(0, series.last());
    }
  }

  @Test
  @Order(3)
  void shouldExposeMetricsThatPromtoolFindsNoFaultWith() throws IOException, InterruptedException {
    for (String service : List.of("collector", "translator", "simulation")) {
      URI uri = URI.create(demo.service(service) + "/metrics");
      String metrics =
          client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
      // The JVM's are the Prometheus client's; promtool dislikes some of their names.
      StringBuilder own = new StringBuilder();
      for (String line : metrics.lines().toList()) {
        if (!line.matches("(# [A-Z]+ )?(jvm|process)_.*")) {
          own.append(line).append('\n');
        }
      }
      Promtool.check(own.toString(), "check", "metrics");
    }
  }

  @Test
  @Order(4)
  void shouldCallSomeoneWhenReportsAreLost() throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      byte[] noReport = {99, 0, 0, 1, 2, 3};
      for (int i = 0; i < 20; i++) {
        socket.send(
            new DatagramPacket(
                noReport, noReport.length, InetAddress.getLoopbackAddress(), demo.reportsPort()));
      }
    }
    prometheus.awaitFiring("DtaReportsLost", "reason", "unknown-opcode");
  }

  @Test
  @Order(5)
  void shouldCallSomeoneWhenTheKernelDropsDatagrams() throws IOException, InterruptedException {
    demo.signal("STOP");
    try (DatagramSocket socket = new DatagramSocket()) {
      byte[] reports = new byte[1400];
      reports[0] = 99;
      for (int i = 0; i < FLOOD; i++) {
        socket.send(
            new DatagramPacket(
                reports, reports.length, InetAddress.getLoopbackAddress(), demo.reportsPort()));
      }
    } finally {
      demo.signal("CONT");
    }
    prometheus.awaitFiring("DtaKernelDrops", "instance", demo.service("translator").getAuthority());
  }

  @Test
  @Order(6)
  void shouldCallSomeoneWhenIncrementsMayBeMissing() throws IOException {
    String written =
        "dta_translator_reports_written_total{primitive=\"key-increment\",instance=\"%s\"}";
    written = written.formatted(rack.translatorUri().getAuthority());
    for (int burst = 1; burst <= 4; burst++) {
      rack.increment(100);
      prometheus.awaitResult(written + " == " + 100 * burst);
    }
    rack.loseCollector();
    rack.increment(7); // These are sent, and nobody can say whether they were carried out.
    rack.replaceCollector();
    prometheus.awaitFiring("DtaReportsUncertain", "primitive", "key-increment");
    prometheus.awaitResult(
        "dta_translator_reports_uncertain_total{primitive=\"key-increment\"} == 7");
    prometheus.awaitResult("min(dta_translator_queue_pair_up) == 1");
  }

  @Test
  @Order(7)
  void shouldCallSomeoneWhenAStoreHoldsMoreThanWasPlanned()
      throws IOException, InterruptedException {
    rack.writeKeys(0, 60);
    prometheus.awaitFiring("DtaStoreOverPlannedLoad", "store", "few-slots");
  }

  @Test
  @Order(8)
  void shouldCallSomeoneWhenAReaderIsLapped() throws IOException, InterruptedException {
    rack.append(3);
    prometheus.awaitResult("dta_collector_list_frames_total{store=\"few-frames\"} == 3");
    rack.readList(2);
    prometheus.awaitResult("dta_collector_reader_lag_frames{reader=\"slow\"} == 0");
    rack.append(20);
    prometheus.awaitResult("dta_collector_list_frames_total{store=\"few-frames\"} == 23");
    rack.readList(4);
    prometheus.awaitFiring("DtaReaderLapped", "reader", "slow");
  }

  @Test
  @Order(9)
  void shouldCallSomeoneWhenACollectorIsGone() throws IOException {
    String url = rack.collectorUri().toString();
    String authority = rack.collectorUri().getAuthority();
    rack.loseCollector();
    rack.writeKeys(1000, 10); // These are kept: only now the translator learns that it is gone.
    prometheus.awaitFiring("DtaQueuePairDown", "collector", url);
    rack.writeKeys(2000, 10);
    prometheus.awaitFiring("DtaServiceDown", "instance", authority);
    prometheus.awaitFiring("DtaReportsLost", "reason", "queue-pair-down");
  }

  @Test
  @Order(10)
  void shouldAnswerEveryQueryOfEveryPanel() {
    List<String> empty = new ArrayList<>();
    for (Dashboard dashboard : Dashboard.all()) {
      for (Panel panel : dashboard.panels()) {
        for (Target target : panel.targets()) {
          String expression = expression(target);
          boolean any =
              prometheus.query(expression, started, now(), 1).stream().anyMatch(Series::hasNumber);
          if (!any) {
            empty.add(dashboard.name() + ", " + panel.title() + ": " + expression);
          }
        }
      }
    }
    assertEquals(List.of(), empty, "these have no result");
  }

  @Test
  @Order(11)
  void shouldDrawEveryDashboard() throws IOException {
    Files.createDirectories(PICTURES);
    double end = now();
    for (Dashboard dashboard : Dashboard.all()) {
      TreeSet<String> undrawn = new TreeSet<>();
      Path file = PICTURES.resolve(dashboard.name() + ".png");
      new DashboardPicture(
              dashboard,
              panel -> {
                List<DashboardPicture.Named> results = results(panel, end);
                if (results.isEmpty()) {
                  undrawn.add(panel.title());
                }
                return results;
              },
              started,
              end)
          .write(file);
      assertEquals(new TreeSet<>(), undrawn, dashboard.name());
      assertTrue(Files.size(file) > 20_000, file.toString());
    }
  }

  private List<DashboardPicture.Named> results(Panel panel, double end) {
    List<DashboardPicture.Named> all = new ArrayList<>();
    for (Target target : panel.targets()) {
      String expression = expression(target);
      List<Series> series =
          panel.type().equals("timeseries")
              ? prometheus.query(expression, started, end, Math.max(1, (end - started) / 200))
              : prometheus.query(expression);
      for (Series one : series) {
        all.add(new DashboardPicture.Named(legend(target, one.labels()), one));
      }
    }
    return all;
  }

  private static String legend(Target target, Map<String, String> labels) {
    Matcher matcher = LABEL.matcher(target.legend());
    String text =
        matcher.replaceAll(
            found -> Matcher.quoteReplacement(labels.getOrDefault(found.group(1), "")));
    assertFalse(text.contains("{{"), text);
    return text;
  }

  /** As Grafana would ask with all instances and stores chosen. */
  private String expression(Target target) {
    return target
        .expression()
        .replace("$__rate_interval", RATE_INTERVAL)
        .replace("$__interval", "1s")
        .replace("$__range", Math.round(now() - started) + "s")
        .replace("$instance", ".*")
        .replace("$store", ".*");
  }

  private void ask(String path) throws IOException, InterruptedException {
    URI uri = URI.create(demo.service("collector") + path);
    assertEquals(
        200,
        client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).statusCode(),
        path);
  }

  private static double now() {
    return System.currentTimeMillis() / 1000.0;
  }
}
