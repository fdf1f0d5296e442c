package io.dta.p4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The compiled programs in the repository are those of the sources beside them. */
class CompiledProgramTest {
  private static final ProgramCompiler COMPILER = new ProgramCompiler(Path.of("bmv2"));

  @SuppressWarnings("unused") // by its name
  private static final List<String> PROGRAMS = ProgramCompiler.PROGRAMS;

  @ParameterizedTest
  @FieldSource("PROGRAMS")
  void shouldBeMadeOfTheSourcesAsTheyAre(String program) throws IOException {
    assertEquals(
        COMPILER.digest(program),
        Files.readString(COMPILER.digestFile(program)).strip(),
        () ->
            "p4/bmv2/%s.p4 or what it includes was changed: 'dta p4 compile' makes it anew"
                .formatted(program));
  }

  @ParameterizedTest
  @FieldSource("PROGRAMS")
  void shouldBeWhatTheCompilerMakes(String program) throws IOException {
    Path compiler = P4Tools.P4C.find();
    assumeTrue(compiler != null, P4Tools.P4C::missing);
    assertEquals(
        Files.readString(COMPILER.compiledFile(program)), COMPILER.compile(program, compiler));
  }
}
