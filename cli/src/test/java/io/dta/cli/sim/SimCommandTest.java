package io.dta.cli.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dta.cli.CommandRun;
import io.dta.cli.NodeConfiguration;
import io.dta.cli.RunningNodes;
import io.dta.fattree.scenario.ScenarioSource;
import io.dta.node.YamlConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimCommandTest {
  private static final String SCENARIO =
      """
      about: for a test
      traffic: {sizes: 20 kB, load: 0.5, flows: 200}
      telemetry: {intMd: {}, postcards: {}, netSeer: {}, hostBytes: {}}
      """;

  @TempDir private Path directory;

  private String scenario(String more) throws IOException {
    Path file = directory.resolve("s.yaml");
    Files.writeString(file, SCENARIO + more);
    return file.toString();
  }

  private String out() {
    return directory.resolve("out").toString();
  }

  @Test
  void shouldListWhatIsShipped() {
    CommandRun run = CommandRun.of("sim");

    assertEquals(0, run.exitCode(), run::toString);
    for (String name : ScenarioSource.SHIPPED) {
      assertTrue(run.out().contains("\n" + name + " "), run::out);
    }
    JsonNode json = CommandRun.of("sim", "--json").json();
    assertEquals(ScenarioSource.SHIPPED.size(), json.size());
    assertEquals("quick-look", json.get(0).get("scenario").asText());
  }

  @Test
  void shouldLeaveAPageAndFigures() throws IOException {
    CommandRun run =
        CommandRun.of(
            "sim", scenario(""), "--out", out(), "--metrics-port", "0", "--metrics-linger", "1");
    assertTrue(run.err().contains("metrics: http://127.0.0.1:"), run::toString);
    assertTrue(run.err().contains("metrics are served for 1 s more"), run::toString);

    assertEquals(0, run.exitCode(), run::toString);
    assertTrue(run.out().contains("200 of 200 flows completed"), run::out);
    assertTrue(run.err().contains("results: " + out()), run::err);
    for (String file :
        new String[] {
          "report.html", "summary.json", "flows.csv", "incidents.csv", "links.csv", "queues.csv"
        }) {
      assertTrue(Files.size(Path.of(out(), file)) > 20, file);
    }
    assertEquals(201, Files.readAllLines(Path.of(out(), "flows.csv")).size());
  }

  @Test
  void shouldTakeAnotherSeed() throws IOException {
    String file = scenario("");
    JsonNode one = CommandRun.of("sim", file, "--out", out(), "--json").json();
    JsonNode same = CommandRun.of("sim", file, "--out", out(), "--json", "--seed", "1").json();
    JsonNode other = CommandRun.of("sim", file, "--out", out(), "--json", "--seed", "2").json();

    assertEquals(one.get("packetHops"), same.get("packetHops"));
    assertEquals(one.get("telemetry"), same.get("telemetry"));
    assertNotEquals(one.get("packetHops"), other.get("packetHops"));
    assertEquals(2, other.get("seed").asInt());
  }

  @Test
  void shouldSayWhatIsWrongWithAScenario() throws IOException {
    CommandRun run = CommandRun.of("sim", scenario("topology: {k: 7}\n"));

    assertEquals(1, run.exitCode(), run::toString);
    assertTrue(
        run.sentence().contains("topology: k 7: expected an even number from 4 to 48"),
        run::sentence);
    CommandRun missing = CommandRun.of("sim", "nonesuch");
    assertEquals(1, missing.exitCode());
    assertTrue(missing.sentence().contains("neither a file nor a shipped"), missing::sentence);
  }

  @Test
  void shouldPrintAShippedScenarioToBeginWith() throws IOException {
    CommandRun run = CommandRun.of("sim", "incast", "--print-scenario");

    assertEquals(0, run.exitCode(), run::toString);
    assertEquals(ScenarioSource.of("incast").text(), run.out());
  }

  @Test
  void shouldReportToARunningTranslator() throws IOException {
    String plain = scenario("");
    CommandRun stores = CommandRun.of("sim", plain, "--print-stores");
    NodeConfiguration collector = YamlConfig.parse("stores", stores.out(), NodeConfiguration.class);
    try (RunningNodes nodes = new RunningNodes(collector.collector().stores())) {
      String file =
          scenario(
              "output: {translator: \"%s\", collectors: [\"%s\"], reporterPort: %s}\n"
                  .formatted(nodes.target(), nodes.uri(), nodes.reporterPort()));
      CommandRun run = CommandRun.of("sim", file, "--out", out(), "--json");

      assertEquals(0, run.exitCode(), run::toString);
      for (JsonNode store : run.json().get("telemetry")) {
        long asked = store.get("asked").asLong();
        assertTrue(store.get("right").asLong() >= 0.9 * asked, store::toString);
        assertEquals(0, store.get("wrong").asLong(), store::toString);
      }
      CommandRun other =
          CommandRun.of(
              "sim",
              "incast",
              "--out",
              out(),
              "--target",
              nodes.target(),
              "--collector",
              nodes.uri());
      assertEquals(1, other.exitCode(), other::toString);
      assertTrue(other.err().contains("--print-stores"), other::err);
    }
  }
}
