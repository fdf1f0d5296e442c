package io.dta.cli.p4;

import io.dta.cli.Output;
import io.dta.node.Json;
import io.dta.p4.BfrtPython;
import io.dta.p4.Setting;
import io.dta.p4.SimpleSwitchCommands;
import io.dta.p4.SwitchProgram;
import io.dta.p4.control.SwitchEntries;
import io.dta.p4.control.SwitchPlan;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code dta p4 entries}. */
@Command(
    name = "entries",
    description = {
      "Prints what a switch needs to write to collectors: table entries, multicast groups,"
          + " registers' first values and CRC parameters, from the collectors' directories.",
      "Each collector makes a queue pair for the switch, which waits for it."
    },
    footer = {
      "",
      "Examples:",
      "  dta p4 entries --collector http://10.0.9.1:8040 --program translator",
      "  dta p4 entries --collector http://10.0.9.1:8040 --target tofino > entries.py",
      "  dta p4 entries --config FILE | simple_switch_CLI --thrift-port 9090",
      "  dta p4 entries --config FILE --program reporter > entries.txt",
      "  dta p4 entries --config FILE --without-queue-pairs --json"
    })
final class EntriesCommand implements Callable<Integer> {
  /** What there are programs for. */
  enum Target {
    bmv2,
    tofino
  }

  @Spec private CommandSpec command;

  @Mixin private Output output;

  @Mixin private SwitchOptions options;

  @Option(
      names = "--program",
      paramLabel = "NAME",
      defaultValue = "translator",
      description = "The program that the switch runs: ${COMPLETION-CANDIDATES}.")
  private SwitchProgram program;

  @Option(
      names = "--target",
      paramLabel = "NAME",
      defaultValue = "bmv2",
      description =
          "bmv2 prints commands of simple_switch_CLI, for a switch that has just been started;"
              + " tofino a script of bfrt_python.")
  private Target target;

  @Option(
      names = "--without-queue-pairs",
      description = "Make no queue pairs, and leave out what is about them.")
  private boolean withoutQueuePairs;

  @Override
  public Integer call() {
    SwitchPlan plan = options.plan(command);
    List<Setting> settings =
        SwitchEntries.of(program, plan, !withoutQueuePairs, new SecureRandom());
    if (output.json()) {
      output.println(
          Json.compact(
              settings.stream()
                  .map(each -> Map.of(each.getClass().getSimpleName(), each))
                  .toList()));
    } else {
      output.print(
          switch (target) {
            case bmv2 -> SimpleSwitchCommands.of(program.compiled(), settings);
            case tofino -> BfrtPython.of(program.source(), settings);
          });
    }
    if (target == Target.tofino) {
      output.remark(
          "The script has the tables of the program for BMv2; those of p4/tofino differ in places"
              + " (docs/p4.md, On a Tofino): change it before you run it");
    }
    output.remark(
        "%d settings for a switch at %s%s"
            .formatted(
                settings.size(),
                plan.address(),
                withoutQueuePairs ? ", without queue pairs: it writes nothing yet" : ""));
    return 0;
  }
}
