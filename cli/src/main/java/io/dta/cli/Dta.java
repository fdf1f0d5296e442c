package io.dta.cli;

import io.dta.cli.config.ConfigCommand;
import io.dta.cli.demo.DemoCommand;
import io.dta.cli.doctor.DoctorCommand;
import io.dta.cli.experiment.ExperimentCommand;
import io.dta.cli.metrics.MetricsCommand;
import io.dta.cli.p4.P4Command;
import io.dta.cli.query.EventsCommand;
import io.dta.cli.query.QueryCommand;
import io.dta.cli.sim.SimCommand;
import io.dta.node.OperatorException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command {@code dta}. Exit codes: 0 done, 1 failed, 2 wrong usage. What is wrong is said in
 * one sentence on standard error; a stack trace means a defect of ours.
 */
@Command(
    name = "dta",
    mixinStandardHelpOptions = true,
    versionProvider = DtaVersion.class,
    description = "Switch telemetry that lands in collector memory, aggregated and queryable.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Start with:",
      "  dta demo             run everything on this machine and check every answer",
      "  dta doctor           see what this machine can do",
      "  dta COMMAND --help   options and examples of a command"
    },
    subcommands = {
      DemoCommand.class,
      CollectorCommand.class,
      TranslatorCommand.class,
      LoadCommand.class,
      SimCommand.class,
      ExperimentCommand.class,
      QueryCommand.class,
      EventsCommand.class,
      P4Command.class,
      ConfigCommand.class,
      DoctorCommand.class,
      MetricsCommand.class,
      WarmUpCommand.class
    })
public final class Dta {
  static final int FAILED = 1;
  static final int WRONG_USAGE = 2;

  private Dta() {}

  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int exitCode = run(out, err, arguments);
    out.flush();
    System.exit(exitCode);
  }

  /** Runs one command and returns its exit code. */
  public static int run(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine commandLine =
        new CommandLine(new Dta())
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpAutoWidth(true)
            .setExecutionExceptionHandler(Dta::explain);
    for (CommandLine command : commandLine.getSubcommands().values()) {
      addHelp(command);
    }
    if (arguments.length == 0) {
      commandLine.usage(out);
      out.flush();
      return WRONG_USAGE;
    }
    return commandLine.execute(arguments);
  }

  private static void addHelp(CommandLine command) {
    command.getCommandSpec().mixinStandardHelpOptions(true).versionProvider(new DtaVersion());
    command.getSubcommands().values().forEach(Dta::addHelp);
  }

  private static int explain(
      Exception exception, CommandLine commandLine, CommandLine.ParseResult parsed) {
    if (exception instanceof OperatorException) {
      commandLine.getErr().println("dta: " + exception.getMessage());
    } else {
      commandLine.getErr().println("dta: this is a defect; please report it with what follows");
      exception.printStackTrace(commandLine.getErr());
    }
    commandLine.getErr().flush();
    return FAILED;
  }
}
