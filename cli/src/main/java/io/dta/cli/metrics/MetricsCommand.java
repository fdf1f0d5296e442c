package io.dta.cli.metrics;

import io.dta.cli.Output;
import io.dta.cli.terminal.Table;
import io.dta.node.Json;
import io.dta.node.Nearest;
import io.dta.node.metrics.LabelValue;
import io.dta.node.metrics.MetricDescription;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dta metrics}. */
@Command(
    name = "metrics",
    description = {
      "Explains the metrics that the services expose to Prometheus: what each says, why it moves"
          + " and what to do about it.",
    },
    footer = {
      "",
      "Examples:",
      "  dta metrics",
      "  dta metrics dta_translator_reports_dropped_total",
      "  dta metrics queue_pair",
      "  dta metrics --json | jq -r '.[].name'"
    })
public final class MetricsCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Mixin private Output output;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      description = "A metric's name or a part of it; all of them, in brief, where it is left out.")
  private String name;

  @Option(names = "--markdown", description = "Print the page docs/metrics.md.")
  private boolean markdown;

  @Override
  public Integer call() {
    List<MetricDescription> metrics = chosen();
    if (markdown) {
      output.print(MetricsReference.markdown());
    } else if (output.json()) {
      output.println(Json.compact(metrics));
    } else if (name == null) {
      Table table = new Table("METRIC", "TYPE", "LABELS");
      metrics.forEach(
          metric ->
              table.row(metric.name(), metric.type().label(), String.join(", ", metric.labels())));
      output.print(table.render(0));
    } else {
      metrics.forEach(this::explain);
    }
    return 0;
  }

  private List<MetricDescription> chosen() {
    List<MetricDescription> all = MetricsReference.all();
    if (name == null) {
      return all;
    }
    List<MetricDescription> chosen =
        all.stream().filter(metric -> metric.name().contains(name)).toList();
    if (chosen.isEmpty()) {
      List<String> names = all.stream().map(MetricDescription::name).toList();
      throw new ParameterException(
          command.commandLine(),
          "no metric's name contains '%s'; did you mean '%s'?"
              .formatted(name, Nearest.nearestFirst(name, names).getFirst()));
    }
    return chosen;
  }

  private void explain(MetricDescription metric) {
    output.println(
        "%s  %s %s"
            .formatted(
                metric.name(),
                metric.type().label(),
                metric.labels().isEmpty() ? "" : "{" + String.join(", ", metric.labels()) + "}"));
    output.println("  " + metric.help());
    output.println("  why it moves  " + metric.cause());
    output.println("  what to do    " + metric.remedy());
    for (LabelValue value : metric.values()) {
      output.println("  %s=%s".formatted(value.label(), value.value()));
      output.println("      why         " + value.cause());
      output.println("      what to do  " + value.remedy());
    }
    output.println("");
  }
}
