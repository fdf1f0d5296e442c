package io.dta.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dta.experiment.catalog.Experiments;
import io.dta.experiment.page.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExperimentsTest {
  private static final long SEED = 20_260_101;

  @TempDir private Path directory;

  static Stream<String> names() {
    return Experiments.all().stream().map(Experiment::name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldAgreeWithTheClosedForms(String name) throws IOException {
    String keep = System.getProperty("dta.experiments.out");
    Run run =
        new Run(
            new Lab(Scale.SMALL, SEED, 0, Runtime.getRuntime().availableProcessors()),
            keep == null ? directory : Path.of(keep),
            "Test.");
    Run.Outcome outcome = run.run(Experiments.named(name), "test");
    assertEquals(Verdict.PASS, outcome.verdict(), () -> String.join("\n", outcome.failures()));
  }
}
