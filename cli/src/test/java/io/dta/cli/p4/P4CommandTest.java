package io.dta.cli.p4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dta.cli.CommandRun;
import io.dta.collector.Collector;
import io.dta.collector.CollectorContext;
import io.dta.node.HttpJsonClient;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code dta p4} against a real collector. */
class P4CommandTest {
  private static final List<Store> STORES =
      List.of(
          new KeyWriteStore(0, "flows", KeyFormat.U32, 4, 1024, 2, null, null),
          new AppendStore(0, "drops", 4, 4, 4, 8),
          new AppendStore(1, "events", 4, 18, 4, 8));

  private Collector collector;

  @BeforeEach
  void start() {
    collector =
        new Collector(
            new CollectorContext(
                null,
                new CollectorContext.Http("127.0.0.1", 0),
                new CollectorContext.Rdma("127.0.0.1", 0, null, null, null),
                new CollectorContext.Regions(null, null, false),
                STORES,
                null));
    collector.start();
  }

  @AfterEach
  void stop() {
    collector.close();
  }

  private JsonNode queuePairs() {
    return new HttpJsonClient(collector.uri(), "collector", "")
        .get("/v1/queue-pairs", JsonNode.class)
        .get("queuePairs");
  }

  @Test
  void shouldPrintCommandsForASwitchThatACollectorWaitsFor() {
    CommandRun run =
        CommandRun.of(
            "p4",
            "entries",
            "--collector",
            collector.uri().toString(),
            "--program",
            "translator",
            "--target",
            "bmv2");

    assertEquals(0, run.exitCode(), run::toString);
    assertEquals(1, queuePairs().size());
    JsonNode queuePair = queuePairs().get(0);
    assertTrue(
        run.out()
            .contains(
                "table_add TranslatorIngress.answering TranslatorIngress.set_answering 0x7f000001 0x%x => 0x0 0x1\n"
                    .formatted(queuePair.get("remoteQueuePairNumber").asInt())),
        run::toString);
    assertTrue(
        run.out().contains("0x%x 0x40\n".formatted(queuePair.get("queuePairNumber").asInt())),
        run::toString);
    assertTrue(run.err().contains("settings for a switch at 127.0.0.1"), run::toString);
  }

  @Test
  void shouldPrintAScriptForATofinoFromAConfigurationFile(@TempDir Path directory)
      throws IOException {
    Path file = directory.resolve("switch.yaml");
    Files.writeString(
        file,
        """
        p4:
          address: 10.0.9.2
          mac: 02:00:00:00:09:02
          collectors:
            - url: %s
              port: 12
          reporters:
            - address: 10.0.1.1
              port: 3
              mac: 02:00:00:00:01:01
        """
            .formatted(collector.uri()));

    CommandRun run =
        CommandRun.of("p4", "entries", "--config", file.toString(), "--target", "tofino");

    assertEquals(0, run.exitCode(), run::toString);
    assertTrue(run.out().startsWith("p4 = bfrt.dta_translator.pipe\n"), run::toString);
    assertTrue(run.out().contains("DEV_PORT=[12]"), run::toString);
    assertTrue(run.out().contains("set_reporter(source=0xa000101, "), run::toString);
    assertTrue(run.err().contains("those of p4/tofino differ"), run::toString);
    assertEquals("10.0.9.2", queuePairs().get(0).get("address").asText());
  }

  @Test
  void shouldPrintCommandsForAReporter(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("switch.yaml");
    String configuration =
        """
        p4:
          address: 10.0.9.3
          collectors:
            - url: %s
          reporter:
            switchId: 7
            salt: 5
            targets:
              - address: 10.0.9.2
                port: 3
                mac: 02:00:00:00:09:02
            routes:
              - prefix: 10.1.0.0/16
                ways:
                  - {port: 1, mac: 02:00:00:00:00:01}
                  - {port: 2, mac: 02:00:00:00:00:02}
            hostPorts: [1]
            commanders: [10.0.9.1]
            events: {store: STORE, longQueue: 16}
        """
            .formatted(collector.uri());
    Files.writeString(file, configuration.replace("STORE", "events"));
    String[] command = {
      "p4", "entries", "--program", "reporter", "--config", file.toString(),
    };

    CommandRun run = CommandRun.of(command);

    assertEquals(0, run.exitCode(), run::toString);
    assertEquals(0, queuePairs().size());
    assertTrue(
        run.out()
            .contains(
                "table_add ReporterIngress.ecmp.routes ReporterIngress.ecmp.next_hops 0xa010000/16"
                    + " => 0x0 0x2\n"),
        run::toString);
    assertTrue(
        run.out().contains("ReporterIngress.set_switch 0x7 0x5 0x1 0x26 0x54\n"), run::toString);
    Files.writeString(file, configuration.replace("STORE", "flows"));
    CommandRun wrong = CommandRun.of(command);
    assertEquals(1, wrong.exitCode(), wrong::toString);
    assertTrue(wrong.err().contains("store 'flows' is of key-write"), wrong::toString);
    CommandRun without =
        CommandRun.of(
            "p4", "entries", "--program", "reporter", "--collector", collector.uri().toString());
    assertEquals(1, without.exitCode(), without::toString);
    assertTrue(without.err().contains("add 'reporter' to the section 'p4'"), without::toString);
  }

  @Test
  void shouldPrintSettingsAsJsonAndLeaveQueuePairsOut() {
    CommandRun run =
        CommandRun.of(
            "p4",
            "entries",
            "--collector",
            collector.uri().toString(),
            "--without-queue-pairs",
            "--json");

    assertEquals(0, run.exitCode(), run::toString);
    assertEquals(0, queuePairs().size());
    assertTrue(run.json().isArray());
    assertTrue(run.out().contains("TranslatorIngress.append.store"), run::toString);
    assertTrue(!run.out().contains("set_queue_pair"), run::toString);
  }

  @Test
  void shouldSayWhatIsWrong() {
    String url = collector.uri().toString();
    assertEquals(2, CommandRun.of("p4", "entries").exitCode());
    assertEquals(
        2, CommandRun.of("p4", "entries", "--collector", url, "--target", "asic").exitCode());
    CommandRun program = CommandRun.of("p4", "entries", "--collector", url, "--program", "router");
    assertEquals(2, program.exitCode(), program::toString);
    assertTrue(program.err().contains("expected one of [TRANSLATOR"), program::toString);
    CommandRun mac =
        CommandRun.of("p4", "entries", "--collector", url, "--next-hop", "02:00:00:00:00");
    assertEquals(2, mac.exitCode(), mac::toString);
    assertTrue(mac.err().contains("expected the form 02:00:00:00:00:01"), mac::toString);
    CommandRun device = CommandRun.of("p4", "run", "--switch", "here", "--collector", url);
    assertEquals(2, device.exitCode(), device::toString);
    assertTrue(device.err().contains("expected the form HOST:PORT"), device::toString);
    CommandRun gone = CommandRun.of("p4", "entries", "--collector", "http://127.0.0.1:1");
    assertEquals(1, gone.exitCode(), gone::toString);
    assertTrue(gone.sentence().contains("is it running?"), gone::toString);
  }
}
