package io.dta.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.cli.CommandRun;
import io.dta.cli.NodeConfiguration;
import io.dta.node.YamlConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigCommandTest {
  private static final String COLLECTOR =
      """
      collector:
        http:
          port: 8040
        stores:
          - primitive: key-write
            id: 0
            name: paths
            key: ipv4-5-tuple
            valueLength: 20
            slots: 1024
      """;

  @TempDir Path directory;

  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../docs/examples"))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void shouldFindExamplesRight(Path example) {
    CommandRun run = CommandRun.of("config", "check", example.toString());

    assertEquals(0, run.exitCode(), run::toString);
    assertEquals(example + ": right\n", run.out());
  }

  @ParameterizedTest
  @MethodSource("examples")
  void shouldDumpWhatReadsBackTheSame(Path example) {
    NodeConfiguration configuration = NodeConfiguration.read(example);

    CommandRun yaml = CommandRun.of("config", "dump", example.toString());
    assertEquals(0, yaml.exitCode(), yaml::toString);
    assertEquals(
        configuration, YamlConfig.parse("dump", yaml.out(), NodeConfiguration.class), yaml::out);

    CommandRun json = CommandRun.of("config", "dump", "--json", example.toString());
    assertEquals(
        configuration, YamlConfig.parse("dump", json.out(), NodeConfiguration.class), json::out);
  }

  @ParameterizedTest
  @CsvSource({
    "port: 8040, prot: 8040, ':3:', prot, port",
    "slots: 1024, slots: 1000, ':10:', slots 1000, power of two",
    "port: 8040, port: 99999, ':3:', port 99999, 65535",
    "port: 8040, port: many, ':3:', port, many",
    "key-write, key-wirte, ':5:', key-wirte, key-write",
    "ipv4-5-tuple, ipv4-tuple, ':8:', ipv4-tuple, ipv4-5-tuple",
    "name: paths, nam: paths, ':7:', nam, name",
    "id: 0, id: 64, ':6:', id 64, 63"
  })
  void shouldNamePlaceAndRemedy(String right, String broken, String line, String key, String remedy)
      throws IOException {
    assertTrue(COLLECTOR.contains(right));
    Path file =
        Files.writeString(directory.resolve("broken.yaml"), COLLECTOR.replace(right, broken));

    CommandRun run = CommandRun.of("config", "check", file.toString());

    assertEquals(1, run.exitCode(), run::toString);
    assertEquals(1, run.out().lines().count(), run::out);
    for (String part : List.of(file + line, key, remedy)) {
      assertTrue(run.out().contains(part), () -> "lacks '" + part + "': " + run.out());
    }
  }

  @Test
  void shouldCheckEveryFileAndFailForOne() throws IOException {
    Path right = Files.writeString(directory.resolve("right.yaml"), COLLECTOR);
    Path missing = directory.resolve("missing.yaml");

    CommandRun run =
        CommandRun.of("config", "check", "--json", missing.toString(), right.toString());

    assertEquals(1, run.exitCode());
    assertEquals(false, run.json().path(0).path("ok").asBoolean());
    assertTrue(run.json().path(0).path("error").asText().contains("does not exist"));
    assertEquals(true, run.json().path(1).path("ok").asBoolean());
  }

  @Test
  void shouldSayWhichSectionIsMissing() throws IOException {
    Path file = Files.writeString(directory.resolve("collector.yaml"), COLLECTOR);

    CommandRun run = CommandRun.of("translator", "--config", file.toString());

    assertEquals(1, run.exitCode());
    assertTrue(run.sentence().contains("configures no translator"), run::sentence);
  }
}
