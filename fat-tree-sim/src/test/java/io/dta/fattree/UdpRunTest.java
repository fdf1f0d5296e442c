package io.dta.fattree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.fattree.routing.IntPath;
import io.dta.fattree.send.LossyTranslator;
import io.dta.fattree.send.SendCounters;
import io.dta.fattree.send.SendSettings;
import io.dta.fattree.send.UdpReportSink;
import io.dta.primitives.Primitive;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.store.StoreTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Runs over real sockets, each switch on an address of its own. */
class UdpRunTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final int HEADER = 2 * 3;

  private static DemoStores stores() {
    DemoStores stores = DemoStores.forTopology(4, 2000, 2);
    SketchStore sizes = stores.flowSizes();
    SketchStore small =
        new SketchStore(
            sizes.id(), sizes.name(), sizes.key(), sizes.kind(), 4, 256, 2, sizes.reporters(), 0);
    return new DemoStores(
        stores.paths(), stores.postcards(), stores.events(), stores.hostBytes(), small);
  }

  private static SendSettings settings(int network) {
    return new SendSettings(network, 0, 0, SendSettings.DEFAULT_DATAGRAMS_IN_FLIGHT);
  }

  private static FatTreeRun.Result run(
      DemoStores stores, LossyTranslator translator, int network, double injected)
      throws IOException {
    FatTreeRun run = new FatTreeRun(new FatTreeConfig(4, 2000, 2, 9, injected), stores);
    try (UdpReportSink sink = UdpReportSink.open(run.tree().switches(), settings(network))) {
      sink.connect(translator.address(), translator::received);
      translator.start();
      return run.run(sink, (done, of, reports) -> {});
    } finally {
      translator.close();
    }
  }

  @Test
  void shouldDeliverEveryEssentialReportOnceThroughLossBothWays() throws IOException {
    DemoStores stores = stores();
    LossyTranslator translator = new LossyTranslator(new StoreTable(stores.all()), 0.2, 5);
    FatTreeRun.Result result = run(stores, translator, 71, 0.1);
    List<String> events = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    for (String report : translator.essential()) {
      if (report.startsWith("02")) {
        events.add(report.substring(HEADER + 8));
      } else {
        columns.add(report.substring(HEADER, HEADER + 20));
      }
    }
    List<String> expected = new ArrayList<>();
    Truth truth = result.truth();
    for (int list = 0; list < truth.lists(); list++) {
      for (int i = 0; i < truth.events(list).size(); i++) {
        expected.add(HEX.formatHex(truth.events(list).entry(i)));
      }
    }
    Collections.sort(expected);
    Collections.sort(events);
    assertTrue(events.size() > 20, "seed 9: " + events.size() + " events");
    assertEquals(expected, events);
    assertEquals(2 * 8 * 256, columns.size(), "epochs, reporters, columns");
    assertEquals(columns.size(), columns.stream().distinct().count());
    assertTrue(result.counters().retransmitted() > 0);
    SendCounters counters = result.counters();
    assertEquals(counters.sent() - counters.lost(), translator.received());
  }

  @Test
  void shouldSendReportsThatDecodeToTheTruth() throws IOException {
    DemoStores stores = stores();
    LossyTranslator translator = new LossyTranslator(new StoreTable(stores.all()), 0, 5);
    FatTreeRun.Result result = run(stores, translator, 72, 0.1);
    List<String> expected = new ArrayList<>();
    Truth truth = result.truth();
    for (int flow = 0; flow < truth.flows().size(); flow++) {
      String key = HEX.formatHex(truth.flows().key(flow));
      IntPath path = truth.path(flow);
      StringBuilder value = new StringBuilder();
      for (int hop = 1; hop <= 5; hop++) {
        value.append("%08x".formatted(hop <= path.length() ? path.switchAt(hop) : 0));
        if ((truth.postcardsSent(flow) & 1 << (hop - 1)) != 0) {
          expected.add("040000" + key + "%02x%08x".formatted(hop, path.switchAt(hop)));
        }
      }
      if (truth.pathSent(flow)) {
        expected.add("01000002" + key + value);
      }
    }
    List<String> sent = new ArrayList<>(translator.others());
    long bytes = 0;
    for (String report : sent) {
      if (report.startsWith("03000002")) {
        bytes += Long.parseLong(report.substring(16), 16);
      }
    }
    sent.removeIf(report -> report.startsWith("03"));
    Collections.sort(expected);
    Collections.sort(sent);
    assertEquals(expected, sent);
    long truthBytes = 0;
    long all = 0;
    for (int host = 0; host < truth.tree().hosts(); host++) {
      truthBytes += truth.hostBytesSent(host);
      all += truth.hostBytes(host);
    }
    assertEquals(truthBytes, bytes);
    assertEquals(truth.epochBytes(0) + truth.epochBytes(1), all);
    assertEquals(20, translator.sources(), "every switch has an address of its own");
    SendCounters.OfPrimitive paths = result.counters().of(Primitive.KEY_WRITE);
    assertEquals(2000, paths.sent());
    long survived =
        Stream.of(truth)
            .flatMap(t -> Stream.iterate(0, i -> i < 2000, i -> i + 1).filter(t::pathSent))
            .count();
    assertEquals(2000 - paths.lost(), survived);
  }

  @Test
  void shouldShareOneAddressWhereItMust() throws IOException {
    DemoStores stores = stores();
    LossyTranslator translator = new LossyTranslator(new StoreTable(stores.all()), 0, 5);
    run(stores, translator, SendSettings.SHARED_ADDRESS, 0);
    assertEquals(1, translator.sources());
  }

  @Test
  void shouldSayWhichAddressIsTaken() throws IOException {
    try (UdpReportSink first = UdpReportSink.open(2, settings(73))) {
      assertEquals("127.73.0.2", first.address(1).getHostAddress());
      SendSettings taken = settings(73).withReporterPort(first.reporterPort());
      String message =
          assertThrows(IOException.class, () -> UdpReportSink.open(2, taken)).getMessage();
      assertTrue(
          message.startsWith(
              "a reporter cannot bind UDP 127.73.0.1:" + first.reporterPort() + " ("),
          message);
    }
  }
}
