package io.dta.cli.metrics;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.fattree.send.SendCounters;
import io.dta.fattree.verify.Comparison;
import io.dta.fattree.verify.VerificationReport;
import io.dta.node.HttpEndpoint;
import io.dta.primitives.Primitive;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SimulationMetricsTest {
  private final SimulationStatus status = new SimulationStatus(1000);

  @Test
  void shouldServeWhatARunHasDone() throws IOException, InterruptedException {
    status.traffic(250, 4000);
    status.drops(Map.of("queue-full", 3L));
    status.reports(
        new SendCounters(
            Map.of(Primitive.APPEND, new SendCounters.OfPrimitive(10, 12, 1, 2)), 5, 500));
    status.answers(
        new VerificationReport(
            new VerificationReport.Lookups(100, 97, 2, 1, 0, 0, 5),
            new VerificationReport.Lookups(100, 100, 0, 0, 0, 0, 5),
            new VerificationReport.Lists(10, 9, 1, 0, 0, 0),
            new VerificationReport.Counts(16, 12, 4, 0, 3),
            new VerificationReport.Sketches(1, 8, 100, 99, 0, 2),
            List.of()));
    String metrics = scrape();
    List.of(
            "dta_sim_flows_planned 1000.0",
            "dta_sim_flows_total 250.0",
            "dta_sim_packets_total 4000.0",
            "dta_sim_packet_drops_total{reason=\"queue-full\"} 3.0",
            "dta_sim_reports_sent_total{primitive=\"append\"} 12.0",
            "dta_sim_reports_sent_total{primitive=\"key-write\"} 0.0",
            "dta_sim_reports_lost_total{primitive=\"append\"} 1.0",
            "dta_sim_reports_retransmitted_total{primitive=\"append\"} 2.0",
            "dta_sim_answers_total{primitive=\"key-write\",verdict=\"right\"} 97.0",
            "dta_sim_answers_total{primitive=\"key-write\",verdict=\"empty\"} 2.0",
            "dta_sim_answers_total{primitive=\"key-write\",verdict=\"wrong\"} 1.0",
            "dta_sim_answers_total{primitive=\"key-increment\",verdict=\"right\"} 15.0",
            "dta_sim_answers_total{primitive=\"key-increment\",verdict=\"wrong\"} 1.0",
            "dta_sim_answers_total{primitive=\"sketch-merge\",verdict=\"wrong\"} 1.0")
        .forEach(line -> assertTrue(metrics.contains("\n" + line + "\n"), line + "\n" + metrics));
  }

  @Test
  void shouldAddUpWhatStoresOfOnePrimitiveAnswered() throws IOException, InterruptedException {
    status.answers(
        List.of(
            new Comparison("append", "NetSeer", "events", "drops", 10, 7, 0, 2, 1, null, null),
            new Comparison(
                "append", "INT events", "congestion", "queues", 5, 5, 0, 0, 0, null, null),
            new Comparison("key-write", "INT-MD", "paths", "flows", 9, 5, 3, 1, 0, null, null)));
    String metrics = scrape();
    List.of(
            "dta_sim_answers_total{primitive=\"append\",verdict=\"right\"} 12.0",
            "dta_sim_answers_total{primitive=\"append\",verdict=\"empty\"} 2.0",
            "dta_sim_answers_total{primitive=\"append\",verdict=\"wrong\"} 1.0",
            "dta_sim_answers_total{primitive=\"key-write\",verdict=\"outdated\"} 3.0",
            "dta_sim_answers_total{primitive=\"postcarding\",verdict=\"right\"} 0.0")
        .forEach(line -> assertTrue(metrics.contains("\n" + line + "\n"), line + "\n" + metrics));
  }

  private String scrape() throws IOException, InterruptedException {
    try (HttpEndpoint endpoint = SimulationMetrics.serve(status, 0);
        HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create(endpoint.uri() + "/metrics");
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }
}
