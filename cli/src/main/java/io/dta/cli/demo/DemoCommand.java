package io.dta.cli.demo;

import io.dta.cli.CaptureOptions;
import io.dta.cli.FatTreeOptions;
import io.dta.cli.Output;
import io.dta.cli.metrics.SimulationMetrics;
import io.dta.cli.query.HttpCollectorAnswers;
import io.dta.fattree.FatTreeConfig;
import io.dta.fattree.topology.FatTree;
import io.dta.node.HttpEndpoint;
import io.dta.node.Json;
import io.dta.node.OperatorException;
import io.dta.rdma.capture.PacketCapture;
import io.dta.translator.connection.RdmaSettings.Transport;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.agrona.concurrent.ShutdownSignalBarrier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dta demo}. */
@Command(
    name = "demo",
    description = {
      "Runs everything on this machine and checks every answer.",
      "",
      "A collector and a translator start as they would for real; the switches of a simulated fat"
          + " tree send them reports over UDP; the translator writes them to the collector's memory"
          + " by RDMA; then every flow, list, counter and sketch is looked up over HTTP and"
          + " compared with the truth. Needs neither root nor an RDMA NIC."
    },
    footer = {
      "",
      "Exit code 1 when anything is wrong beyond what the mathematics allows.",
      "",
      "Examples:",
      "  dta demo",
      "  dta demo --k 8 --flows 100000",
      "  dta demo --loss 0.01             lose 1 %% of the reports on their way",
      "  dta demo --transport local       shared memory instead of RoCEv2",
      "  dta demo --capture demo.pcapng   its packets, for Wireshark",
      "  dta demo --serve                 stay up afterwards, for queries of your own",
      "  dta demo --json | tail -n 1 | jq .primitives"
    })
public final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Mixin private Output output;

  @Mixin private FatTreeOptions fatTree;

  @Mixin private CaptureOptions captureOptions;

  @Option(
      names = "--transport",
      paramLabel = "NAME",
      description =
          "What joins translator and collector: rocev2 through the software RNIC, or local, shared"
              + " memory (default rocev2).")
  private Transport transport = Transport.ROCEV2;

  @Option(
      names = "--serve",
      description =
          "Stay up afterwards, on the default ports, until interrupted; metrics of the simulation"
              + " are at port 8042.")
  private boolean serve;

  @Option(
      names = "--free-ports",
      description = "With --serve: on ports that are free, which are printed.")
  private boolean freePorts;

  @Override
  public Integer call() {
    PacketCapture capture = captureOptions.open();
    // Whoever reads the capture knows protocols by their ports.
    DemoSettings settings =
        new DemoSettings(fatTree.config(), transport, (serve && !freePorts) || capture != null);
    introduce(settings);
    try (capture;
        Demo demo = new Demo(settings, command.commandLine().getErr(), capture);
        HttpEndpoint metrics = serve ? serveMetrics(demo) : null) {
      DemoOutcome outcome = demo.check(demo.report(() -> announce(demo, metrics)));
      if (output.json()) {
        output.println(Json.compact(DemoJson.of(outcome)));
      } else {
        output.print(
            DemoText.of(outcome, settings, new HttpCollectorAnswers(demo.nodes().collectorUri())));
      }
      if (serve) {
        // From here on only: before, an interrupt ends the demo at once.
        try (ShutdownSignalBarrier stop = new ShutdownSignalBarrier()) {
          output.remark("  try          dta query");
          output.remark("  stop         Ctrl-C");
          stop.await();
        }
      }
      return exitCode(outcome);
    } catch (IOException e) {
      throw new OperatorException("the demo ended early: " + e.getMessage(), e);
    }
  }

  static int exitCode(DemoOutcome outcome) {
    return outcome.ok() ? 0 : 1;
  }

  private void introduce(DemoSettings settings) {
    if (!output.json()) {
      FatTreeConfig run = settings.run();
      FatTree tree = new FatTree(run.k());
      output.println(
          String.format(
              Locale.ROOT,
              "  A fat tree of k = %d: %,d switches, %,d hosts, %,d flows in %d epochs, seed %d,"
                  + " over %s%n",
              run.k(),
              tree.switches(),
              tree.hosts(),
              run.flows(),
              run.epochs(),
              run.seed(),
              settings.transport().name().toLowerCase(Locale.ROOT)));
    }
  }

  private HttpEndpoint serveMetrics(Demo demo) {
    return SimulationMetrics.serve(demo.status(), freePorts ? 0 : SimulationMetrics.DEFAULT_PORT);
  }

  /** Where everything can be asked, also while the data center reports. */
  private void announce(Demo demo, HttpEndpoint metrics) {
    if (serve) {
      output.remark("  collector    " + demo.nodes().collectorUri() + "/v1/stores");
      output.remark("  translator   " + demo.nodes().translatorUri() + "/v1/accounting");
      output.remark("  simulation   " + metrics.uri() + "/metrics");
      output.remark("  reports      udp 127.0.0.1:" + demo.nodes().translator().port());
      output.remark("");
    }
  }
}
