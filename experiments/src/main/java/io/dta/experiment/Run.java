package io.dta.experiment;

import io.dta.experiment.page.Numbers;
import io.dta.experiment.page.Page;
import io.dta.experiment.page.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A run of some experiments that leaves a directory: {@code index.md}, and for every experiment a
 * directory with its page, tables and plots. Each page is written as soon as its experiment is
 * done, and the index after each, so that a run that dies leaves what it has.
 */
public final class Run {
  /**
   * What came of an experiment.
   *
   * @param compared how many measurements were compared with closed forms
   * @param failures what disagrees, a line each
   * @param page where its page is
   */
  public record Outcome(
      String name,
      String title,
      Verdict verdict,
      int compared,
      List<String> failures,
      double seconds,
      String page) {}

  private final Lab lab;
  private final Path directory;
  private final String conditions;
  private final List<Outcome> outcomes = new ArrayList<>();

  /**
   * @param directory where to; made where it is missing
   * @param conditions on what it runs, a sentence for the pages
   */
  public Run(Lab lab, Path directory, String conditions) {
    this.lab = lab;
    this.directory = directory;
    this.conditions = conditions;
  }

  /**
   * Runs an experiment and writes its page.
   *
   * @param command how a user gets the same again, for the page
   */
  public Outcome run(Experiment experiment, String command) throws IOException {
    Page page = new Page(experiment.name(), experiment.title(), experiment.question());
    long begin = System.nanoTime();
    lab.untilStopped(() -> experiment.run(lab, page));
    double seconds = (System.nanoTime() - begin) / 1e9;
    if (lab.isStopped()) {
      page.markIncomplete();
    }
    page.provenance(command, "%s Took %s.".formatted(conditions, Numbers.seconds(seconds)));
    Path own = directory.resolve(experiment.name());
    page.write(own);
    Outcome outcome =
        new Outcome(
            page.name(),
            page.title(),
            page.verdict(),
            page.compared(),
            page.failures(),
            seconds,
            own.resolve(page.name() + ".md").toString());
    outcomes.add(outcome);
    Files.writeString(directory.resolve("index.md"), index());
    return outcome;
  }

  /** What came of the experiments so far. */
  public List<Outcome> outcomes() {
    return List.copyOf(outcomes);
  }

  private String index() {
    StringBuilder text = new StringBuilder("# Experiments\n\n").append(conditions);
    if (lab.isStopped()) {
      text.append("\n\n**The run was interrupted; this is what it has.**");
    }
    text.append("\n\n| experiment | verdict | compared | beyond their intervals | time |\n");
    text.append("|---|---|---:|---:|---:|\n");
    for (Outcome each : outcomes) {
      text.append(
          "| [%s](%s/%s.md) | %s | %d | %d | %s |%n"
              .formatted(
                  each.title(),
                  each.name(),
                  each.name(),
                  each.verdict(),
                  each.compared(),
                  each.failures().size(),
                  Numbers.seconds(each.seconds())));
    }
    return text.toString();
  }
}
