package io.dta.cli.config;

import io.dta.cli.NodeConfiguration;
import io.dta.cli.Output;
import io.dta.node.Json;
import io.dta.node.OperatorException;
import io.dta.node.YamlConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code dta config}. */
@Command(
    name = "config",
    description = "Checks configuration files and shows what they amount to.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ConfigCommand.Check.class, ConfigCommand.Dump.class},
    footer = {
      "",
      "Examples:",
      "  dta config check docs/examples/collector.yaml",
      "  dta config dump docs/examples/translator.yaml     with every default filled in"
    })
public final class ConfigCommand {
  /** {@code dta config check}. */
  @Command(
      name = "check",
      description = "Checks files; exit code 1 when one is wrong, with file, line and key.",
      footer = {"", "Examples:", "  dta config check *.yaml"})
  static final class Check implements Callable<Integer> {
    @Mixin private Output output;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "YAML files of nodes.")
    private List<Path> files;

    /** What {@code --json} prints for each file. */
    record Verdict(String file, boolean ok, String error) {}

    @Override
    public Integer call() {
      List<Verdict> verdicts = new ArrayList<>();
      for (Path file : files) {
        verdicts.add(check(file));
      }
      if (output.json()) {
        output.println(Json.compact(verdicts));
      } else {
        for (Verdict verdict : verdicts) {
          output.println(verdict.ok() ? verdict.file() + ": right" : verdict.error());
        }
      }
      return verdicts.stream().allMatch(Verdict::ok) ? 0 : 1;
    }

    private static Verdict check(Path file) {
      try {
        NodeConfiguration.read(file);
        return new Verdict(file.toString(), true, null);
      } catch (OperatorException e) {
        return new Verdict(file.toString(), false, e.getMessage());
      }
    }
  }

  /** {@code dta config dump}. */
  @Command(
      name = "dump",
      description = "Shows a file with every default filled in, as YAML, or as JSON with --json.",
      footer = {"", "Examples:", "  dta config dump docs/examples/collector.yaml"})
  static final class Dump implements Callable<Integer> {
    @Mixin private Output output;

    @Parameters(paramLabel = "FILE", description = "YAML file of a node.")
    private Path file;

    @Override
    public Integer call() {
      NodeConfiguration configuration = NodeConfiguration.read(file);
      if (output.json()) {
        output.println(Json.compact(configuration));
      } else {
        output.print(YamlConfig.dump(configuration));
      }
      return 0;
    }
  }
}
