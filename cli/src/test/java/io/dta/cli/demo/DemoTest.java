package io.dta.cli.demo;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dta.cli.CommandRun;
import io.dta.fattree.FatTreeConfig;
import io.dta.primitives.Primitive;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.translator.connection.RdmaSettings.Transport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoTest {
  private static final int FLOWS = 2000;
  private static final Map<String, List<String>> KEYS =
      Map.of(
          "/topology", List.of("k", "hosts", "switches"),
          "/reports", List.of("sent", "received", "written", "uncertain", "inFlight"),
          "/primitives/key-write", List.of("queried", "correct", "empty", "wrong"),
          "/primitives/postcarding", List.of("queried", "correct", "empty", "wrong"),
          "/primitives/append", List.of("sent", "read", "lost", "outOfOrder"),
          "/primitives/key-increment", List.of("queried", "exact", "over", "under"),
          "/primitives/sketch-merge", List.of("epochs", "columns", "queried", "withinBound"));

  @ParameterizedTest
  @ValueSource(strings = {"", "--transport local", "--loss 0.05 --seed 7"})
  void shouldFindEveryAnswerRight(String options) {
    CommandRun run =
        CommandRun.of(("demo --json --flows " + FLOWS + " " + options).strip().split(" +"));

    assertEquals(0, run.exitCode(), run::toString);
    JsonNode json = run.json();
    assertTrue(json.path("ok").isBoolean() && json.path("ok").asBoolean(), run::out);
    assertTrue(json.path("elapsedSeconds").isDouble(), run::out);
    KEYS.forEach(
        (object, keys) ->
            keys.forEach(
                key ->
                    assertTrue(
                        json.at(object).path(key).isIntegralNumber(),
                        () -> object + "/" + key + " in " + run.out())));
    assertEquals("{\"k\":4,\"hosts\":16,\"switches\":20}", json.path("topology").toString());
    shouldAccountForEveryReport(json.path("reports"));
    for (String primitive : List.of("key-write", "postcarding")) {
      JsonNode lookups = json.path("primitives").path(primitive);
      assertEquals(FLOWS, number(lookups, "queried"));
      assertEquals(
          FLOWS, number(lookups, "correct") + number(lookups, "empty") + number(lookups, "wrong"));
      assertEquals(0, number(lookups, "wrong"));
    }
    shouldKeepWhatIsEssential(json.path("primitives"));
  }

  private static void shouldAccountForEveryReport(JsonNode reports) {
    assertTrue(reports.path("dropped").isObject(), reports::toString);
    long dropped = 0;
    for (JsonNode count : reports.path("dropped")) {
      dropped += count.asLong();
    }
    assertTrue(number(reports, "received") > 0);
    assertEquals(
        number(reports, "received"),
        number(reports, "written")
            + dropped
            + number(reports, "uncertain")
            + number(reports, "inFlight"),
        reports::toString);
  }

  private static void shouldKeepWhatIsEssential(JsonNode primitives) {
    JsonNode lists = primitives.path("append");
    assertTrue(number(lists, "sent") > 0);
    assertEquals(number(lists, "sent"), number(lists, "read"));
    assertEquals(0, number(lists, "lost"));
    JsonNode counts = primitives.path("key-increment");
    assertEquals(
        number(counts, "queried"),
        number(counts, "exact") + number(counts, "over") + number(counts, "under"));
    JsonNode sketches = primitives.path("sketch-merge");
    assertEquals(FatTreeConfig.DEFAULT_EPOCHS, number(sketches, "epochs"));
    assertEquals(FLOWS, number(sketches, "queried"));
  }

  private static long number(JsonNode node, String key) {
    return node.path(key).asLong(-1);
  }

  @Test
  void shouldShowTablesPathsAndVerdict() {
    CommandRun run = CommandRun.of("demo", "--flows", "300", "--epochs", "1");

    assertEquals(0, run.exitCode(), run::toString);
    for (String part :
        List.of("REPORTS", "ANSWERS", "PATHS", "accounting", "verdict     right: every answer")) {
      assertTrue(run.out().contains(part), () -> "lacks " + part + ": " + run.out());
    }
    assertEquals(
        List.of("reporting: 300 flows", "checking: 900 answers"), run.err().lines().toList());
  }

  @Test
  void shouldRunWithOneFlow() {
    CommandRun run = CommandRun.of("demo", "--flows", "1", "--epochs", "1");

    assertEquals(0, run.exitCode(), run::toString);
  }

  /** What a wrong writer, a wrong address or a broken memory would leave. */
  @Test
  void shouldFindWhatIsWrongInMemory() throws IOException {
    FatTreeConfig config = new FatTreeConfig(4, 500, 1, 1, 0);
    try (Demo demo =
        new Demo(
            new DemoSettings(config, Transport.ROCEV2, false),
            new PrintWriter(Writer.nullWriter()),
            null)) {
      Demo.Reported reported = demo.report();
      DemoOutcome right = demo.check(reported);
      assertEquals(List.of(), right.findings());

      for (MemoryRegion region : demo.nodes().collector().memory().regions()) {
        region.segment().fill((byte) 1);
      }
      DemoOutcome wrong = demo.check(reported);

      assertFalse(wrong.ok());
      assertFalse(DemoJson.of(wrong).ok());
      assertNotEquals(0, DemoCommand.exitCode(wrong));
      assertAll(
          Stream.of(Primitive.values())
              .map(
                  primitive ->
                      () ->
                          assertTrue(
                              wrong.findings().stream()
                                  .anyMatch(finding -> finding.startsWith(primitive.label())),
                              () -> primitive.label() + " is not in " + wrong.findings())));
    }
  }

  @Test
  void shouldLeaveNoRegionFilesBehind() throws IOException {
    FatTreeConfig config = new FatTreeConfig(4, 50, 1, 1, 0);
    DemoSettings settings = new DemoSettings(config, Transport.LOCAL, false);
    try (Demo demo = new Demo(settings, new PrintWriter(Writer.nullWriter()), null)) {
      assertEquals(List.of(), demo.check(demo.report()).findings());
      Path file =
          Path.of(demo.nodes().collector().directory().entries().getFirst().region().file());
      assertFalse(Files.exists(file), file::toString);
    }
  }
}
