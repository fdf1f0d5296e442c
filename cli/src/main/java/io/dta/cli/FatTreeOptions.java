package io.dta.cli;

import io.dta.fattree.FatTreeConfig;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that say what data centre to simulate. */
public final class FatTreeOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--k",
      paramLabel = "K",
      description = "Ports of a switch, even, 4 to 48 (default ${DEFAULT-VALUE}).")
  private int k = FatTreeConfig.DEFAULT_K;

  @Option(
      names = "--flows",
      paramLabel = "N",
      description = "How many flows (default ${DEFAULT-VALUE}).")
  private int flows = FatTreeConfig.DEFAULT_FLOWS;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "How many epochs of sketches and counters (default ${DEFAULT-VALUE}).")
  private int epochs = FatTreeConfig.DEFAULT_EPOCHS;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "What all chance derives from (default ${DEFAULT-VALUE}).")
  private long seed = FatTreeConfig.DEFAULT_SEED;

  @Option(
      names = "--loss",
      paramLabel = "FRACTION",
      description =
          "Fraction of reports lost between switch and translator, 0 to 0.5 (default ${DEFAULT-VALUE}).")
  private double loss;

  /** What was asked for; wrong usage where it cannot be simulated. */
  public FatTreeConfig config() {
    return WrongUsage.check(command, () -> new FatTreeConfig(k, flows, epochs, seed, loss));
  }
}
