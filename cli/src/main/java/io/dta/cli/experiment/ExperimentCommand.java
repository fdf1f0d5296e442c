package io.dta.cli.experiment;

import io.dta.cli.Output;
import io.dta.cli.terminal.Table;
import io.dta.experiment.Experiment;
import io.dta.experiment.catalog.Experiments;
import io.dta.node.Json;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code dta experiment}. */
@Command(
    name = "experiment",
    description = "The papers' experiments, on the product itself, beside closed forms.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ExperimentCommand.Names.class, RunCommand.class, PlanCommand.class},
    footer = {
      "",
      "Examples:",
      "  dta experiment list",
      "  dta experiment run headline",
      "  dta experiment run --all --out experiments",
      "  dta experiment plan --flows 100M --success 0.999 --path-length 5"
    })
public final class ExperimentCommand {
  /** {@code dta experiment list}. */
  @Command(
      name = "list",
      description = "Shows the experiments there are.",
      footer = {"", "Examples:", "  dta experiment list", "  dta experiment list --json"})
  static final class Names implements Callable<Integer> {
    @Mixin private Output output;

    /** What {@code --json} prints for each. */
    record Description(String name, String title, String question) {}

    @Override
    public Integer call() {
      List<Experiment> all = Experiments.all();
      if (output.json()) {
        output.println(
            Json.compact(
                all.stream()
                    .map(each -> new Description(each.name(), each.title(), each.question()))
                    .toList()));
      } else {
        Table table = new Table("EXPERIMENT", "WHAT IT IS ABOUT");
        all.forEach(each -> table.row(each.name(), each.title()));
        output.print(table.render(0));
      }
      return 0;
    }
  }
}
