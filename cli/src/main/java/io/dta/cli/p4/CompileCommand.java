package io.dta.cli.p4;

import io.dta.cli.Output;
import io.dta.node.Json;
import io.dta.node.OperatorException;
import io.dta.p4.ProgramCompiler;
import io.dta.p4.SwitchProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dta p4 compile}. */
@Command(
    name = "compile",
    description = {
      "Compiles the BMv2 programs after a change, and keeps the result and the digest of its"
          + " sources beside them.",
      "A warning of the compiler is an error."
    },
    footer = {
      "",
      "Examples:",
      "  dta p4 compile",
      "  dta p4 compile --program translator",
      "  dta p4 compile --sources p4/bmv2 --p4c /opt/p4c/build/p4c-bm2-ss"
    })
final class CompileCommand implements Callable<Integer> {
  @Mixin private Output output;

  @Option(
      names = "--sources",
      paramLabel = "DIRECTORY",
      description = "Where the programs are (default ${DEFAULT-VALUE}).")
  private Path sources = Path.of("p4/bmv2");

  @Option(
      names = "--p4c",
      paramLabel = "FILE",
      defaultValue = "${env:P4C:-p4c-bm2-ss}",
      description = "p4c's compiler for BMv2: $P4C, or p4c-bm2-ss of the PATH, where left out.")
  private Path compiler;

  @Option(
      names = "--program",
      paramLabel = "NAME",
      description = "The only program to compile, all where left out: ${COMPLETION-CANDIDATES}.")
  private SwitchProgram only;

  /**
   * What {@code --json} prints of each program.
   *
   * @param sources the SHA-256 of its sources
   */
  private record Compiled(String program, String file, String sources) {}

  @Override
  public Integer call() {
    if (!Files.isDirectory(sources)) {
      throw new OperatorException(
          "'%s' is no directory: say with --sources where the programs are".formatted(sources));
    }
    ProgramCompiler programs = new ProgramCompiler(sources);
    for (SwitchProgram program :
        only == null ? SwitchProgram.values() : new SwitchProgram[] {only}) {
      programs.update(program.source(), compiler);
      String file = programs.compiledFile(program.source()).toString();
      output.println(
          output.json()
              ? Json.compact(
                  new Compiled(program.toString(), file, programs.digest(program.source())))
              : file);
    }
    return 0;
  }
}
