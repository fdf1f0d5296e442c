package io.dta.fattree.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.fattree.page.RunFiles;
import io.dta.fattree.verify.CollectorAnswers;
import io.dta.fattree.verify.Comparison;
import io.dta.fattree.verify.Deviation;
import io.dta.fattree.witness.Witness;
import io.dta.primitives.analysis.Tolerance;
import io.dta.primitives.directory.Directory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScenarioRunTest {
  private static final String TRAFFIC =
      """
      about: for a test
      links: {gigabits: 10, buffer: 128 KiB, mark: 48 KiB}
      traffic: {matrix: incast, fanIn: 8, sizes: 30 kB, load: 0.6, flows: 320}
      """;

  @TempDir private Path directory;

  private static final class Nobody implements Outlets.Asking {
    @Override
    public Directory directory(URI collector) {
      throw new AssertionError("nobody is asked");
    }

    @Override
    public CollectorAnswers answers(URI collector) {
      throw new AssertionError("nobody is asked");
    }
  }

  private ScenarioResult run(String yaml, long seed, BooleanSupplier stop) throws IOException {
    ScenarioSource source = new ScenarioSource("s.yaml", yaml, directory);
    ScenarioRun run = new ScenarioRun(source, Scenario.parse(source).withSeed(seed));
    return run.run(new Nobody(), directory, status -> {}, stop);
  }

  private ScenarioResult run(String yaml) throws IOException {
    return run(yaml, 1, () -> false);
  }

  private static void checkBalance(ScenarioResult result) {
    long ended = result.delivery().fate().values().stream().mapToLong(Long::longValue).sum();
    assertEquals(result.delivery().reports(), ended, () -> result.delivery().toString());
  }

  @Test
  void shouldSayWhatHappenedByEverySystem() throws IOException {
    ScenarioResult result = run(TRAFFIC);

    assertTrue(result.complete());
    assertEquals(320, result.summary().flows().completed());
    assertEquals(11, result.comparisons().size());
    for (Comparison each : result.comparisons()) {
      assertTrue(each.asked() > 0 || each.store().equals("lossy-flows"), each::toString);
      assertTrue(each.share() > 0.97, each::toString);
      assertEquals(0, each.outdated(), each::toString);
    }
    checkBalance(result);
  }

  /** Of every number: how far it is off, and what theory allows. */
  @Test
  void shouldSayHowFarNumbersAreOff() throws IOException {
    ScenarioResult result = run(TRAFFIC);

    Map<String, Deviation> off = new HashMap<>();
    for (Comparison each : result.comparisons()) {
      if (each.deviation() != null) {
        off.put(each.store(), each.deviation());
      }
    }
    assertEquals(
        Set.of("events", "host-bytes", "flow-bytes", "count-min", "count-sketch", "hyperloglog"),
        off.keySet());
    for (String store : List.of("events", "host-bytes")) {
      assertEquals(0, off.get(store).most(), store);
    }
    for (String store :
        List.of("host-bytes", "flow-bytes", "count-min", "count-sketch", "hyperloglog")) {
      Deviation each = off.get(store);
      assertTrue(each.answers() > 0, store);
      assertTrue(each.bound() > 0 && each.risk() > 0 && each.risk() < 0.2, each::toString);
      assertTrue(
          each.beyond() <= Tolerance.most(each.answers(), each.risk(), 1e-6), each::toString);
      assertTrue(each.p99() <= each.most(), each::toString);
    }
    // Sketches of 1024 columns that hold hundreds of flows are off, but by less than their bound.
    assertTrue(off.get("count-min").most() > 0);
  }

  /** What INT measures is what a packet met that came lately, also where ways change. */
  @Test
  void shouldMeasureWhatPacketsMetWhereWaysChange() throws IOException {
    ScenarioResult result =
        run(
            TRAFFIC.replace("sizes: 30 kB", "sizes: 300 kB")
                + """
                failures: {convergence: 100us, events: [{at: 500us, fails: agg-0.0}, {at: 2ms, repairs: agg-0.0}]}
                telemetry:
                  intMd: {collect: [path, hop-latency, queue-depth, ingress-timestamp, egress-timestamp], interval: 20us}
                  netSeer: {every: 4}
                  lossyFlows: {}
                stores: {slotsPerFlow: 64, redundancy: 4}
                """);
    Map<String, Comparison> said = new HashMap<>();
    for (Comparison each : result.comparisons()) {
      said.put(each.what(), each);
      assertEquals(each.asked(), each.right(), each::toString);
    }
    for (String what :
        List.of("hop latency", "queue depth", "ingress timestamp", "egress timestamp")) {
      Comparison each = said.get(what + " of flows");
      assertEquals(said.get("paths of flows").asked(), each.asked(), each::toString);
      assertTrue(each.deviation().mean() > 0, each::toString);
    }
    // A report is less than an interval older than the last packet, and the way takes longer than
    // that.
    assertTrue(said.get("ingress timestamp of flows").deviation().most() < 1e6);
    assertTrue(said.get("paths that changed").asked() > 0);
    assertTrue(said.get("changes of way").asked() > 0);
    assertTrue(said.get("lossy flows").asked() > 0);
    Comparison drops = said.get("drops of flows");
    long packets =
        result.witness().incidents().stream()
            .filter(incident -> !incident.isCongestion())
            .mapToLong(Witness.Incident::packets)
            .sum();
    assertTrue(drops.reports() < packets, drops + " of " + packets + " packets");

    List<String> answers = Files.readAllLines(directory.resolve("answers.csv"));
    assertEquals("store,what,key,truth,answer,verdict", answers.getFirst());
    long asked =
        result.comparisons().stream()
            .filter(each -> !each.what().equals("paths that changed"))
            .mapToLong(Comparison::asked)
            .sum();
    assertEquals(asked, answers.size() - 1);
    answers.forEach(line -> assertEquals(6, line.split(",", -1).length, line));
  }

  /** Where reports are lost, telemetry lacks what the truth has, and never says more. */
  @Test
  void shouldSeeThatReportsAreLost() throws IOException {
    ScenarioResult result =
        run(
            TRAFFIC.replace("sizes: 30 kB", "sizes: 300 kB")
                + """
                telemetry:
                  intMd: {collect: [path, queue-depth, egress-timestamp], interval: 20us}
                  hostBytes: {every: 64 KiB}
                stores: {slotsPerFlow: 64, redundancy: 4}
                output: {loss: 0.5}
                """);
    for (Comparison each : result.comparisons()) {
      assertEquals(0, each.wrong(), each::toString);
      if (!each.what().equals("paths of flows")) {
        assertTrue(each.outdated() + each.empty() > 10, each::toString);
      }
    }
  }

  /**
   * One seed makes one run, on every machine: the digest goes over every datagram, when it left,
   * and all that is known of flows, queues and links. It changes where the simulation does.
   */
  @Test
  void shouldMakeOneRunOfOneSeed() throws IOException {
    String yaml =
        TRAFFIC
            + """
            failures: {convergence: 200us, events: [{at: 500us, fails: agg-1.0}, {at: 2ms, repairs: agg-1.0}]}
            output: {loss: 0.1, capture: c.pcapng}
            """;
    long digest = digest(run(yaml, 5, () -> false));
    assertEquals(digest, digest(run(yaml, 5, () -> false)));
    assertNotEquals(digest, digest(run(yaml, 6, () -> false)));
    assertEquals(DIGEST, digest, () -> "0x" + Long.toHexString(digest));
  }

  private static final long DIGEST = 0x1690e57aL;

  private long digest(ScenarioResult result) throws IOException {
    RunFiles.write(result, directory);
    CRC32 crc = new CRC32();
    for (String file :
        new String[] {"flows.csv", "incidents.csv", "links.csv", "queues.csv", "c.pcapng"}) {
      byte[] bytes = Files.readAllBytes(directory.resolve(file));
      assertTrue(bytes.length > 100, file);
      crc.update(bytes);
    }
    return crc.getValue();
  }

  @Test
  void shouldLeaveWhatItHasWhereItIsInterrupted() throws IOException {
    int[] asked = new int[1];
    ScenarioResult result =
        run(TRAFFIC.replace("flows: 320", "flows: 100000"), 1, () -> asked[0]++ == 3);

    assertFalse(result.complete());
    assertTrue(result.summary().flows().completed() > 10);
    assertTrue(result.summary().flows().completed() < 100_000);
    checkBalance(result);
    RunFiles.write(result, directory);
    assertTrue(Files.readString(directory.resolve("report.html")).contains("Incomplete."));
    assertTrue(
        Files.readString(directory.resolve("summary.json")).contains("\"complete\" : false"));
  }

  @Test
  void shouldEndWhereItIsTold() throws IOException {
    ScenarioResult result = run(TRAFFIC + "until: 300us\noutput: {to: nobody}\n");

    assertTrue(result.complete());
    assertEquals(300e-6, result.summary().seconds(), 1e-12);
    assertNull(result.delivery());
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "rc", "uc"})
  void shouldWriteWithoutATranslator(String over) throws IOException {
    ScenarioResult result =
        run(
            TRAFFIC
                + "stores: {slotsPerFlow: 32, redundancy: 4}\n"
                + "output: {to: direct, count: 2, copies: all, over: %s}\n".formatted(over));

    checkBalance(result);
    assertEquals(4 * result.delivery().reports(), result.delivery().operations());
    assertEquals(2 * 8, result.delivery().queuePairs());
    Comparison paths = result.comparisons().getFirst();
    assertEquals(320, paths.asked());
    assertEquals(0, paths.wrong());
    // UC may lose packets, where the machine is busy.
    assertTrue(paths.right() > (over.equals("uc") ? 250 : 315), paths::toString);
  }

  @Test
  void shouldReportToNodesOfItsOwn() throws IOException {
    ScenarioResult result =
        run(
            TRAFFIC
                + "telemetry: {intMd: {}, netSeer: {}, hostBytes: {}}\n"
                + "output: {to: nodes, capture: c.pcapng}\n");

    checkBalance(result);
    for (Comparison each : result.comparisons()) {
      assertTrue(each.share() > 0.95, each::toString);
    }
    assertTrue(Files.size(directory.resolve("c.pcapng")) > 10_000);
  }
}
