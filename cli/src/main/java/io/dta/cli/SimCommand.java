package io.dta.cli;

import io.dta.cli.query.HttpCollectorAnswers;
import io.dta.cli.terminal.Progress;
import io.dta.cli.terminal.Table;
import io.dta.fattree.DemoStores;
import io.dta.fattree.FatTreeConfig;
import io.dta.fattree.FatTreeRun;
import io.dta.fattree.send.SendCounters;
import io.dta.fattree.send.SendSettings;
import io.dta.fattree.send.UdpReportSink;
import io.dta.fattree.verify.Verification;
import io.dta.fattree.verify.VerificationReport;
import io.dta.node.Json;
import io.dta.node.OperatorException;
import io.dta.primitives.Primitive;
import io.dta.primitives.wire.DtaPorts;
import io.dta.translator.engine.EngineSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dta sim}. */
@Command(
    name = "sim",
    description = {
      "Runs the simulated fat tree against a translator: its switches send real reports over UDP.",
      "With --check, looks everything up at the collector afterwards and compares with the truth."
    },
    footer = {
      "",
      "The stores paths, postcards, events, host-bytes and flow-sizes must fit the fat tree; --print-stores shows ones that do.",
      "",
      "Examples:",
      "  dta sim --print-stores --k 8 --flows 100000       for the collector's configuration",
      "  dta sim --target 127.0.0.1:40040 --check",
      "  dta sim --k 8 --flows 100000 --rate 20000"
    })
final class SimCommand implements Callable<Integer> {
  /** How long batches, cache rows and epochs may wait in the translator before a comparison. */
  private static final long SETTLE_MILLIS = 2_500;

  @Spec private CommandSpec command;

  @Mixin private Output output;

  @Option(
      names = "--target",
      paramLabel = "HOST:PORT",
      description = "The translator (default ${DEFAULT-VALUE}).")
  private String target = "127.0.0.1:" + DtaPorts.REPORTS;

  @Option(
      names = "--collector",
      paramLabel = "URL",
      description = "The collector, which says what its stores are (default ${DEFAULT-VALUE}).")
  private String collector = "http://127.0.0.1:8040";

  @Option(
      names = "--k",
      paramLabel = "K",
      description = "Ports of a switch, even, 4 to 48 (default ${DEFAULT-VALUE}).")
  private int k = FatTreeConfig.DEFAULT_K;

  @Option(
      names = "--flows",
      paramLabel = "N",
      description = "How many flows (default ${DEFAULT-VALUE}).")
  private int flows = FatTreeConfig.DEFAULT_FLOWS;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "How many epochs of sketches and counters (default ${DEFAULT-VALUE}).")
  private int epochs = FatTreeConfig.DEFAULT_EPOCHS;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "What all chance derives from (default ${DEFAULT-VALUE}).")
  private long seed = FatTreeConfig.DEFAULT_SEED;

  @Option(
      names = "--loss",
      paramLabel = "FRACTION",
      description =
          "Fraction of reports lost between switch and translator (default ${DEFAULT-VALUE}).")
  private double loss;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Datagrams a second at most (default ${DEFAULT-VALUE}).")
  private long rate = 50_000;

  @Option(
      names = "--check",
      description =
          "Compare the collector's answers with the truth; memory must be empty before the run.")
  private boolean check;

  @Option(
      names = "--print-stores",
      description = "Print a collector's configuration with stores that fit, and do nothing else.")
  private boolean printStores;

  /** What {@code --json} prints. */
  record Summary(
      boolean ok, Map<String, SendCounters.OfPrimitive> sent, VerificationReport answers) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    FatTreeConfig config =
        WrongUsage.check(command, () -> new FatTreeConfig(k, flows, epochs, seed, loss));
    if (printStores) {
      output.print(SimStores.yaml(DemoStores.forTopology(k, flows, epochs)));
      return 0;
    }
    InetSocketAddress translator = translator();
    DemoStores stores = SimStores.of(collector, k);
    FatTreeRun run = new FatTreeRun(config, stores);
    SendSettings settings =
        SendSettings.towards(translator.getAddress()).withDatagramsPerSecond(rate);
    FatTreeRun.Result result;
    try (UdpReportSink sink = UdpReportSink.open(run.tree().switches(), settings);
        Progress progress =
            new Progress(command.commandLine().getErr(), "reporting", flows, "flows")) {
      sink.connect(translator, null);
      result = run.run(sink, (done, of, reports) -> progress.stepTo(done));
    } catch (IOException e) {
      throw new OperatorException("the simulation ended early: " + e.getMessage(), e);
    }
    VerificationReport answers = check ? check(result, stores) : null;
    boolean ok = answers == null || answers.ok();
    print(result.counters(), answers, ok);
    return ok ? 0 : 1;
  }

  private VerificationReport check(FatTreeRun.Result result, DemoStores stores)
      throws IOException, InterruptedException {
    TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
    return new Verification(
            result,
            stores,
            new HttpCollectorAnswers(collector),
            EngineSettings.DEFAULTS.postcardRows())
        .run((primitive, done) -> {});
  }

  private void print(SendCounters counters, VerificationReport answers, boolean ok) {
    if (output.json()) {
      Map<String, SendCounters.OfPrimitive> sent = new TreeMap<>();
      counters.primitives().forEach((primitive, count) -> sent.put(primitive.label(), count));
      output.println(Json.compact(new Summary(ok, sent, answers)));
      return;
    }
    Table table = new Table("REPORTS", "SENT", "LOST ON PURPOSE", "SENT AGAIN");
    for (Primitive primitive : Primitive.values()) {
      SendCounters.OfPrimitive count = counters.of(primitive);
      table.row(primitive.label(), count.sent(), count.lost(), count.retransmitted());
    }
    output.print(table.render(0));
    if (answers != null) {
      List<String> lines = new ArrayList<>(answers.findings());
      if (lines.isEmpty()) {
        lines.add("every answer of the collector is as the mathematics says");
      }
      lines.forEach(output::println);
    }
  }

  private InetSocketAddress translator() {
    int colon = target.lastIndexOf(':');
    return WrongUsage.check(
        command,
        () -> {
          if (colon < 1 || !target.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException(
                "--target '" + target + "': expected HOST:PORT, such as 127.0.0.1:40040");
          }
          try {
            return new InetSocketAddress(
                InetAddress.getByName(target.substring(0, colon)),
                Integer.parseInt(target.substring(colon + 1)));
          } catch (UnknownHostException e) {
            throw new IllegalArgumentException("--target '" + target + "': no such host", e);
          }
        });
  }
}
