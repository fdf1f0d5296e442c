package io.dta.softroce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dta.collector.CollectorContext;
import io.dta.node.HttpJsonClient;
import io.dta.node.PeerException;
import io.dta.node.YamlConfig;
import io.dta.primitives.Primitive;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.Store;
import io.dta.softroce.guest.Faults;
import io.dta.softroce.guest.GuestProcess;
import io.dta.softroce.guest.SoftRoce;
import io.dta.softroce.guest.SoftRoceGuest;
import io.dta.translator.Accounting;
import io.dta.translator.connection.RdmaSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * {@code dta collector} as a JVM in the guest, whose memory the kernel's driver writes, by one of
 * the libraries that can have it do so; and two kinds of translators: one outside that makes RoCEv2
 * packets itself, and one in the guest that uses the same library.
 */
@SoftRoce
abstract class GuestNodesTest {
  static final int CM_PORT = 40046;
  static final HttpJsonClient HTTP = GuestNode.http();

  /** A store of which no report is sent, for memory to write to. */
  static final Store SCRATCH = new KeyIncrementStore(1, "scratch", KeyFormat.U32, 1 << 12, 1);

  private static final int TRANSLATOR_PORT = 40040;
  private static final int TRANSLATOR_HTTP_PORT = 8041;
  private static final int NUMBERS = 200;
  private static final int IMMEDIATES = 50;
  private static final int IMMEDIATES_FROM = 20_001;
  private static final double FAULTS = 0.02;
  private static final long POLL_NANOS = 20_000_000L;

  static GuestNode collector;

  /** What the YAML file of a collector holds. */
  private record Node(CollectorContext collector) {}

  static void startCollector(SoftRoceGuest guest, CollectorContext.RdmaMode mode)
      throws IOException {
    List<Store> stores = new ArrayList<>(Reports.STORES);
    stores.add(SCRATCH);
    String yaml =
        YamlConfig.dump(
            new Node(
                new CollectorContext(
                    null,
                    new CollectorContext.Http(SoftRoceGuest.GUEST, GuestNode.HTTP_PORT),
                    new CollectorContext.Rdma(SoftRoceGuest.GUEST, null, mode, null, CM_PORT),
                    new CollectorContext.Regions(
                        CollectorContext.Backing.FILE, regions(mode), null),
                    stores,
                    null)));
    collector = GuestNode.collector(guest, yaml);
    assertTrue(HTTP.get("/readyz", JsonNode.class).get("ready").asBoolean(), collector::output);
  }

  /** The folder of the regions' files, of which each collector needs its own. */
  static String regions(CollectorContext.RdmaMode mode) {
    return "/run/regions-" + mode.label();
  }

  @AfterAll
  static void stopCollector() {
    if (collector != null) {
      collector.close();
    }
  }

  /** {@code rdma} of a translator in the guest. */
  abstract String translatorRdma();

  @Test
  void shouldAnswerWhatATranslatorOutsideWrote(SoftRoceGuest guest) throws IOException {
    try (RunningTranslator translator =
            new RunningTranslator(GuestNode.uri(), RdmaSettings.Connect.AUTO, null);
        Reports reports = new Reports(translator)) {
      guest.cable().set(Faults.of(11, FAULTS));
      shouldAnswerWhatWasWritten(reports, translator::accounting);
      assertEquals(0, translator.link().reconnects(), translator::toString);
    }
  }

  /** How long it takes is logged: the guest is emulated, and nothing follows for real machines. */
  @Test
  void shouldTellOfEachImmediateAtOnce() throws IOException {
    try (RunningTranslator translator =
            new RunningTranslator(GuestNode.uri(), RdmaSettings.Connect.AUTO, null);
        Reports reports = new Reports(translator, IMMEDIATES_FROM);
        Subscriber subscriber = new Subscriber(GuestNode.uri())) {
      long[] nanos = new long[IMMEDIATES];
      for (int i = 0; i < IMMEDIATES; i++) {
        long sent = System.nanoTime();
        reports.sendImmediate();
        String store = subscriber.next().get("store").asText();
        nanos[i] = System.nanoTime() - sent;
        Set<String> both = Set.of(store, subscriber.next().get("store").asText());
        assertEquals(Set.of(Reports.VALUES.name(), Reports.LIST.name()), both);
      }
      Arrays.sort(nanos);
      System.getLogger("immediates")
          .log(
              System.Logger.Level.INFO,
              "%s: from report to subscriber, of %d: median %d us, least %d us, most %d us"
                  .formatted(
                      getClass().getSimpleName(),
                      IMMEDIATES,
                      nanos[IMMEDIATES / 2] / 1000,
                      nanos[0] / 1000,
                      nanos[IMMEDIATES - 1] / 1000));
    }
  }

  @Test
  void shouldAnswerWhatATranslatorBesideItWroteAndThatLostItsQueuePair(SoftRoceGuest guest)
      throws IOException {
    String yaml =
        """
        translator:
          listen: {host: %1$s, port: %2$d}
          http: {host: %1$s, port: %3$d}
          collectors: ["%4$s"]
          rdma: %5$s
        """
            .formatted(
                SoftRoceGuest.GUEST,
                TRANSLATOR_PORT,
                TRANSLATOR_HTTP_PORT,
                GuestNode.uri(),
                translatorRdma());
    HttpJsonClient http = GuestNode.http(TRANSLATOR_HTTP_PORT);
    Supplier<Accounting> accounting = () -> http.get("/v1/accounting", Accounting.class);
    try (GuestNode translator = GuestNode.start(guest, "translator", yaml).awaitStart();
        Reports reports =
            new Reports(
                new InetSocketAddress(SoftRoceGuest.GUEST, TRANSLATOR_PORT),
                () -> accounting.get().received(),
                10_001)) {
      until(() -> isReady(http), "the translator to be connected", translator);
      shouldAnswerWhatWasWritten(reports, accounting);

      List<Integer> before = queuePairNumbers();
      before.forEach(number -> HTTP.delete("/v1/queue-pairs/" + number));
      until(
          () -> !queuePairNumbers().isEmpty() && !before.containsAll(queuePairNumbers()),
          "another queue pair",
          translator);
      until(() -> isReady(http), "the translator to be connected again", translator);
      shouldAnswerWhatWasWritten(reports, accounting);
    }
  }

  /** Reports of WRITEs and FETCH_ADDs, the last with an immediate of which a subscriber is told. */
  private static void shouldAnswerWhatWasWritten(Reports reports, Supplier<Accounting> accounting)
      throws IOException {
    ReportAnswers answers = new ReportAnswers(GuestNode.uri());
    long counted = answers.sum();
    long sent = reports.reports();
    try (Subscriber subscriber = new Subscriber(GuestNode.uri())) {
      reports.send(NUMBERS);
      reports.sendImmediate();
      String first = subscriber.next().get("store").asText();
      String second = subscriber.next().get("store").asText();
      assertEquals(Set.of(Reports.VALUES.name(), Reports.LIST.name()), Set.of(first, second));
    }
    until(
        () -> accounting.get().written() >= reports.reports(),
        "reports to be written: " + reports.reports(),
        collector);
    Accounting settled = accounting.get();
    assertEquals(reports.reports(), settled.received(), settled::toString);
    assertEquals(reports.reports(), settled.written(), settled::toString);
    List<Integer> numbers = reports.numbers().boxed().toList();
    assertEquals(numbers, answers.values(reports.numbers()));
    assertEquals(numbers, answers.entries().stream().filter(numbers::contains).toList());
    assertEquals(
        counted + (reports.reports() - sent) / Reports.PER_NUMBER,
        answers.sum(),
        Primitive.KEY_INCREMENT::label);
  }

  private static boolean isReady(HttpJsonClient http) {
    try {
      return http.get("/readyz", JsonNode.class).get("ready").asBoolean();
    } catch (PeerException e) {
      return false;
    }
  }

  static List<Integer> queuePairNumbers() {
    return queuePairs().map(each -> each.get("queuePairNumber").asInt()).toList();
  }

  static Stream<JsonNode> queuePairs() {
    return HTTP.get("/v1/queue-pairs", JsonNode.class).get("queuePairs").valueStream();
  }

  private static void until(BooleanSupplier condition, String what, GuestNode node) {
    long deadline = System.nanoTime() + GuestProcess.PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(
          System.nanoTime() < deadline,
          () -> "waited in vain for " + what + "; it said:\n" + node.output());
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
