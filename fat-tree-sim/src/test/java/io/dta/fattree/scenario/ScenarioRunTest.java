package io.dta.fattree.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.fattree.page.RunFiles;
import io.dta.fattree.verify.CollectorAnswers;
import io.dta.fattree.verify.Comparison;
import io.dta.primitives.directory.Directory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
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
    assertEquals(10, result.comparisons().size());
    for (Comparison each : result.comparisons()) {
      assertTrue(each.asked() > 0 || each.store().equals("lossy-flows"), each::toString);
      assertTrue(each.share() > 0.97, each::toString);
      assertEquals(0, each.outdated(), each::toString);
    }
    checkBalance(result);
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

  private static final long DIGEST = 0x9e5dc527L;

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
