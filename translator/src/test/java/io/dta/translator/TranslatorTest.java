package io.dta.translator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.node.HttpJsonClient;
import io.dta.node.OperatorException;
import io.dta.primitives.datagram.DatagramBuilder;
import io.dta.primitives.store.AppendReader;
import io.dta.primitives.wire.Acknowledgement;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.HeaderFormat;
import io.dta.translator.TranslatorContext.Threading;
import io.dta.translator.TranslatorContext.Threads;
import io.dta.translator.connection.RdmaSettings;
import io.dta.translator.connection.RdmaSettings.Service;
import io.dta.translator.connection.RdmaSettings.Transport;
import io.dta.translator.engine.EngineSettings;
import io.dta.translator.engine.LinkState;
import io.dta.translator.source.SourceSettings;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class TranslatorTest {
  private static final long PATIENCE_NS = 30_000_000_000L;

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "ROCEV2, SHARED, 1",
    "ROCEV2, DISRUPTOR, 1",
    "ROCEV2, DISRUPTOR, 3",
    "LOCAL, SHARED, 1",
    "LOCAL, DISRUPTOR, 2"
  })
  void shouldWriteEveryReportOfAllPrimitivesBeforeItCloses(
      Transport transport, Threading threading, int shards) throws IOException {
    try (StubCollector collector = collector(transport)) {
      Translator translator = new Translator(context(transport, threading, shards, collector));
      translator.start();
      try (Traffic traffic = new Traffic(translator.port())) {
        traffic.send();
        translator.close();

        traffic.checkWritten(translator.accounting());
        traffic.check(collector);
      }
      assertEquals(0, collector.queuePairs());
      assertTrue(
          translator.links().stream().allMatch(each -> each.status().state() == LinkState.CLOSED));
    }
  }

  @ParameterizedTest
  @CsvSource({"SHARED", "DISRUPTOR"})
  void shouldEndItsThreadsAlthoughTheCallerIsInterrupted(Threading threading) throws IOException {
    try (StubCollector collector = collector(Transport.LOCAL)) {
      Translator translator = new Translator(context(Transport.LOCAL, threading, 1, collector));
      translator.start();
      try (Traffic traffic = new Traffic(translator.port())) {
        traffic.send();
        Thread.currentThread().interrupt();
        translator.close();
        assertTrue(Thread.interrupted());
        traffic.checkWritten(translator.accounting());
      }
      assertEquals(
          List.of(),
          Thread.getAllStackTraces().keySet().stream()
              .map(Thread::getName)
              .filter(name -> name.startsWith("translator"))
              .toList());
      translator.close();
    }
  }

  @Test
  void shouldSpreadKeysAndListsOverItsCollectors() throws IOException {
    try (StubCollector first = collector(Transport.ROCEV2);
        StubCollector second = collector(Transport.ROCEV2)) {
      Translator translator =
          new Translator(context(Transport.ROCEV2, Threading.SHARED, 1, first, second));
      translator.start();
      try (Traffic traffic = new Traffic(translator.port())) {
        traffic.send();
        translator.close();
        traffic.checkWritten(translator.accounting());
      }
      assertEquals(2, translator.links().size());
      translator.links().forEach(each -> assertTrue(each.status().counters().writes() > 100));
    }
  }

  @Test
  void shouldGoOnWhereTheListsOfTheCollectorEnd() throws IOException {
    try (StubCollector collector = collector(Transport.LOCAL)) {
      collector.firstSequence(0xFFFF_FFFFL);
      Translator translator =
          new Translator(context(Transport.LOCAL, Threading.SHARED, 1, collector));
      translator.start();
      try (Traffic traffic = new Traffic(translator.port())) {
        traffic.send();
        translator.close();
      }
      // Sequence 2^32 − 1 lies in the last frame of list 0, 0 in its first.
      long last = Traffic.EVENTS.frameOffset(0, -1) + Traffic.EVENTS.trailerOffset();
      assertEquals(-1, collector.memory(Traffic.EVENTS).get(ValueLayout.JAVA_INT_UNALIGNED, last));
    }
  }

  @ParameterizedTest
  @CsvSource({"SHARED", "DISRUPTOR"})
  void shouldAcknowledgeEssentialReportsAndAskForMissingOnes(Threading threading)
      throws IOException {
    try (DatagramSocket reporter = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        StubCollector collector = collector(Transport.ROCEV2);
        Translator translator =
            new Translator(
                context(Transport.ROCEV2, threading, 1, reporter.getLocalPort(), collector))) {
      translator.start();
      reporter.setSoTimeout(20_000);
      sendEssential(reporter, translator, 0);
      assertEquals("ACK 0", answer(reporter));
      sendEssential(reporter, translator, 2);
      assertEquals("NACK 1", answer(reporter));
      sendEssential(reporter, translator, 1);
      String answer = answer(reporter);
      while (!answer.equals("ACK 2")) {
        assertEquals("NACK 1", answer, "asked again before it arrived");
        answer = answer(reporter);
      }
    }
  }

  private static void sendEssential(DatagramSocket reporter, Translator translator, int seqnum)
      throws IOException {
    UnsafeBuffer buffer = new UnsafeBuffer(new byte[100]);
    DatagramBuilder builder = new DatagramBuilder(HeaderFormat.FULL);
    builder.wrap(buffer, 0, 100);
    builder.append(
        Traffic.EVENTS,
        BaseHeader.RETRANSMITTABLE_FLAG,
        seqnum,
        0,
        new UnsafeBuffer(new byte[Traffic.EVENTS.entryLength()]),
        0);
    reporter.send(
        new DatagramPacket(
            buffer.byteArray(),
            builder.length(),
            InetAddress.getLoopbackAddress(),
            translator.port()));
  }

  private static String answer(DatagramSocket reporter) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[10], 10);
    reporter.receive(packet);
    UnsafeBuffer answer = new UnsafeBuffer(packet.getData());
    return (Acknowledgement.isNack(answer, 0) ? "NACK " : "ACK ")
        + Acknowledgement.seqnum(answer, 0);
  }

  @ParameterizedTest
  @CsvSource({"SHARED, 1", "DISRUPTOR, 1", "DISRUPTOR, 3"})
  void shouldAccountForEveryReportBetweenGarbage(Threading threading, int shards)
      throws IOException {
    long seed = 20261123;
    Random random = new Random(seed);
    try (StubCollector collector = collector(Transport.LOCAL)) {
      Translator translator =
          new Translator(context(Transport.LOCAL, threading, shards, collector));
      translator.start();
      try (Traffic traffic = new Traffic(translator.port())) {
        for (int i = 0; i < 500; i++) {
          byte[] garbage = new byte[1 + random.nextInt(1400)];
          random.nextBytes(garbage);
          garbage[0] = (byte) random.nextInt(8);
          traffic.sendBytes(garbage, garbage.length);
        }
        traffic.send();
        translator.close();

        Accounting accounting = translator.accounting();
        assertTrue(translator.snapshot().isBalanced(), "seed " + seed + ": " + accounting);
        assertTrue(
            accounting.received() >= traffic.reports() + 500, "seed " + seed + ": " + accounting);
        assertTrue(accounting.written() >= traffic.reports(), "seed " + seed + ": " + accounting);
        assertEquals(0, translator.errors());
      }
    }
  }

  @Test
  void shouldServeAccountingMetricsAndReadiness() throws IOException, InterruptedException {
    try (StubCollector collector = collector(Transport.ROCEV2);
        Translator translator =
            new Translator(context(Transport.ROCEV2, Threading.DISRUPTOR, 1, collector))) {
      translator.start();
      HttpJsonClient client = new HttpJsonClient(translator.uri(), "translator", "");
      try (Traffic traffic = new Traffic(translator.port())) {
        traffic.send();
        await(
            "written",
            () -> client.get("/v1/accounting", Accounting.class).written() == traffic.reports());
        traffic.checkWritten(client.get("/v1/accounting", Accounting.class));
      }
      assertEquals(200, get(translator, "/readyz").statusCode());
      String metrics = get(translator, "/metrics").body();
      List.of(
              "dta_translator_reports_written_total{primitive=\"key-write\"} 300.0",
              "dta_translator_reports_in_flight{primitive=\"append\"} 0.0",
              "dta_translator_reports_dropped_total{primitive=\"none\",reason=\"ring-full\"} 0.0",
              "dta_translator_kernel_drops_total{socket=\"reports\"} 0.0",
              "dta_translator_ring_occupancy{shard=\"0\"} 0.0",
              "dta_translator_ring_capacity{shard=\"0\"} ",
              "dta_translator_ring_backlog_bucket{shard=\"0\",le=\"16384.0\"} ",
              "dta_translator_queue_pair_up{collector=\"" + collector.url() + "\",shard=\"0\"} 1.0",
              "dta_translator_queue_pair_fetch_adds_total",
              "jvm_threads_current")
          .forEach(line -> assertTrue(metrics.contains(line), line + " is not in " + metrics));
    }
  }

  @Test
  void shouldSayThatACollectorIsGone() throws IOException, InterruptedException {
    try (StubCollector collector = collector(Transport.ROCEV2);
        Translator translator =
            new Translator(context(Transport.ROCEV2, Threading.SHARED, 1, collector))) {
      translator.start();
      collector.unplug();
      try (Traffic traffic = new Traffic(translator.port())) {
        traffic.send();
        await("not ready", () -> !translator.problems().isEmpty());
        HttpResponse<String> answer = get(translator, "/readyz");
        assertEquals(503, answer.statusCode());
        assertTrue(answer.body().contains(collector.url()), answer.body());
        assertTrue(answer.body().contains("gave no answer"), answer.body());
        await("all received", () -> translator.accounting().received() == traffic.reports());
        assertTrue(translator.snapshot().isBalanced(), translator.snapshot().toString());
        assertEquals(0, translator.accounting().written());
      }
    }
  }

  private static HttpResponse<String> get(Translator translator, String path)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create(translator.uri() + path);
      return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    IdleStrategy idle = new BackoffIdleStrategy();
    long deadline = System.nanoTime() + PATIENCE_NS;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - deadline < 0, "waited in vain: " + what);
      idle.idle();
    }
  }

  @Test
  void shouldLeaveNothingBehindWhereItCannotStart() throws IOException {
    try (StubCollector collector = collector(Transport.ROCEV2);
        DatagramSocket other = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      for (Threading threading : Threading.values()) {
        TranslatorContext context =
            context(
                Transport.ROCEV2,
                new SourceSettings("127.0.0.1", other.getLocalPort(), 1, null),
                new Threads(threading, 1, null, null, null),
                collector);
        Translator translator = new Translator(context);
        String message = assertThrows(OperatorException.class, translator::start).getMessage();
        assertTrue(message.contains("in use"), message);
        assertEquals(0, collector.queuePairs());
        assertFalse(translator.problems().isEmpty());
      }
    }
  }

  @Test
  void shouldSayWhichCollectorIsMissing() throws IOException {
    String url;
    try (StubCollector collector = collector(Transport.ROCEV2)) {
      url = collector.url();
    }
    Translator translator = new Translator(TranslatorContext.of(List.of(url)));
    String message = assertThrows(OperatorException.class, translator::start).getMessage();
    assertTrue(message.contains("no collector answers at " + url), message);
  }

  @Test
  void shouldSayThatCollectorsDiffer() throws IOException {
    try (StubCollector first = collector(Transport.ROCEV2);
        StubCollector second = new StubCollector(null, Traffic.PATHS)) {
      String message = failure(Transport.ROCEV2, Service.RC, 0, first, second);
      assertTrue(message.contains(first.url()) && message.contains(second.url()), message);
      assertTrue(message.contains("have different stores"), message);
      assertTrue(message.contains("postcards"), message);
    }
  }

  @Test
  void shouldRefuseAtomicsOverAnUnreliableConnection() throws IOException {
    try (StubCollector collector = collector(Transport.ROCEV2)) {
      String message = failure(Transport.ROCEV2, Service.UC, 0, collector);
      assertTrue(message.contains("'bytes' is a Key-Increment store"), message);
      assertTrue(message.contains("service: rc"), message);
    }
  }

  @Test
  void shouldWriteOverAnUnreliableConnection() throws IOException {
    try (StubCollector collector =
            new StubCollector(null, Traffic.PATHS, Traffic.EVENTS, Traffic.SKETCH);
        Translator translator =
            new Translator(
                context(
                    new RdmaSettings(Transport.ROCEV2, Service.UC, null, 0, null),
                    new SourceSettings("127.0.0.1", 0, 1, null),
                    new Threads(null, null, null, null, null),
                    collector))) {
      translator.start();
      sendEssentialsUnacknowledged(translator);
      await("written", () -> translator.accounting().written() == 10);
      await("in memory", () -> entriesOf(collector) == 10);
    }
  }

  /** Both at UDP port 4791, the only one that RDMA CM knows, on addresses drawn for this run. */
  @ParameterizedTest
  @EnumSource(names = {"AUTO", "CM"})
  void shouldConnectByRdmaCm(RdmaSettings.Connect connect) throws IOException {
    Random random = new Random();
    String network = "127.%d.%d.".formatted(1 + random.nextInt(250), random.nextInt(250));
    RdmaSettings rdma = new RdmaSettings(null, connect, null, network + 1, 4791, null, null, null);
    try (StubCollector collector = StubCollector.byCm(network + 2, Traffic.EVENTS)) {
      try (Translator translator =
          new Translator(
              context(
                  rdma,
                  new SourceSettings("127.0.0.1", 0, 1, null),
                  new Threads(null, null, null, null, null),
                  collector))) {
        translator.start();
        sendEssentialsUnacknowledged(translator);
        await("written", () -> translator.accounting().written() == 10);
        assertEquals(10, entriesOf(collector));
        assertEquals(1, collector.queuePairs());
      }
      assertEquals(0, collector.queuePairs(), "the collector was told that it is over");
    }
  }

  @Test
  void shouldSayWhyItCannotConnectByRdmaCm() throws IOException {
    try (StubCollector collector = collector(Transport.ROCEV2)) {
      RdmaSettings rdma =
          new RdmaSettings(null, RdmaSettings.Connect.CM, null, "127.0.0.1", 0, null, null, null);
      Translator translator =
          new Translator(
              context(
                  rdma,
                  new SourceSettings("127.0.0.1", 0, 1, null),
                  new Threads(null, null, null, null, null),
                  collector));
      String message = assertThrows(OperatorException.class, translator::start).getMessage();
      assertTrue(message.contains("RDMA CM has no UDP port but 4791"), message);
    }
  }

  private static int entriesOf(StubCollector collector) {
    int[] entries = {0};
    new AppendReader(Traffic.EVENTS, collector.memory(Traffic.EVENTS), 0, 1)
        .poll((sequence, position, entry, index, length) -> entries[0]++, 100);
    return entries[0];
  }

  private static void sendEssentialsUnacknowledged(Translator translator) throws IOException {
    try (DatagramSocket reporter = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      for (int seqnum = 0; seqnum < 10; seqnum++) {
        sendEssential(reporter, translator, seqnum);
      }
    }
  }

  @Test
  void shouldSayThatSharedMemoryNeedsFiles() throws IOException {
    try (StubCollector collector = collector(Transport.ROCEV2)) {
      String message = failure(Transport.LOCAL, Service.RC, 0, collector);
      assertTrue(message.contains("regions.backing: file"), message);
    }
  }

  @Test
  void shouldSayThatTheRocePortIsInUse() throws IOException {
    try (StubCollector collector = collector(Transport.ROCEV2);
        DatagramSocket other = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      String message = failure(Transport.ROCEV2, Service.RC, other.getLocalPort(), collector);
      assertTrue(message.contains("127.0.0.1:" + other.getLocalPort()), message);
      assertTrue(message.contains("in use"), message);
    }
  }

  private String failure(
      Transport transport, Service service, int rdmaPort, StubCollector... collectors) {
    Translator translator =
        new Translator(
            context(
                new RdmaSettings(transport, service, "127.0.0.1", rdmaPort, null),
                new SourceSettings("127.0.0.1", 0, 1, null),
                new Threads(null, null, null, null, null),
                collectors));
    String message = assertThrows(OperatorException.class, translator::start).getMessage();
    for (StubCollector collector : collectors) {
      assertEquals(0, collector.queuePairs());
    }
    return message;
  }

  private StubCollector collector(Transport transport) throws IOException {
    return new StubCollector(transport == Transport.LOCAL ? directory : null, Traffic.STORES);
  }

  private static TranslatorContext context(
      Transport transport, Threading threading, int shards, StubCollector... collectors) {
    return context(
        transport,
        new SourceSettings("127.0.0.1", 0, 1, null),
        new Threads(threading, shards, null, null, null, shards == 1),
        collectors);
  }

  private static TranslatorContext context(
      Transport transport,
      Threading threading,
      int shards,
      int reporterPort,
      StubCollector... collectors) {
    return context(
        transport,
        new SourceSettings("127.0.0.1", 0, reporterPort, null),
        new Threads(threading, shards, null, null, null, shards == 1),
        collectors);
  }

  private static TranslatorContext context(
      Transport transport, SourceSettings listen, Threads threads, StubCollector... collectors) {
    return context(new RdmaSettings(transport, null, null, 0, null), listen, threads, collectors);
  }

  private static TranslatorContext context(
      RdmaSettings rdma, SourceSettings listen, Threads threads, StubCollector... collectors) {
    return new TranslatorContext(
        listen,
        null,
        Arrays.stream(collectors).map(StubCollector::url).toList(),
        rdma,
        threads,
        new TranslatorContext.Http(null, 0),
        EngineSettings.DEFAULTS,
        Duration.ofSeconds(20));
  }
}
