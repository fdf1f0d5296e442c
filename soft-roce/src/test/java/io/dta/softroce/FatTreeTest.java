package io.dta.softroce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.cli.query.HttpCollectorAnswers;
import io.dta.collector.CollectorContext;
import io.dta.fattree.DemoStores;
import io.dta.fattree.FatTreeConfig;
import io.dta.fattree.FatTreeRun;
import io.dta.fattree.send.SendSettings;
import io.dta.fattree.send.UdpReportSink;
import io.dta.fattree.verify.Verification;
import io.dta.fattree.verify.VerificationReport;
import io.dta.node.YamlConfig;
import io.dta.primitives.Primitive;
import io.dta.softroce.guest.Faults;
import io.dta.softroce.guest.SoftRoce;
import io.dta.softroce.guest.SoftRoceGuest;
import io.dta.translator.Accounting;
import io.dta.translator.connection.RdmaSettings;
import io.dta.translator.engine.DropReason;
import io.dta.translator.engine.EngineSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The whole way: the switches of a fat tree report to a translator outside of the guest, which
 * writes by RoCEv2 from an ordinary UDP socket into memory that is registered at the kernel's
 * driver in the guest, over a cable that loses, doubles and reorders; then everything is asked for.
 */
@SoftRoce
class FatTreeTest {
  private static final int K = 4;
  private static final int EPOCHS = 2;
  private static final long SEED = 1;
  private static final double FAULTS = 0.01;

  /** What the YAML file of a collector holds. */
  private record Node(CollectorContext collector) {}

  @Test
  void shouldAnswerFromMemoryThatAJvmRegisteredInTheGuest(SoftRoceGuest guest) throws IOException {
    FatTreeConfig config = new FatTreeConfig(K, 1000, EPOCHS, SEED, 0);
    DemoStores stores = DemoStores.forTopology(K, config.flows(), EPOCHS);
    try (GuestNode collector = GuestNode.collector(guest, configuration(stores))) {
      guest.cable().set(Faults.of(SEED, FAULTS));
      FatTreeRun.Result result =
          report(GuestNode.uri(), RdmaSettings.Connect.AUTO, config, stores, guest);
      check(GuestNode.uri(), result, stores, collector::output);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = RdmaSettings.Connect.class,
      names = {"CM", "CONTROL"})
  void shouldAnswerFromMemoryOfAVerbsProgram(RdmaSettings.Connect connect, SoftRoceGuest guest)
      throws IOException {
    FatTreeConfig config = new FatTreeConfig(K, 1000, EPOCHS, SEED, 0);
    DemoStores stores = DemoStores.forTopology(K, config.flows(), EPOCHS);
    try (PeerCollector collector =
        new PeerCollector(guest, stores.all(), UnaryOperator.identity())) {
      guest.cable().set(Faults.of(SEED, FAULTS));
      FatTreeRun.Result result = report(collector.uri(), connect, config, stores, guest);
      collector.mirror();
      check(collector.uri(), result, stores, () -> "");
    }
  }

  private static String configuration(DemoStores stores) {
    return YamlConfig.dump(
        new Node(
            new CollectorContext(
                null,
                new CollectorContext.Http(SoftRoceGuest.GUEST, GuestNode.HTTP_PORT),
                new CollectorContext.Rdma(
                    SoftRoceGuest.GUEST, null, CollectorContext.RdmaMode.VERBS, null, null),
                null,
                stores.all(),
                null)));
  }

  private static FatTreeRun.Result report(
      URI collector,
      RdmaSettings.Connect connect,
      FatTreeConfig config,
      DemoStores stores,
      SoftRoceGuest guest)
      throws IOException {
    FatTreeRun run = new FatTreeRun(config, stores);
    SendSettings sending =
        SendSettings.towards(InetAddress.getLoopbackAddress()).withReporterPort(0);
    try (UdpReportSink sink = UdpReportSink.open(run.tree().switches(), sending);
        RunningTranslator translator =
            new RunningTranslator(collector, connect, sink.reporterPort())) {
      sink.connect(translator.address(), () -> translator.translator.accounting().received());
      FatTreeRun.Result result = run(run, sink, translator);
      Accounting accounting = translator.settle(result.counters().sent());
      assertEquals(0, accounting.uncertain(), accounting::toString);
      assertEquals(
          accounting.droppedInAll(),
          accounting.dropped().get(DropReason.DUPLICATE.label()),
          accounting::toString);
      for (Primitive primitive : Primitive.values()) {
        assertTrue(
            accounting.primitives().get(primitive.label()).operations() > 0, primitive::label);
      }
      assertTrue(guest.cable().toGuest().lost() > 0, guest.cable().toGuest()::toString);
      assertEquals(0, translator.link().reconnects(), translator::toString);
      return result;
    }
  }

  private static FatTreeRun.Result run(
      FatTreeRun run, UdpReportSink sink, RunningTranslator translator) throws IOException {
    try {
      return run.run(sink, (flows, of, reports) -> {});
    } catch (IOException e) {
      throw new IOException("the run ended early: " + translator, e);
    }
  }

  private static void check(
      URI collector, FatTreeRun.Result result, DemoStores stores, Supplier<String> said)
      throws IOException {
    VerificationReport report =
        new Verification(
                result,
                stores,
                new HttpCollectorAnswers(collector),
                EngineSettings.DEFAULTS.postcardRows())
            .run((primitive, done) -> {});
    assertEquals(List.of(), report.findings(), () -> report + said.get());
    assertTrue(report.ok(), report::toString);
  }
}
