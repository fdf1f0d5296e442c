package io.dta.cli.experiment;

import io.dta.cli.Output;
import io.dta.cli.WrongUsage;
import io.dta.cli.terminal.Progress;
import io.dta.cli.terminal.Table;
import io.dta.experiment.Cost;
import io.dta.experiment.Experiment;
import io.dta.experiment.Forecast;
import io.dta.experiment.Lab;
import io.dta.experiment.Run;
import io.dta.experiment.Scale;
import io.dta.experiment.catalog.Experiments;
import io.dta.experiment.page.Chart;
import io.dta.experiment.page.Numbers;
import io.dta.experiment.page.Verdict;
import io.dta.node.Json;
import io.dta.node.OperatorException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dta experiment run}. */
@Command(
    name = "run",
    description = {
      "Runs experiments. Each leaves a page, its tables as CSV and its plots as SVG and PNG.",
      "Exit code 1 where a measurement is further from its closed form than chance allows."
    },
    footer = {
      "",
      "SIGINT ends a run early; what it has by then is written and marked incomplete.",
      "",
      "Examples:",
      "  dta experiment run headline",
      "  dta experiment run load-and-age hash-independence --seed 7",
      "  dta experiment run --all --scale small --out experiments",
      "  dta experiment run headline --scale paper"
    })
final class RunCommand implements Callable<Integer> {
  private static final int WATCH_MILLIS = 100;
  private static final int LEAVE_SECONDS = 60;

  @Spec private CommandSpec command;

  @Mixin private Output output;

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "Which; 'dta experiment list' shows them.")
  private List<String> names = List.of();

  @Option(names = "--all", description = "All of them.")
  private boolean all;

  @Option(
      names = "--scale",
      paramLabel = "SCALE",
      description = "small: seconds. paper: 100 million flows. big: more (default small).")
  private Scale scale = Scale.SMALL;

  @Option(names = "--out", paramLabel = "DIR", description = "Where to (default ${DEFAULT-VALUE}).")
  private Path directory = Path.of("experiments-out");

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "What all chance derives from (default ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--repetitions",
      paramLabel = "R",
      description = "How often, 1 to 1000 (default: as often as each experiment needs).")
  private Integer repetitions;

  @Override
  public Integer call() throws InterruptedException {
    List<Experiment> experiments = WrongUsage.check(command, this::chosen);
    long trialBytes = 0;
    for (Experiment experiment : experiments) {
      trialBytes = Math.max(trialBytes, experiment.cost(scale).trialBytes());
    }
    int processors = Runtime.getRuntime().availableProcessors();
    int threads = Forecast.threads(trialBytes, processors);
    if (threads == 0) {
      throw new OperatorException(
          "--scale %s needs %s of memory, and %s can be had: free some, or choose a smaller scale"
              .formatted(
                  scale.label(), Numbers.bytes(trialBytes), Numbers.bytes(Forecast.usableBytes())));
    }
    if (scale != Scale.SMALL) {
      announce(experiments, trialBytes, threads);
    }
    Lab lab = new Lab(scale, seed, repetitions == null ? 0 : repetitions, threads);
    CountDownLatch done = new CountDownLatch(1);
    Thread hook = new Thread(() -> leaveEarly(lab, done), "experiment-interrupt");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      Chart.prepare();
      Run run = new Run(lab, directory, conditions(threads));
      for (Experiment experiment : experiments) {
        if (!lab.isStopped()) {
          run(run, lab, experiment);
        }
      }
      return show(run);
    } catch (IOException e) {
      throw new OperatorException("results cannot be written: " + e, e);
    } finally {
      done.countDown();
      unhook(hook);
    }
  }

  private List<Experiment> chosen() {
    if (repetitions != null && (repetitions < 1 || repetitions > 1000)) {
      throw new IllegalArgumentException("--repetitions " + repetitions + ": expected 1 to 1000");
    }
    if (all == !names.isEmpty()) {
      throw new IllegalArgumentException(
          "give names of experiments, or --all; 'dta experiment list' shows them");
    }
    return all ? Experiments.all() : names.stream().map(Experiments::named).toList();
  }

  private void announce(List<Experiment> experiments, long trialBytes, int threads) {
    Forecast forecast = Forecast.measure(trialBytes);
    double seconds = 0;
    for (Experiment experiment : experiments) {
      double each = forecast.seconds(experiment.cost(scale), threads);
      seconds += each;
      output.remark("%s: about %s".formatted(experiment.name(), Numbers.seconds(each)));
    }
    output.remark(
        "%s scale: about %s in all with %d %s, %s of memory (measured: %,.2f M reports/s with N = 2)"
            .formatted(
                scale.label(),
                Numbers.seconds(seconds),
                threads,
                threads == 1 ? "thread" : "threads",
                Numbers.bytes((double) trialBytes * threads),
                forecast.reportsPerSecond() / 1e6));
  }

  private void run(Run run, Lab lab, Experiment experiment)
      throws IOException, InterruptedException {
    PrintWriter err = command.commandLine().getErr();
    long before = lab.steps();
    Cost cost = experiment.cost(scale);
    try (Progress progress =
        new Progress(err, experiment.name(), cost.steps(), "reports and look-ups")) {
      Thread watcher =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      while (true) {
                        TimeUnit.MILLISECONDS.sleep(WATCH_MILLIS);
                        progress.stepTo(Math.min(cost.steps(), lab.steps() - before));
                      }
                    } catch (InterruptedException e) {
                      // The experiment is done.
                    }
                  });
      try {
        run.run(experiment, commandLine(experiment));
      } finally {
        watcher.interrupt();
        watcher.join();
      }
    }
  }

  private String commandLine(Experiment experiment) {
    String again =
        "dta experiment run %s --scale %s --seed %d"
            .formatted(experiment.name(), scale.label(), seed);
    return repetitions == null ? again : again + " --repetitions " + repetitions;
  }

  private static String conditions(int threads) {
    return "Java %s on %s, %d processors, %d %s."
        .formatted(
            Runtime.version(),
            System.getProperty("os.arch"),
            Runtime.getRuntime().availableProcessors(),
            threads,
            threads == 1 ? "thread" : "threads");
  }

  private int show(Run run) {
    List<Run.Outcome> outcomes = run.outcomes();
    if (output.json()) {
      output.println(Json.compact(outcomes));
    } else {
      Table table = new Table("EXPERIMENT", "VERDICT", "COMPARED", "BEYOND", "TIME", "PAGE");
      List<String> failures = new ArrayList<>();
      for (Run.Outcome each : outcomes) {
        table.row(
            each.name(),
            each.verdict(),
            each.compared(),
            each.failures().size(),
            String.format(Locale.ROOT, "%.1f s", each.seconds()),
            each.page());
        each.failures().forEach(failure -> failures.add(each.name() + ": " + failure));
      }
      output.print(table.render(0));
      failures.forEach(output::println);
    }
    return outcomes.stream().allMatch(each -> each.verdict() == Verdict.PASS) ? 0 : 1;
  }

  private static void leaveEarly(Lab lab, CountDownLatch done) {
    lab.stop();
    try {
      done.await(LEAVE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void unhook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It is what ends the run.
    }
  }
}
