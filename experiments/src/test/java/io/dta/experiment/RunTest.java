package io.dta.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.experiment.catalog.Experiments;
import io.dta.experiment.page.Page;
import io.dta.experiment.page.Verdict;
import io.dta.experiment.rig.PathFlows;
import io.dta.experiment.rig.PathMemory;
import io.dta.experiment.rig.Setup;
import io.dta.experiment.rig.Tally;
import io.dta.experiment.statistics.Estimate;
import io.dta.experiment.statistics.Proportion;
import io.dta.primitives.analysis.QuerySuccess;
import io.dta.primitives.hash.HashScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTest {
  private static final String NAME = "load-and-age";

  @TempDir private Path directory;

  @Test
  void shouldFindTheSameWithOneThreadAndWithMany() throws IOException {
    String one = table(1, 5, "one");

    assertEquals(one, table(3, 5, "three"));
    assertFalse(one.equals(table(1, 6, "other")), "another seed, other flows");
  }

  private String table(int threads, long seed, String name) throws IOException {
    Path out = directory.resolve(name);
    Run run = new Run(new Lab(Scale.SMALL, seed, 1, threads), out, "A test.");
    run.run(Experiments.named(NAME), "test");
    return Files.readString(out.resolve(NAME).resolve("success-by-age.csv"));
  }

  @Test
  void shouldLeaveWhatItHasWhenItIsStopped() throws IOException {
    Lab lab = new Lab(Scale.SMALL, 1, 1, 1);
    int trials = 3;
    Experiment stopping = stopping(trials, lab);
    Run run = new Run(lab, directory, "A test.");

    Run.Outcome outcome = run.run(stopping, "test");

    assertEquals(Verdict.INCOMPLETE, outcome.verdict());
    assertEquals(trials, outcome.compared());
    String page = Files.readString(Path.of(outcome.page()));
    assertTrue(page.contains("interrupted, this page is incomplete"), page);
    assertTrue(Files.readString(directory.resolve("index.md")).contains("interrupted"));
  }

  /** An experiment of ten trials that is stopped within the one after {@code finished}. */
  private static Experiment stopping(int finished, Lab lab) {
    return new Experiment() {
      @Override
      public String name() {
        return "stopping";
      }

      @Override
      public String title() {
        return "Stopping";
      }

      @Override
      public String question() {
        return "What is left?";
      }

      @Override
      public Cost cost(Scale scale) {
        return new Cost(10, 10, 0, 1);
      }

      @Override
      public void run(Lab same, Page page) {
        List<Callable<Integer>> trials = new ArrayList<>();
        for (int trial = 0; trial < 10; trial++) {
          int number = trial;
          trials.add(
              () -> {
                if (number == finished) {
                  lab.stop();
                }
                same.advance(1);
                return number;
              });
        }
        var table = page.comparisons("trials", "Trials", "trial");
        for (int trial : same.run(trials)) {
          table.equal(0, Estimate.exact(0, 1), trial);
        }
        same.advance(1); // ends this method where the run was stopped, as any work may
        throw new AssertionError("the run was not stopped");
      }
    };
  }

  /** An interval that could not tell the prototype's hashes from ours would prove nothing. */
  @Test
  void shouldTellWhereTheClosedFormIsWrong() {
    long slots = 1 << 16;
    long later = slots / 5;
    long asked = slots / 16;
    Tally[] tallies = new Tally[2];
    for (HashScheme hashes : HashScheme.values()) {
      Lab lab = new Lab(Scale.SMALL, 1, 1, 1);
      try (PathMemory memory =
          new PathMemory(
              lab, PathMemory.store(slots, 2, hashes), new PathFlows(8, 11), Setup.DEFAULT, 11)) {
        memory.writeUpTo(asked + later);
        tallies[hashes == HashScheme.INDEPENDENT ? 0 : 1] = memory.lookup(0, asked, Long.MAX_VALUE);
      }
    }
    double middle = (later + asked / 2.0) / slots;
    double closedForm = QuerySuccess.found(middle, 2);
    Estimate ours = Proportion.of(tallies[0].right(), tallies[0].asked(), 1.5);
    Estimate prototype = Proportion.of(tallies[1].right(), tallies[1].asked(), 1.5);
    assertTrue(ours.holds(closedForm), () -> ours + " and " + closedForm);
    assertFalse(prototype.holds(closedForm), () -> prototype + " and " + closedForm);
    Page page = new Page("power", "Power", "?");
    page.comparisons("power", "Success", "hashes").equal(closedForm, prototype, "prototype");
    assertEquals(Verdict.FAIL, page.verdict());
    assertEquals(1, page.failures().size());
  }
}
