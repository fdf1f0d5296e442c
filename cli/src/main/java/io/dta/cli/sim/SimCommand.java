package io.dta.cli.sim;

import io.dta.cli.NodeConfiguration;
import io.dta.cli.Output;
import io.dta.cli.WrongUsage;
import io.dta.cli.metrics.SimulationMetrics;
import io.dta.cli.metrics.SimulationStatus;
import io.dta.cli.query.CollectorHttp;
import io.dta.cli.query.HttpCollectorAnswers;
import io.dta.cli.terminal.Progress;
import io.dta.cli.terminal.Table;
import io.dta.collector.CollectorContext;
import io.dta.fattree.page.RunFiles;
import io.dta.fattree.page.Summary;
import io.dta.fattree.scenario.Outlets;
import io.dta.fattree.scenario.RunStatus;
import io.dta.fattree.scenario.Scenario;
import io.dta.fattree.scenario.ScenarioResult;
import io.dta.fattree.scenario.ScenarioRun;
import io.dta.fattree.scenario.ScenarioSource;
import io.dta.fattree.verify.CollectorAnswers;
import io.dta.node.HttpEndpoint;
import io.dta.node.Json;
import io.dta.node.OperatorException;
import io.dta.node.YamlConfig;
import io.dta.primitives.directory.Directory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dta sim}. */
@Command(
    name = "sim",
    description = {
      "Simulates a data center packet by packet, with the telemetry of its switches: what a",
      "scenario file says. Leaves a page, CSV and JSON in a directory, and compares what the",
      "collector answers with what happened. Without SCENARIO, lists those that are shipped."
    },
    footer = {
      "",
      "Unless a scenario says otherwise its reports go to an engine and memory within this",
      "process, and one seed makes one run. Ctrl-C ends a run early: it leaves what it has.",
      "",
      "Examples:",
      "  dta sim",
      "  dta sim quick-look",
      "  dta sim incast --seed 7 --out incast-7 --json",
      "  dta sim my-scenario.yaml",
      "  dta sim my-scenario.yaml --print-stores > collector.yaml",
      "  dta sim my-scenario.yaml --target 127.0.0.1:40040",
      "  dta sim quick-look --metrics-port 8042 --metrics-linger 30"
    })
public final class SimCommand implements Callable<Integer> {
  private static final int LAST_PORT = 65_535;
  private static final int INCOMPLETE = 130;
  private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(100);

  @Spec private CommandSpec command;

  @Mixin private Output output;

  @Parameters(
      arity = "0..1",
      paramLabel = "SCENARIO",
      description = "A YAML file, or the name of a shipped scenario.")
  private String scenario;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the results go (default sim-SCENARIO).")
  private Path directory;

  @Option(names = "--seed", paramLabel = "SEED", description = "Instead of the scenario's.")
  private Long seed;

  @Option(
      names = "--target",
      paramLabel = "HOST:PORT",
      description = "A running translator that gets the reports, instead of the scenario's output.")
  private String target;

  @Option(
      names = "--collector",
      paramLabel = "URL",
      description = "The collector that it writes to (default ${DEFAULT-VALUE}).")
  private URI collector = URI.create("http://127.0.0.1:8040");

  @Option(
      names = "--metrics-port",
      paramLabel = "PORT",
      description =
          "Serve the run's metrics at this port of 127.0.0.1 meanwhile; Grafana's dashboard looks"
              + " at 8042.")
  private Integer metricsPort;

  @Option(
      names = "--metrics-linger",
      paramLabel = "SECONDS",
      description =
          "Go on serving them for so long after the run, so that the verdicts on its answers are"
              + " scraped too.")
  private int metricsLinger;

  @Option(
      names = "--print-stores",
      description = "Print a collector's configuration with the scenario's stores, and do no more.")
  private boolean printStores;

  @Option(
      names = "--print-scenario",
      description = "Print the scenario's file, to begin one's own with, and do no more.")
  private boolean printScenario;

  /** A line of the list of shipped scenarios. */
  private record Shipped(String scenario, String about) {}

  @Override
  public Integer call() {
    if (scenario == null) {
      WrongUsage.check(command, this::checkNothingElse);
      list();
      return 0;
    }
    WrongUsage.check(command, this::checkMetricsPort);
    ScenarioSource source = ScenarioSource.of(scenario);
    if (printScenario) {
      output.print(source.text());
      return 0;
    }
    Scenario parsed = Scenario.parse(source);
    if (seed != null) {
      parsed = parsed.withSeed(seed);
    }
    if (target != null) {
      Scenario given = parsed;
      parsed = WrongUsage.check(command, () -> given.withTranslator(target, collector));
    }
    ScenarioRun run = new ScenarioRun(source, parsed);
    if (printStores) {
      NodeConfiguration stores =
          new NodeConfiguration(
              new CollectorContext(null, null, null, null, run.stores().all(), null), null);
      output.print(output.json() ? Json.compact(stores) + "\n" : YamlConfig.dump(stores));
      return 0;
    }
    return run(run);
  }

  private Void checkNothingElse() {
    if (directory != null || seed != null || target != null || printStores || printScenario) {
      throw new IllegalArgumentException(
          "SCENARIO is missing: expected a YAML file, or one of "
              + String.join(", ", ScenarioSource.SHIPPED));
    }
    return null;
  }

  private Void checkMetricsPort() {
    if (metricsPort != null && (metricsPort < 0 || metricsPort > LAST_PORT)) {
      throw new IllegalArgumentException(
          "--metrics-port " + metricsPort + ": expected 0 (any free one) to " + LAST_PORT);
    }
    return null;
  }

  private void list() {
    List<Shipped> shipped = new ArrayList<>();
    for (String name : ScenarioSource.SHIPPED) {
      shipped.add(new Shipped(name, Scenario.parse(ScenarioSource.of(name)).about()));
    }
    if (output.json()) {
      output.println(Json.compact(shipped));
      return;
    }
    Table table = new Table("SCENARIO", "WHAT IT SHOWS");
    shipped.forEach(each -> table.row(each.scenario(), each.about()));
    output.print(table.render(0));
    output.println("");
    output.println("Run one with 'dta sim SCENARIO'; 'dta sim --help' has more.");
  }

  private int run(ScenarioRun run) {
    Path out = directory == null ? Path.of("sim-" + shortName()) : directory;
    ScenarioResult result;
    SimulationStatus metrics = new SimulationStatus(run.flows());
    try (HttpEndpoint endpoint =
            metricsPort == null ? null : SimulationMetrics.serve(metrics, metricsPort);
        Interruption interruption = new Interruption()) {
      if (endpoint != null) {
        output.remark("metrics: " + endpoint.uri() + "/metrics");
      }
      Files.createDirectories(out);
      result = run(run, out, metrics, interruption);
      RunFiles.write(result, out);
      metrics.answers(result.comparisons());
      Summary summary = Summary.of(result);
      output.print(output.json() ? Json.compact(summary) + "\n" : SimText.of(summary));
      output.remark("results: " + out.resolve(RunFiles.PAGE));
      if (endpoint != null && metricsLinger > 0) {
        linger(interruption);
      }
    } catch (IOException e) {
      throw new OperatorException("the simulation ended early: " + e.getMessage(), e);
    }
    if (!result.complete()) {
      output.remark("incomplete: the run was interrupted");
      return INCOMPLETE;
    }
    return 0;
  }

  private ScenarioResult run(
      ScenarioRun run, Path out, SimulationStatus metrics, Interruption interruption)
      throws IOException {
    try (Progress progress =
        new Progress(command.commandLine().getErr(), "simulating", run.flows(), "flows")) {
      return run.run(
          new RunningCollectors(),
          out,
          status -> {
            progress.stepTo(status.flows(), () -> live(status));
            metrics.traffic(status.flows(), status.packets());
            metrics.drops(status.drops());
            metrics.reports(status.reports());
          },
          interruption::isWanted);
    }
  }

  private void linger(Interruption interruption) {
    output.remark("metrics are served for %d s more, or until Ctrl-C".formatted(metricsLinger));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(metricsLinger);
    while (System.nanoTime() < end && !interruption.isWanted()) {
      LockSupport.parkNanos(LOOK_NS);
    }
  }

  private String shortName() {
    Path file = Path.of(scenario).getFileName();
    return String.valueOf(file).replaceAll("\\.ya?ml$", "");
  }

  private static String live(RunStatus status) {
    return String.format(
        Locale.ROOT,
        " %.2f ms, %.1f M hops, %,d dropped, %,d reports",
        1e3 * status.seconds(),
        (double) status.hops() / 1e6,
        status.dropped(),
        status.reports().sent());
  }

  /** Asks collectors over HTTP. */
  private static final class RunningCollectors implements Outlets.Asking {
    @Override
    public Directory directory(URI url) {
      return CollectorHttp.client(url).get("/v1/directory", Directory.class);
    }

    @Override
    public CollectorAnswers answers(URI url) {
      return new HttpCollectorAnswers(url);
    }
  }
}
