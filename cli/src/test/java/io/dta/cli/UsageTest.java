package io.dta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
  private static final int WIDTH = 80;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "collector",
        "translator",
        "load",
        "sim",
        "query",
        "events",
        "experiment",
        "experiment list",
        "experiment run",
        "experiment plan",
        "config",
        "config check",
        "config dump",
        "doctor",
        "metrics",
        "p4",
        "p4 entries",
        "p4 run",
        "p4 compile"
      })
  void shouldHelpWithExamplesInEightyColumns(String command) {
    CommandRun run = CommandRun.of((command + " --help").split(" "));

    assertEquals(0, run.exitCode(), run::toString);
    List<String> lines = run.out().lines().toList();
    int examples = lines.indexOf("Examples:");
    assertTrue(examples > 0, run::out);
    assertTrue(lines.size() > examples + 1, run::out);
    for (String example : lines.subList(examples + 1, lines.size())) {
      assertTrue(example.startsWith("  dta "), () -> "wrapped: " + example);
    }
    for (String line : lines) {
      assertTrue(line.length() <= WIDTH, () -> "too wide: " + line);
    }
    assertFalse(run.out().contains("%%"), run::out);
  }

  @Test
  void shouldHelpInEightyColumnsWithoutCommand() {
    CommandRun run = CommandRun.of();

    assertEquals(2, run.exitCode());
    assertTrue(run.out().contains("dta COMMAND --help"), run::out);
    assertFalse(run.out().contains("warm-up"), run::out);
    run.out().lines().forEach(line -> assertTrue(line.length() <= WIDTH, line));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "demo --version", "config check --version"})
  void shouldTellVersion(String arguments) {
    CommandRun run = CommandRun.of(arguments.split(" "));

    assertEquals(0, run.exitCode());
    assertTrue(run.out().startsWith("dta "), run::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dem",
        "demo --k 5",
        "demo --flows 0",
        "demo --loss 0.9",
        "demo --transport tcp",
        "demo more",
        "collector",
        "translator",
        "translator --config a --collector http://127.0.0.1:1",
        "translator --collector ftp://127.0.0.1",
        "load --target nowhere",
        "load --target 127.0.0.1:99999",
        "load --rate -1",
        "load --loopback-network 255",
        "load --collector http://%",
        "sim incast more",
        "sim incast --seed many",
        "sim --seed 1",
        "sim incast --target nowhere",
        "query paths a --policy most",
        "query --limit many",
        "experiment",
        "experiment run",
        "experiment run nonesuch",
        "experiment run load-and-age --all",
        "experiment run --all --scale huge",
        "experiment run --all --repetitions 0",
        "experiment plan",
        "experiment plan --flows many",
        "experiment plan --flows 100M --success 1",
        "experiment plan --flows 100M --path-length 0",
        "experiment plan --flows 100M --collectors 0",
        "config",
        "config check",
        "config dump a b"
      })
  void shouldRefuseWrongUsage(String arguments) {
    CommandRun run = CommandRun.of(arguments.split(" "));

    assertEquals(2, run.exitCode(), run::toString);
    assertEquals("", run.out());
    assertFalse(run.err().contains("\tat "), run::err);
    assertTrue(
        run.err().contains("Usage: dta") || run.err().contains("Did you mean: dta demo?"),
        run::err);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "query --collector http://127.0.0.1:1",
        "query paths a --collector http://127.0.0.1:1",
        "load --collector http://127.0.0.1:1"
      })
  void shouldSayThatNoCollectorAnswers(String arguments) {
    CommandRun run = CommandRun.of(arguments.split(" "));

    assertEquals(1, run.exitCode(), run::toString);
    assertTrue(
        run.sentence().contains("no collector answers at http://127.0.0.1:1"), run::sentence);
  }

  @Test
  void shouldExamineThisMachine() {
    CommandRun json = CommandRun.of("doctor", "--json");
    assertEquals(json.json().path("ok").asBoolean() ? 0 : 1, json.exitCode());
    assertEquals("ok", json.json().path("findings").path(0).path("verdict").asText());

    CommandRun text = CommandRun.of("doctor");
    assertTrue(text.out().contains("Java"), text::out);
  }
}
