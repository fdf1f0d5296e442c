package io.dta.cli.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dta.cli.CommandRun;
import io.dta.cli.RunningNodes;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.traffic.FlowTable;
import io.dta.primitives.key.KeyFormat;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code dta load} fills a collector, {@code dta query} asks it. */
class QueryCommandTest {
  private static final int FLOWS = 1000;

  private static RunningNodes nodes;
  private static CommandRun sim;

  /** The first flow of the run. */
  private static String flow;

  @BeforeAll
  static void fillCollector() throws IOException {
    nodes = new RunningNodes(FLOWS, 1);
    sim =
        CommandRun.of(
            "load",
            "--flows",
            String.valueOf(FLOWS),
            "--epochs",
            "1",
            "--seed",
            "3",
            "--check",
            "--json",
            "--target",
            nodes.target(),
            "--collector",
            nodes.uri(),
            "--reporter-port",
            nodes.reporterPort());
    long seed = new SplittableRandom(3).nextLong();
    FlowTable flows = FlowTable.generate(new FatTree(4), FLOWS, 1, seed);
    flow = KeyFormat.IPV4_5_TUPLE.printKey(flows.key(0));
  }

  @AfterAll
  static void close() {
    nodes.close();
  }

  private static CommandRun query(String... arguments) {
    List<String> all = new ArrayList<>(List.of("query", "--collector", nodes.uri()));
    all.addAll(List.of(arguments));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private static JsonNode json(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    CommandRun run = query(all.toArray(String[]::new));
    assertEquals(0, run.exitCode(), run::toString);
    return run.json();
  }

  @Test
  void shouldHaveSimulatedRight() {
    assertEquals(0, sim.exitCode(), sim::toString);
    assertTrue(sim.json().path("ok").asBoolean(), sim::out);
    assertEquals(FLOWS, sim.json().at("/sent/key-write/sent").asLong(), sim::out);
    assertEquals(FLOWS, sim.json().at("/answers/keyWrite/queried").asLong(), sim::out);
  }

  @Test
  void shouldListStores() {
    assertEquals(5, json().size());
    CommandRun run = query();
    assertEquals(6, run.out().lines().count(), run::out);
    assertTrue(run.out().startsWith("STORE"), run::out);
    assertTrue(run.out().contains("host-bytes"), run::out);
  }

  @Test
  void shouldFindTheSamePathInBothForms() {
    JsonNode value = json("paths", flow).path(0);
    assertEquals("value", value.path("outcome").asText(), value::toString);
    assertEquals(flow, value.path("key").asText());
    JsonNode path = json("postcards", flow, "--policy", "consensus:2").path(0);
    assertEquals("value", path.path("outcome").asText(), path::toString);
    assertTrue(path.path("path").size() > 0);
    for (int hop = 0; hop < path.path("path").size(); hop++) {
      assertEquals(value.path("words").path(hop).asLong(), path.path("path").path(hop).asLong());
    }
    CommandRun table = query("postcards", flow);
    assertEquals(0, table.exitCode());
    assertTrue(table.out().contains(flow + "  value"), table::out);
  }

  @Test
  void shouldExitOneWhereNothingIsFound() {
    CommandRun run = query("paths", "192.0.2.1:1>192.0.2.2:2/udp");

    assertEquals(1, run.exitCode());
    assertEquals("", run.err());
    assertTrue(run.out().contains("empty"), run::out);
  }

  @Test
  void shouldCountHostBytes() {
    String host = flow.substring(0, flow.indexOf(':'));

    assertTrue(json("host-bytes", host).path(0).path("count").asLong() > 0);
    assertTrue(query("host-bytes", host).out().contains(host));
  }

  @Test
  void shouldReadListsFromPosition() {
    long entries = 0;
    for (int list = 0; list < 5; list++) {
      JsonNode page = json("events", String.valueOf(list));
      entries += page.path("entries").size();
      JsonNode rest = json("events", String.valueOf(list), "--from", page.path("next").asText());
      assertEquals(0, rest.path("entries").size(), rest::toString);
    }
    assertEquals(sim.json().at("/answers/append/read").asLong(), entries);
  }

  @Test
  void shouldEstimateFlowSizes() {
    JsonNode epoch = json("flow-sizes").path("epochs").path(0);
    assertEquals("complete", epoch.path("state").asText(), epoch::toString);
    JsonNode estimate = json("flow-sizes", flow, "--epoch", "0").path(0);
    assertTrue(estimate.path("estimate").asLong() > 0, estimate::toString);
    assertTrue(query("flow-sizes", flow).out().contains("CONFIDENCE"));
    assertTrue(query("flow-sizes").out().contains("complete"));
  }

  @Test
  void shouldSayWhatStoresThereAre() {
    CommandRun run = query("path", "x");

    assertEquals(1, run.exitCode());
    assertTrue(run.sentence().contains("no store 'path'"), run::sentence);
    assertTrue(run.sentence().contains("paths"), run::sentence);
  }

  @Test
  void shouldSayWhatAKeyLooksLike() {
    CommandRun run = query("paths", "10.0.0.1");

    assertEquals(1, run.exitCode());
    assertTrue(run.sentence().contains("10.0.0.1"), run::sentence);
    assertTrue(run.sentence().contains("/tcp"), run::sentence);
  }

  @Test
  void shouldRefuseAListThatIsNone() {
    for (String list : List.of("99", "x", "-1")) {
      CommandRun run = query("events", "--", list);
      assertEquals(1, run.exitCode(), run::toString);
      assertTrue(run.sentence().contains(list), run::sentence);
    }
  }

  @Test
  void shouldAskForKeys() {
    for (String store : List.of("paths", "events", "host-bytes")) {
      CommandRun run = query(store);
      assertEquals(2, run.exitCode(), run::toString);
      assertFalse(run.err().isEmpty());
    }
  }

  @Test
  void shouldBeKnownToTheCollectorsMetricsAsAReader() throws IOException, InterruptedException {
    assertEquals(0, query("events", "0", "--reader", "archiver").exitCode());
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create(nodes.uri() + "/metrics");
      String metrics =
          client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
      String lag =
          "dta_collector_reader_lag_frames{list=\"0\",reader=\"archiver\",store=\"events\"}";
      assertTrue(metrics.contains(lag), metrics);
      assertFalse(metrics.contains("reader=\"dta-query\""), "only with --follow");
    }
  }

  @Test
  void shouldSayHowAReaderMayBeCalled() {
    CommandRun run = query("events", "0", "--reader", "two words");
    assertEquals(1, run.exitCode(), run::toString);
    assertTrue(run.err().contains("reader"), run::toString);
    assertTrue(run.err().contains("63 letters, digits, dots, hyphens"), run::toString);
  }
}
