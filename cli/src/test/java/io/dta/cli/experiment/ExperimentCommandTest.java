package io.dta.cli.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dta.cli.CommandRun;
import io.dta.experiment.catalog.Experiments;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentCommandTest {
  @TempDir private Path directory;

  @Test
  void shouldListTheExperiments() {
    CommandRun run = CommandRun.of("experiment", "list", "--json");

    assertEquals(0, run.exitCode(), run::toString);
    assertEquals(Experiments.all().size(), run.json().size());
    CommandRun text = CommandRun.of("experiment", "list");
    for (JsonNode each : run.json()) {
      assertTrue(text.out().contains(each.get("name").asText()), text::out);
    }
  }

  @Test
  void shouldRunAnExperimentAndLeaveItsPageAndPlots() throws Exception {
    CommandRun run =
        CommandRun.of(
            "experiment",
            "run",
            "load-and-age",
            "--seed",
            "3",
            "--repetitions",
            "1",
            "--out",
            directory.toString(),
            "--json");

    assertEquals(0, run.exitCode(), run::toString);
    assertEquals("PASS", run.json().get(0).get("verdict").asText());
    String page = Files.readString(Path.of(run.json().get(0).get("page").asText()));
    assertTrue(
        page.contains("dta experiment run load-and-age --scale small --seed 3 --repetitions 1"),
        page);
    for (String file :
        new String[] {"success-by-age.csv", "success-by-age.svg", "success-by-age.png"}) {
      assertTrue(Files.size(directory.resolve("load-and-age").resolve(file)) > 1000, file);
    }
    assertTrue(Files.readString(directory.resolve("index.md")).contains("| PASS | 104 |"));
  }

  @Test
  void shouldPlanTheHeadline() {
    CommandRun run =
        CommandRun.of(
            "experiment", "plan", "--flows", "100M", "--collectors", "3", "--show", "2", "--json");

    assertEquals(0, run.exitCode(), run::toString);
    assertEquals(2, run.json().size());
    for (JsonNode each : run.json()) {
      assertTrue(each.get("predicted").asDouble() >= 0.999, each::toString);
      assertTrue(each.get("bytesPerFlow").asDouble() < 300, each::toString);
      assertTrue(each.get("simulatedHigh").asDouble() >= 0.999, each::toString);
    }
  }
}
