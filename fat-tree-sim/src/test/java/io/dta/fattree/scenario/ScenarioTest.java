package io.dta.fattree.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.node.OperatorException;
import io.dta.node.YamlConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ScenarioTest {
  static Stream<String> shipped() {
    return ScenarioSource.SHIPPED.stream();
  }

  private static Scenario parse(String yaml) {
    return Scenario.parse(new ScenarioSource("s.yaml", yaml, Path.of(".")));
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void shouldShipWhatCanBeRun(String name) {
    ScenarioSource source = ScenarioSource.of(name);
    Scenario scenario = Scenario.parse(source);
    ScenarioRun run = new ScenarioRun(source, scenario);
    assertTrue(run.flows() > 0);
    assertTrue(scenario.about().length() <= 105, scenario.about());
    Scenario again = YamlConfig.parse("again", YamlConfig.dump(scenario), Scenario.class);
    assertEquals(scenario, again);
  }

  @Test
  void shouldListEveryFileThatIsShipped() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("scenarios"))) {
      Set<String> names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".yaml"))
              .map(name -> name.substring(0, name.length() - ".yaml".length()))
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(new TreeSet<>(ScenarioSource.SHIPPED), names);
    }
  }

  @Test
  void shouldTakeDefaultsForAllButWhatItIsAbout() {
    Scenario scenario = parse("about: nothing in particular");
    assertEquals(4, scenario.tree().k());
    assertEquals(1, scenario.seed());
    assertEquals(OutputSettings.To.ENGINE, scenario.output().to());
    assertEquals(TelemetrySettings.DEFAULT, scenario.telemetry());
    assertEquals(7, scenario.withSeed(7).seed());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "seed: 1 | about: expected a line",
        "about: x\\ntopolgy: {k: 4} | did you mean 'topology'?",
        "about: x\\ntopology: {k: 5} | topology: k 5: expected an even number from 4 to 48",
        "about: x\\ntraffic: {load: 0} | traffic: load 0.0: expected more than 0, up to 100",
        "about: x\\ntraffic: {flows: 0} | traffic: flows 0: expected 1 to",
        "about: x\\n"
            + "traffic: {sizes: websearch} | traffic: sizes 'websearch': expected one of"
            + " web-search, data-mining, hadoop, cache, a size such as 30 kB",
        "about: x\\n"
            + "traffic: {matrix: incast} | traffic: fanIn is missing: 'matrix: incast' needs the"
            + " number of senders, 2 to 15",
        "about: x\\ntraffic: {matrix: incast, fanIn: 99} | traffic: fanIn 99: expected 2 to 15",
        "about: x\\n"
            + "traffic: {stride: 3} | traffic: stride 3 is given, but 'matrix: uniform' does not"
            + " use it",
        "about: x\\ntraffic: {matrix: hot-rack, rack: 8} | traffic: rack 8: expected 0 to 7",
        "about: x\\ntraffic: {csv: a.csv, load: 0.5} | traffic: csv 'a.csv' lists all flows",
        "about: x\\nlinks: {gigabits: 0} | links: gigabits 0: expected 1 to 800",
        "about: x\\nlinks: {gigabits: 7} | expected at least 1000000 and a divisor of",
        "about: x\\nlinks: {buffer: 1 kB} | expected at least a packet, 1538",
        "about: x\\n"
            + "failures: {events: [{at: 1ms, fails: agg-0.0 core-3}]} | failures.events[0] 'agg-0.0"
            + " core-3': no cable joins agg-0.0 and core-3",
        "about: x\\n"
            + "failures: {events: [{at: 1ms, fails: agg-9.0}]} | failures.events[0] 'agg-9.0': pod"
            + " 9",
        "about: x\\n"
            + "failures: {events: [{at: 1ms, fails: leaf-1}]} | expected core-0 to core-3, or"
            + " agg-POD.INDEX or edge-POD.INDEX",
        "about: x\\n"
            + "failures: {events: [{at: 1ms, repairs: agg-0.0}]} | failures.events: 'agg-0.0' is"
            + " repaired at 1ms, but it is up then: expected that it fails before",
        "about: x\\n"
            + "failures: {events: [{at: 2ms, fails: agg-0.0}, {at: 1ms, fails: agg-0.0}]} |"
            + " failures.events: 'agg-0.0' fails at 2ms, but it is down then",
        "about: x\\n"
            + "telemetry: {intMd: {interval: 0s}} | interval 0s: expected more than 0, up to 1h",
        "about: x\\noutput: {to: translator} | output: translator is missing: expected HOST:PORT",
        "about: x\\n"
            + "output: {translator: 'h:99999'} | output: translator 'h:99999': expected HOST:PORT",
        "about: x\\nfailures: {events: [{at: 1ms}]} | fails, repairs: expected one of them",
        "about: x\\n"
            + "telemetry: {intMd: {flowsKnown: 3}} | telemetry.intMd: flowsKnown 3: expected a"
            + " power of two",
        "about: x\\n"
            + "telemetry: {sketches: {kinds: []}} | telemetry.sketches: kinds []: expected one or"
            + " more of count-min",
        "about: x\\ntelemetry: {} | telemetry reports nothing: name a system, such as 'intMd: {}'",
        "about: x\\noutput: {to: direct, copies: some} | expected one of",
        "about: x\\n"
            + "output: {to: direct}\\n"
            + "telemetry: {netSeer: {}} | 'output.to: direct' writes values by key alone",
        "about: x\\n"
            + "output: {copies: one} | output: copies one is given, but 'to: engine' does not use"
            + " it",
        "about: x\\noutput: {loss: 0.9} | output: loss 0.9: expected a number from 0 to 0.5",
        "about: x\\n"
            + "output: {translator: nowhere} | output: translator 'nowhere': expected HOST:PORT",
        "about: x\\n"
            + "output: {translator: \"h:1\"} | output: collectors is missing: expected the HTTP"
            + " address",
        "about: x\\nstores: {redundancy: 9} | stores: redundancy 9: expected 1 to 8",
        "about: x\\ntick: 0s | tick",
        "about: x\\ntruthFlows: -1 | truthFlows -1: expected 0 to",
      })
  void shouldNameTheKeyAndWhatWouldBeValid(String yaml, String message) {
    OperatorException error =
        assertThrows(OperatorException.class, () -> parse(yaml.replace("\\n", "\n")));
    assertTrue(error.getMessage().startsWith("s.yaml"), error::getMessage);
    assertTrue(error.getMessage().contains(message), error::getMessage);
  }

  @Test
  void shouldNameTheNearestShippedScenario() {
    OperatorException error =
        assertThrows(OperatorException.class, () -> ScenarioSource.of("incats"));
    assertTrue(error.getMessage().contains("there are incast, "), error::getMessage);
  }

  @Test
  void shouldSayWhatIsWrongWithAListOfFlows() {
    Scenario scenario = parse("about: x\ntraffic: {csv: missing.csv}");
    ScenarioSource source = new ScenarioSource("s.yaml", "", Path.of("."));
    OperatorException error =
        assertThrows(OperatorException.class, () -> new ScenarioRun(source, scenario));
    assertTrue(
        error.getMessage().contains("traffic.csv 'missing.csv': there is no file"),
        error::getMessage);
  }

  @Test
  void shouldTakeTheScenarioOfTheDocument() throws IOException {
    String document = Files.readString(Path.of("..", "docs", "simulator.md"));
    int begin = document.indexOf("```yaml\n") + "```yaml\n".length();
    Scenario scenario = parse(document.substring(begin, document.indexOf("```", begin)));
    assertEquals(8, scenario.tree().k());
    assertEquals(3, scenario.failures().plan(scenario.tree()).changes().size());
    assertEquals(4, scenario.stores().redundancy());
  }
}
