package io.dta.cli.demo;

import io.dta.cli.Output;
import io.dta.cli.WrongUsage;
import io.dta.cli.query.HttpCollectorAnswers;
import io.dta.fattree.FatTreeConfig;
import io.dta.fattree.topology.FatTree;
import io.dta.node.Json;
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
      "A collector and a translator start as they would for real; the switches of a simulated fat tree send them reports over"
          + " UDP; the translator writes them to the collector's memory by RDMA; then every flow, list, counter and sketch is"
          + " looked up over HTTP and compared with the truth. Needs neither root nor an RDMA NIC."
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
      "  dta demo --serve                 stay up afterwards, for queries of your own",
      "  dta demo --json | tail -n 1 | jq .primitives"
    })
public final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Mixin private Output output;

  @Option(
      names = "--k",
      paramLabel = "K",
      description = "Ports of a switch of the fat tree, even, 4 to 48 (default ${DEFAULT-VALUE}).")
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
      names = "--transport",
      paramLabel = "NAME",
      description =
          "What joins translator and collector: rocev2 through the software RNIC, or local, shared memory (default"
              + " rocev2).")
  private Transport transport = Transport.ROCEV2;

  @Option(
      names = "--serve",
      description = "Stay up afterwards, on the default ports, until interrupted.")
  private boolean serve;

  @Override
  public Integer call() throws IOException {
    DemoSettings settings =
        WrongUsage.check(
            command,
            () ->
                new DemoSettings(
                    new FatTreeConfig(k, flows, epochs, seed, loss), transport, serve));
    try (ShutdownSignalBarrier stop = new ShutdownSignalBarrier();
        Demo demo = new Demo(settings, command.commandLine().getErr())) {
      introduce(settings);
      DemoOutcome outcome = demo.run();
      if (output.json()) {
        output.println(Json.compact(DemoJson.of(outcome)));
      } else {
        output.print(
            DemoText.of(outcome, settings, new HttpCollectorAnswers(demo.nodes().collectorUrl())));
      }
      if (serve) {
        invite(demo.nodes());
        stop.await();
      }
      return outcome.ok() ? 0 : 1;
    }
  }

  private void introduce(DemoSettings settings) {
    if (!output.json()) {
      FatTree tree = new FatTree(k);
      output.println(
          String.format(
              Locale.ROOT,
              "  A fat tree of k = %d: %,d switches, %,d hosts, %,d flows in %d epochs, seed %d, over %s%n",
              k,
              tree.switches(),
              tree.hosts(),
              flows,
              epochs,
              seed,
              settings.transport().name().toLowerCase(Locale.ROOT)));
    }
  }

  private void invite(DemoNodes nodes) {
    output.remark("");
    output.remark("  collector    " + nodes.collectorUrl() + "/v1/stores");
    output.remark("  translator   " + nodes.translatorUrl() + "/v1/accounting");
    output.remark("  try          dta query");
    output.remark("  stop         Ctrl-C");
  }
}
