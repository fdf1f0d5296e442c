package io.dta.translator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.Store;
import io.dta.translator.TranslatorContext.Threads;
import io.dta.translator.connection.RdmaSettings;
import io.dta.translator.connection.RdmaSettings.Service;
import io.dta.translator.connection.RdmaSettings.Transport;
import io.dta.translator.connection.Reliability;
import io.dta.translator.engine.EngineSnapshot;
import io.dta.translator.engine.LinkState;
import io.dta.translator.source.SourceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Collectors that come and go under a running translator. */
class TranslatorRecoveryTest {
  private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);
  private static final Reliability HASTY = new Reliability(Duration.ofMillis(5), 4, null, 8, 64);

  @TempDir private Path files;

  private static TranslatorContext context(Service service, StubCollector... collectors) {
    return context(Transport.ROCEV2, service, collectors);
  }

  private static TranslatorContext context(
      Transport transport, Service service, StubCollector... collectors) {
    RdmaSettings rdma =
        new RdmaSettings(
            transport,
            null,
            service,
            "127.0.0.1",
            0,
            null,
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            null,
            null,
            null,
            HASTY);
    return new TranslatorContext(
        new SourceSettings("127.0.0.1", 0, 1, null),
        null,
        Arrays.stream(collectors).map(StubCollector::url).toList(),
        rdma,
        new Threads(null, null, null, null, null),
        new TranslatorContext.Http("127.0.0.1", 0),
        null,
        Duration.ofMillis(200));
  }

  private static void await(String what, BooleanSupplier condition) {
    IdleStrategy idle = new BackoffIdleStrategy();
    long deadline = System.nanoTime() + PATIENCE_NS;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - deadline < 0, "waited in vain: " + what);
      idle.idle();
    }
  }

  /** On a busy machine a hasty queue pair may go down for a moment, and its reports be dropped. */
  private static void sendUntil(
      Translator translator, Traffic traffic, String what, long moreThanWritten)
      throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NS;
    while (translator.accounting().written() <= moreThanWritten) {
      assertTrue(System.nanoTime() - deadline < 0, () -> what + ": " + translator.accounting());
      traffic.send();
      await("received", () -> translator.accounting().received() == traffic.reports());
    }
  }

  private static LinkState state(Translator translator, int link) {
    return translator.links().get(link).status().state();
  }

  private static void assertBalanced(Translator translator) {
    EngineSnapshot counts = translator.snapshot();
    assertTrue(counts.isBalanced(), counts.toString());
  }

  private static String problem(Translator translator) {
    List<String> problems = translator.problems();
    return problems.isEmpty() ? "" : problems.getFirst();
  }

  @Test
  void shouldGoOnWhereTheCollectorIsStartedAgainWithOtherKeys() throws IOException {
    try (StubCollector collector = new StubCollector(null, Traffic.STORES);
        Translator translator = new Translator(context(Service.RC, collector))) {
      translator.start();
      try (Traffic traffic = new Traffic(translator.port())) {
        traffic.send();
        await("written", () -> translator.accounting().written() == traffic.reports());

        collector.stop();
        traffic.send();
        await("down", () -> state(translator, 0) == LinkState.DOWN);
        assertBalanced(translator);
        String problem = problem(translator);
        assertTrue(problem.contains(collector.url()), problem);
        traffic.send();
        await(
            "received, and dropped", () -> translator.accounting().received() == traffic.reports());
        Accounting down = translator.accounting();
        assertNotEquals(0, down.inFlight());
        assertNotEquals(0, down.dropped().get("queue-pair-down"));

        collector.startAgain(Traffic.STORES);
        await("up", () -> state(translator, 0) == LinkState.UP);
        await("settled", () -> translator.accounting().inFlight() == 0);
        Accounting up = translator.accounting();
        assertTrue(up.written() > down.written(), up.toString());
        traffic.send();
        // All but the sketch's columns: their epoch was finished the first time.
        long last = traffic.reports() / 4 - Traffic.SKETCH.columns();
        await("written again", () -> translator.accounting().written() == up.written() + last);
        assertBalanced(translator);
        assertEquals(
            up.uncertain() + up.written() + up.droppedInAll() + traffic.reports() / 4,
            translator.accounting().received());
        traffic.checkPaths(collector);
        assertEquals(List.of(), translator.problems());
        assertEquals(1, translator.links().getFirst().status().reconnects());
        assertEquals(1, collector.queuePairs());
      }
    }
  }

  @Test
  void shouldSayHowTheStoresDifferAndWaitForTheRightOnes() throws IOException {
    KeyWriteStore paths = Traffic.PATHS;
    Store[] others = Traffic.STORES.clone();
    others[0] =
        new KeyWriteStore(
            paths.id(), paths.name(), KeyFormat.IPV4_5_TUPLE, 20, 1 << 13, 2, null, null);
    try (StubCollector collector = new StubCollector(null, Traffic.STORES);
        Translator translator = new Translator(context(Service.RC, collector))) {
      translator.start();
      try (Traffic traffic = new Traffic(translator.port())) {
        collector.stop();
        collector.startAgain(others);
        traffic.send();
        await("other stores", () -> problem(translator).contains("with other stores"));
        String problem = problem(translator);
        assertTrue(problem.contains("8192") && problem.contains("16384"), problem);
        assertBalanced(translator);
        collector.stop();
        collector.startAgain(Traffic.STORES);
        await("up", () -> translator.problems().isEmpty());
        await("settled", () -> translator.accounting().inFlight() == 0);
        assertBalanced(translator);
      }
    }
  }

  @Test
  void shouldWriteToTheOthersWhileOneIsGone() throws IOException {
    try (StubCollector gone = new StubCollector(null, Traffic.STORES);
        StubCollector other = new StubCollector(null, Traffic.STORES);
        Translator translator = new Translator(context(Service.RC, gone, other))) {
      translator.start();
      try (Traffic traffic = new Traffic(translator.port())) {
        gone.stop();
        traffic.send();
        await("down", () -> state(translator, 0) == LinkState.DOWN);
        await("received", () -> translator.accounting().received() == traffic.reports());
        sendUntil(translator, traffic, "others written", traffic.reports() / 4);
        assertEquals(LinkState.UP, state(translator, 1));
        long written = translator.accounting().written();
        sendUntil(translator, traffic, "more written", written + traffic.reports() / 8);
        assertBalanced(translator);
        gone.startAgain(Traffic.STORES);
        await("up", () -> translator.problems().isEmpty());
      }
    }
  }

  @Test
  void shouldAccountForEverythingWhereItIsClosedWhileTheCollectorIsGone() throws IOException {
    try (StubCollector collector = new StubCollector(null, Traffic.STORES)) {
      Translator translator = new Translator(context(Service.RC, collector));
      translator.start();
      try (Traffic traffic = new Traffic(translator.port())) {
        collector.stop();
        traffic.send();
        await("down", () -> state(translator, 0) == LinkState.DOWN);
        translator.close();
        Accounting accounting = translator.accounting();
        assertEquals(traffic.reports(), accounting.received());
        assertEquals(0, accounting.inFlight());
        assertFalse(accounting.dropped().isEmpty());
        assertNotEquals(0, accounting.uncertain());
        assertBalanced(translator);
      }
      collector.startAgain(Traffic.STORES);
    }
  }

  /** Nothing is acknowledged, so that only the collector's directory tells. */
  @ParameterizedTest
  @EnumSource(names = {"ROCEV2", "LOCAL"})
  void shouldNoticeACollectorThatWasStartedAgainThoughNothingIsAcknowledged(Transport transport)
      throws IOException {
    Path directory = transport == Transport.LOCAL ? files : null;
    try (StubCollector collector = new StubCollector(directory, Traffic.PATHS);
        Translator translator = new Translator(context(transport, Service.UC, collector))) {
      translator.start();
      try (Traffic traffic = new Traffic(translator.port())) {
        traffic.sendPaths();
        await("written", () -> translator.accounting().written() == traffic.reports());
        collector.stop();
        if (directory != null) {
          Files.delete(directory.resolve(Traffic.PATHS.name())); // What is mapped is nobody's.
        }
        collector.startAgain(Traffic.PATHS);
        await("noticed", () -> translator.links().getFirst().status().reconnects() == 1);
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (traffic.paths(collector) < Traffic.FLOWS - 3) { // UC may lose some.
          assertTrue(System.nanoTime() - deadline < 0, () -> translator.snapshot().toString());
          traffic.sendPaths();
          await("received", () -> translator.accounting().received() == traffic.reports());
          await("settled", () -> translator.accounting().inFlight() == 0);
        }
        assertBalanced(translator);
        assertEquals(List.of(), translator.problems());
      }
    }
  }
}
