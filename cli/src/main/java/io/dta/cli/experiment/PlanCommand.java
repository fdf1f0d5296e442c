package io.dta.cli.experiment;

import io.dta.cli.Output;
import io.dta.cli.WrongUsage;
import io.dta.cli.terminal.Table;
import io.dta.experiment.Forecast;
import io.dta.experiment.Lab;
import io.dta.experiment.Scale;
import io.dta.experiment.page.Numbers;
import io.dta.experiment.plan.Goal;
import io.dta.experiment.plan.Layout;
import io.dta.experiment.plan.Planner;
import io.dta.experiment.plan.Simulation;
import io.dta.node.Json;
import io.dta.node.OperatorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dta experiment plan}. */
@Command(
    name = "plan",
    description = {
      "Finds the cheapest layouts for the paths of flows that reach a success, with the success"
          + " that the closed form predicts and the one that a simulation on the product finds."
    },
    footer = {
      "",
      "Slots come in powers of two: with --collectors, two or three may need less",
      "memory together than one. The simulation has the same load in less memory,",
      "unless --simulate asks for as many flows as there are.",
      "",
      "Examples:",
      "  dta experiment plan --flows 100M --success 0.999 --path-length 5",
      "  dta experiment plan --flows 5M --success 0.99 --oldest --collectors 4",
      "  dta experiment plan --flows 100M --success 0.9999 --json",
      "  dta experiment plan --flows 100M --success 0.9 --show 1 --simulate 100M"
    })
final class PlanCommand implements Callable<Integer> {
  private static final long LEAST_SIMULATED = 1_000;
  private static final long MOST_SIMULATED = 10_000_000_000L;

  @Spec private CommandSpec command;

  @Mixin private Output output;

  @Option(
      names = "--flows",
      required = true,
      paramLabel = "N",
      description = "Flows kept at a time, such as 500000, 5M or 2G.")
  private String flows;

  @Option(
      names = "--success",
      paramLabel = "SHARE",
      description = "Share of queries that find their flow (default ${DEFAULT-VALUE}).")
  private double success = 0.999;

  @Option(
      names = "--path-length",
      paramLabel = "HOPS",
      description = "Switches on the longest path, 1 to 64 (default ${DEFAULT-VALUE}).")
  private int pathLength = 5;

  @Option(
      names = "--oldest",
      description = "Even the oldest flow is to be found so surely, not only the average one.")
  private boolean oldest;

  @Option(
      names = "--collectors",
      paramLabel = "C",
      description = "The most collectors, 1 to 64 (default ${DEFAULT-VALUE}).")
  private int collectors = 1;

  @Option(
      names = "--show",
      paramLabel = "N",
      description = "How many layouts, 1 to 24 (default ${DEFAULT-VALUE}).")
  private int show = 8;

  @Option(
      names = "--simulate",
      paramLabel = "N",
      description =
          "With how many flows, about, each layout is simulated (default ${DEFAULT-VALUE}).")
  private String simulate = "100k";

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "What the simulations' chance derives from (default ${DEFAULT-VALUE}).")
  private long seed = 1;

  /** What {@code --json} prints for each layout. */
  record Proposal(
      String layout,
      int copies,
      int collectors,
      long slotsPerCollector,
      long bytes,
      double bytesPerFlow,
      int reportsPerFlow,
      int writesPerFlow,
      double load,
      double predicted,
      double predictedOfOldest,
      double simulated,
      double simulatedLow,
      double simulatedHigh,
      boolean agrees) {}

  @Override
  public Integer call() {
    Goal goal = WrongUsage.check(command, this::goal);
    List<Layout> layouts = Planner.plan(goal).stream().limit(show).toList();
    long simulated = WrongUsage.check(command, this::simulated);
    Lab lab = new Lab(Scale.SMALL, seed, 0, threads(layouts, simulated));
    output.remark(
        "simulating %d %s with about %s flows each ..."
            .formatted(layouts.size(), layouts.size() == 1 ? "layout" : "layouts", simulate));
    List<Callable<Proposal>> trials = new ArrayList<>();
    for (Layout layout : layouts) {
      long own = seed + trials.size();
      trials.add(() -> propose(lab, goal, layout, simulated, own));
    }
    List<Proposal> proposals = lab.run(trials);
    output.print(output.json() ? Json.compact(proposals) + "\n" : text(goal, proposals));
    return proposals.stream().allMatch(Proposal::agrees) ? 0 : 1;
  }

  private Goal goal() {
    if (show < 1 || show > 24) {
      throw new IllegalArgumentException("--show " + show + ": expected 1 to 24");
    }
    return new Goal(count("--flows", flows), success, pathLength, oldest, collectors);
  }

  private long simulated() {
    long count = count("--simulate", simulate);
    if (count < LEAST_SIMULATED || count > MOST_SIMULATED) {
      throw new IllegalArgumentException(
          "--simulate " + simulate + ": expected 1k to 10G flows, such as 100k");
    }
    return count;
  }

  /** As many simulations at a time as there are processors and memory for. */
  private static int threads(List<Layout> layouts, long simulated) {
    long bytes = 0;
    for (Layout layout : layouts) {
      bytes =
          Math.max(
              bytes,
              Simulation.bytes(layout.scheme(), layout.pathLength(), layout.load(), simulated));
    }
    int threads = Forecast.threads(bytes, Runtime.getRuntime().availableProcessors());
    if (threads == 0) {
      throw new OperatorException(
          "--simulate needs %s of memory, and %s can be had: simulate fewer flows"
              .formatted(Numbers.bytes(bytes), Numbers.bytes(Forecast.usableBytes())));
    }
    return threads;
  }

  private static long count(String option, String text) {
    if (!text.matches("[0-9]{1,12}[kKMG]?")) {
      throw new IllegalArgumentException(
          option + " '" + text + "': expected a number, or one with k, M or G, such as 100M");
    }
    char last = text.charAt(text.length() - 1);
    long factor =
        switch (last) {
          case 'k', 'K' -> 1_000;
          case 'M' -> 1_000_000;
          case 'G' -> 1_000_000_000;
          default -> 1;
        };
    String digits = factor == 1 ? text : text.substring(0, text.length() - 1);
    return Math.multiplyExact(Long.parseLong(digits), factor);
  }

  private static Proposal propose(Lab lab, Goal goal, Layout layout, long flows, long seed) {
    Simulation.Result result =
        Simulation.run(
            lab,
            layout.scheme(),
            layout.copies(),
            layout.pathLength(),
            layout.load(),
            flows,
            goal.oldest(),
            seed);
    return new Proposal(
        layout.scheme().label(),
        layout.copies(),
        layout.collectors(),
        layout.slots(),
        layout.bytes(),
        layout.bytesPerFlow(),
        layout.reportsPerFlow(),
        layout.writesPerFlow(),
        layout.load(),
        layout.average(),
        layout.oldest(),
        result.measured().value(),
        result.measured().low(),
        result.measured().high(),
        result.measured().holds(result.closedForm()));
  }

  private static String text(Goal goal, List<Proposal> proposals) {
    Table table =
        new Table(
            "LAYOUT",
            "N",
            "COLLECTORS",
            "SLOTS EACH",
            "MEMORY",
            "BYTES/FLOW",
            "REPORTS/FLOW",
            "WRITES/FLOW",
            "PREDICTED",
            "OLDEST",
            "SIMULATED");
    for (Proposal each : proposals) {
      table.row(
          each.layout(),
          each.copies(),
          each.collectors(),
          each.slotsPerCollector(),
          Numbers.bytes(each.bytes()),
          String.format(Locale.ROOT, "%,.0f", each.bytesPerFlow()),
          each.reportsPerFlow(),
          each.writesPerFlow(),
          percent(each.predicted()),
          percent(each.predictedOfOldest()),
          "%s (%s to %s)%s"
              .formatted(
                  percent(each.simulated()),
                  percent(each.simulatedLow()),
                  percent(each.simulatedHigh()),
                  each.agrees() ? "" : " DISAGREES"));
    }
    return "%,d flows, paths of %d, %s %% of %s flows found:%n"
            .formatted(
                goal.flows(),
                goal.pathLength(),
                Numbers.text(100 * goal.success()),
                goal.oldest() ? "the oldest" : "all")
        + table.render(0);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.3f %%", 100 * share);
  }
}
