package io.dta.cli;

import io.dta.cli.query.HttpCollectorAnswers;
import io.dta.cli.terminal.Progress;
import io.dta.fattree.DemoStores;
import io.dta.fattree.FatTreeConfig;
import io.dta.fattree.FatTreeRun;
import io.dta.fattree.send.SendSettings;
import io.dta.fattree.send.UdpReportSink;
import io.dta.fattree.verify.Verification;
import io.dta.fattree.verify.VerificationReport;
import io.dta.node.Json;
import io.dta.node.OperatorException;
import io.dta.node.YamlConfig;
import io.dta.primitives.wire.DtaPorts;
import io.dta.translator.engine.EngineSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dta load}. */
@Command(
    name = "load",
    description = {
      "Runs the simulated fat tree against a translator: its switches send real reports over UDP.",
      "With --check, looks everything up at the collector afterwards and compares with the truth."
    },
    footer = {
      "",
      "The stores paths, postcards, events, host-bytes and flow-sizes must fit the fat",
      "tree; --print-stores shows ones that do. With --check on a busy machine, give the",
      "translator 'engine.postcardTimeout: 1s', or it may write paths that lack hops.",
      "",
      "Examples:",
      "  dta load --print-stores --k 8 > collector.yaml",
      "  dta load --target 127.0.0.1:40040 --check",
      "  dta load --k 8 --flows 100000 --rate 20000"
    })
final class LoadCommand implements Callable<Integer> {
  /** How long batches, cache rows and epochs may wait in the translator before a comparison. */
  private static final long SETTLE_MILLIS = 2_500;

  private static final int FIRST_NETWORK = SendSettings.DEFAULT_LOOPBACK_NETWORK + 1;
  private static final int NETWORKS = 254 - SendSettings.DEFAULT_LOOPBACK_NETWORK;

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
  private URI collector = URI.create("http://127.0.0.1:8040");

  @Mixin private FatTreeOptions fatTree;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Datagrams a second at most (default ${DEFAULT-VALUE}).")
  private long rate = 50_000;

  @Option(
      names = "--loopback-network",
      paramLabel = "N",
      description =
          "Towards a translator on this host, switches have the addresses 127.N.x.y, N from 0 to"
              + " 254. A translator remembers the sequence numbers of an address, so a further run"
              + " needs another N (default: from the clock, another one every second).")
  private Integer loopbackNetwork;

  @Option(
      names = "--reporter-port",
      paramLabel = "PORT",
      description =
          "UDP port of the switches, where the translator sends acknowledgements (default"
              + " ${DEFAULT-VALUE}).")
  private int reporterPort = DtaPorts.ACKNOWLEDGEMENTS;

  @Option(
      names = "--check",
      description =
          "Compare the collector's answers with the truth; memory must be empty before the run.")
  private boolean check;

  @Option(
      names = "--print-stores",
      description = "Print a collector's configuration with stores that fit, and do nothing else.")
  private boolean printStores;

  @Override
  public Integer call() throws InterruptedException {
    FatTreeConfig config = fatTree.config();
    if (printStores) {
      NodeConfiguration stores = LoadStores.configuration(config);
      output.print(output.json() ? Json.compact(stores) + "\n" : YamlConfig.dump(stores));
      return 0;
    }
    InetSocketAddress translator = translator();
    SendSettings settings = sending(translator.getAddress());
    DemoStores stores = LoadStores.of(collector, config.k());
    try {
      FatTreeRun.Result result = report(config, stores, settings, translator);
      LoadResult found = new LoadResult(result.counters(), check ? check(result, stores) : null);
      output.print(output.json() ? Json.compact(found.json()) + "\n" : found.text());
      return found.ok() ? 0 : 1;
    } catch (IOException e) {
      throw new OperatorException("the simulation ended early: " + e.getMessage(), e);
    }
  }

  private SendSettings sending(InetAddress translator) {
    SendSettings settings =
        WrongUsage.check(
            command,
            () ->
                SendSettings.towards(translator)
                    .withReporterPort(reporterPort)
                    .withDatagramsPerSecond(rate));
    if (settings.loopbackNetwork() == SendSettings.SHARED_ADDRESS) {
      return settings;
    }
    int network = loopbackNetwork == null ? networkOf(Instant.now()) : loopbackNetwork;
    return WrongUsage.check(command, () -> settings.withLoopbackNetwork(network));
  }

  /** Another network every second, and never that of a demo. */
  static int networkOf(Instant now) {
    return FIRST_NETWORK + (int) (now.getEpochSecond() % NETWORKS);
  }

  private FatTreeRun.Result report(
      FatTreeConfig config, DemoStores stores, SendSettings settings, InetSocketAddress translator)
      throws IOException {
    FatTreeRun run = new FatTreeRun(config, stores);
    PrintWriter err = command.commandLine().getErr();
    try (UdpReportSink sink = UdpReportSink.open(run.tree().switches(), settings);
        Progress progress = new Progress(err, "reporting", config.flows(), "flows")) {
      sink.connect(translator, null);
      return run.run(sink, (done, of, reports) -> progress.stepTo(done));
    }
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
