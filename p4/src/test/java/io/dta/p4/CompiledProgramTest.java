package io.dta.p4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The compiled programs in the repository are those of the sources beside them. */
class CompiledProgramTest {
  private static final ProgramCompiler COMPILER = new ProgramCompiler(Path.of("bmv2"));

  @ParameterizedTest
  @EnumSource
  void shouldBeMadeOfTheSourcesAsTheyAre(SwitchProgram program) throws IOException {
    assertEquals(
        COMPILER.digest(program.source()),
        Files.readString(COMPILER.digestFile(program.source())).strip(),
        () ->
            "p4/bmv2/%s.p4 or what it includes was changed: 'dta p4 compile' makes it anew"
                .formatted(program.source()));
  }

  @ParameterizedTest
  @EnumSource
  void shouldHaveTheHeadersAsTheyAreDeclared(SwitchProgram program) throws IOException {
    Map<String, P4Header> declared = P4Source.include().headers();
    int compared = 0;
    for (JsonNode type :
        new ObjectMapper().readTree(program.compiled().json()).get("header_types")) {
      P4Header header = declared.get(type.get("name").asText());
      if (header != null) {
        Map<String, Integer> widths = new LinkedHashMap<>();
        type.get("fields")
            .forEach(field -> widths.put(field.get(0).asText(), field.get(1).asInt()));
        assertEquals(
            List.copyOf(header.widths().entrySet()), List.copyOf(widths.entrySet()), header::name);
        compared++;
      }
    }
    assertTrue(compared > 2, "only " + compared + " headers of " + program.source());
  }

  @ParameterizedTest
  @EnumSource
  void shouldBeWhatTheCompilerMakes(SwitchProgram program) throws IOException {
    Path compiler = P4Tools.P4C.find();
    assumeTrue(compiler != null, P4Tools.P4C::missing);
    assertEquals(
        Files.readString(COMPILER.compiledFile(program.source())),
        COMPILER.compile(program.source(), compiler));
  }
}
