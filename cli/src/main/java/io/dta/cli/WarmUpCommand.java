package io.dta.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code dta warm-up}: the training run of the class-data cache, which loads what commands load.
 */
@Command(name = "warm-up", hidden = true, description = "Loads what the other commands load.")
final class WarmUpCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    for (String command :
        new String[] {
          "demo",
          "collector",
          "translator",
          "load",
          "sim",
          "experiment",
          "query",
          "config",
          "doctor",
          "metrics"
        }) {
      Dta.run(nowhere, nowhere, command, "--help");
    }
    Dta.run(nowhere, nowhere, "doctor", "--json");
    return Dta.run(nowhere, nowhere, "demo", "--flows", "500", "--epochs", "1", "--json");
  }
}
