package io.dta.cli;

import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Turns a refused value on the command line into the usage error that it is: exit code 2. */
public final class WrongUsage {
  private WrongUsage() {}

  /** Makes something of what was given on the command line. */
  public static <T> T check(CommandSpec command, Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }
}
