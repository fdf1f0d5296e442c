package io.dta.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where a command prints, and whether for a person or for a script. */
public final class Output {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(names = "--json", description = "Print JSON, for scripts.")
  private boolean json;

  /** Whether the result is to be JSON. */
  public boolean json() {
    return json;
  }

  /** Prints on standard output. */
  public void print(String text) {
    PrintWriter out = command.commandLine().getOut();
    out.print(text);
    out.flush();
  }

  /** Prints a line on standard output. */
  public void println(String line) {
    print(line + '\n');
  }

  /** Prints a line on standard error: progress and remarks, never the result. */
  public void remark(String line) {
    PrintWriter err = command.commandLine().getErr();
    err.println(line);
    err.flush();
  }
}
