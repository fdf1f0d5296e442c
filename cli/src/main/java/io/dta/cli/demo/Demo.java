package io.dta.cli.demo;

import io.dta.cli.metrics.SimulationStatus;
import io.dta.cli.query.HttpCollectorAnswers;
import io.dta.cli.terminal.Progress;
import io.dta.fattree.DemoStores;
import io.dta.fattree.FatTreeConfig;
import io.dta.fattree.FatTreeRun;
import io.dta.fattree.send.SendSettings;
import io.dta.fattree.send.UdpReportSink;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.verify.Verification;
import io.dta.fattree.verify.VerificationReport;
import io.dta.primitives.Primitive;
import io.dta.rdma.capture.PacketCapture;
import io.dta.translator.Accounting;
import io.dta.translator.Translator;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Runs a demo: starts the nodes, lets the data centre report, asks for everything, compares. */
final class Demo implements AutoCloseable {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** How long the last reports may take from their switch into memory. */
  private static final long SETTLE_NANOS = 15 * NANOS_PER_SECOND;

  private static final long POLL_NANOS = 1_000_000L;

  private final DemoSettings settings;
  private final PrintWriter err;
  private final DemoStores stores;
  private final DemoNodes nodes;
  private final SimulationStatus status;
  private final long started = System.nanoTime();

  /**
   * @param capture of the translator's packets, stays the caller's; null for none
   */
  Demo(DemoSettings settings, PrintWriter err, PacketCapture capture) {
    this.settings = settings;
    this.err = err;
    FatTreeConfig run = settings.run();
    stores = DemoStores.forTopology(run.k(), run.flows(), run.epochs());
    nodes = new DemoNodes(settings, stores, capture);
    status = new SimulationStatus(run.flows());
  }

  /** What the data center has done so far, for any thread. */
  SimulationStatus status() {
    return status;
  }

  DemoNodes nodes() {
    return nodes;
  }

  /**
   * The first half: reports are in memory.
   *
   * @param seconds that it took until nothing was in flight
   */
  record Reported(FatTreeRun.Result run, double seconds) {}

  /** Starts the nodes and lets the data centre report. */
  Reported report() throws IOException {
    return report(() -> {});
  }

  /**
   * The same.
   *
   * @param started called when the nodes can be asked, before the data center reports
   */
  Reported report(Runnable started) throws IOException {
    FatTreeRun run = new FatTreeRun(settings.run(), stores);
    try (UdpReportSink sink = openSink(run.tree())) {
      nodes.start(sink.reporterPort());
      Translator translator = nodes.translator();
      sink.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), translator.port()),
          () -> translator.accounting().received());
      started.run();
      long from = System.nanoTime();
      FatTreeRun.Result result = report(run, sink);
      settle(translator, result);
      return new Reported(result, seconds(System.nanoTime() - from));
    }
  }

  /** Asks for everything and compares. */
  DemoOutcome check(Reported reported) throws IOException {
    long from = System.nanoTime();
    VerificationReport answers = ask(reported.run());
    status.answers(answers);
    double querySeconds = seconds(System.nanoTime() - from);
    Accounting accounting = nodes.translator().accounting();
    List<String> findings =
        new ArrayList<>(DemoAccounts.check(reported.run().counters(), accounting));
    findings.addAll(answers.findings());
    return new DemoOutcome(
        stores,
        reported.run(),
        accounting,
        answers,
        findings,
        reported.seconds(),
        querySeconds,
        seconds(System.nanoTime() - started));
  }

  private UdpReportSink openSink(FatTree tree) throws IOException {
    SendSettings sending = SendSettings.towards(InetAddress.getLoopbackAddress());
    return UdpReportSink.open(
        tree.switches(), settings.wellKnownPorts() ? sending : sending.withReporterPort(0));
  }

  private FatTreeRun.Result report(FatTreeRun run, UdpReportSink sink) throws IOException {
    try (Progress progress = new Progress(err, "reporting", settings.run().flows(), "flows")) {
      return run.run(sink, new DemoProgress(run.flows(), status, progress));
    }
  }

  /** Waits until all that left the switches has arrived and nothing of it is in flight any more. */
  private static void settle(Translator translator, FatTreeRun.Result result) {
    long expected = result.counters().sent() - result.counters().lost();
    long deadline = System.nanoTime() + SETTLE_NANOS;
    while (System.nanoTime() - deadline < 0) {
      Accounting accounting = translator.accounting();
      if (accounting.received() >= expected && accounting.inFlight() == 0) {
        return;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private VerificationReport ask(FatTreeRun.Result result) throws IOException {
    long flows = settings.run().flows();
    HttpCollectorAnswers answers = new HttpCollectorAnswers(nodes.collectorUri());
    try (Progress progress = new Progress(err, "checking", 3 * flows, "answers")) {
      Verification verification =
          new Verification(result, stores, answers, DemoSettings.ENGINE.postcardRows());
      return verification.run((primitive, done) -> progress.stepTo(flows * rank(primitive) + done));
    }
  }

  /** Of the three primitives that are asked about every flow, how many come before this one. */
  private static long rank(Primitive primitive) {
    return switch (primitive) {
      case KEY_WRITE -> 0;
      case POSTCARDING -> 1;
      default -> 2;
    };
  }

  private static double seconds(long nanos) {
    return nanos / (double) NANOS_PER_SECOND;
  }

  @Override
  public void close() {
    nodes.close();
  }
}
