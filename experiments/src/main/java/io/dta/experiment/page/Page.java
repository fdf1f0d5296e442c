package io.dta.experiment.page;

import io.dta.experiment.statistics.Confidence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The page of an experiment: the question, the method, the results beside closed forms and papers,
 * and the verdict. For one thread.
 */
public final class Page {
  /** Rows of a table that the page shows; the CSV file has all of them. */
  private static final int MOST_ROWS = 40;

  /**
   * What a paper says beside what was found.
   *
   * @param claim the paper's figure, and which paper
   * @param found ours
   * @param holds whether ours bears it out
   */
  public record Claim(String claim, String found, boolean holds) {}

  /** A table of text, for what is counted and not estimated. */
  private record Listing(String title, List<String> columns, List<List<String>> rows) {}

  private final String name;
  private final String title;
  private final String question;
  private final List<String> method = new ArrayList<>();
  private final List<String> results = new ArrayList<>();
  private final List<Claim> claims = new ArrayList<>();
  private final List<Chart> charts = new ArrayList<>();
  private final List<Comparisons> comparisons = new ArrayList<>();
  private final List<Listing> listings = new ArrayList<>();
  private String command = "";
  private String conditions = "";
  private boolean incomplete;

  public Page(String name, String title, String question) {
    this.name = name;
    this.title = title;
    this.question = question;
  }

  /** A sentence or more on how it was done. */
  public Page method(String sentences) {
    method.add(sentences);
    return this;
  }

  /** A sentence or more on what came out. */
  public Page result(String sentences) {
    results.add(sentences);
    return this;
  }

  /** A paper's figure beside ours; one that is not borne out is a failure. */
  public Page claim(String claim, String found, boolean holds) {
    claims.add(new Claim(claim, found, holds));
    return this;
  }

  public Chart chart(Chart chart) {
    charts.add(chart);
    return chart;
  }

  /**
   * Begins a table of comparisons.
   *
   * @param file the name of its CSV file, without the ending
   * @param columns what a configuration consists of
   */
  public Comparisons comparisons(String file, String heading, String... columns) {
    Comparisons table = new Comparisons(file, heading, columns);
    comparisons.add(table);
    return table;
  }

  /** Adds a table of text. */
  public Page listing(String heading, List<String> columns, List<List<String>> rows) {
    listings.add(new Listing(heading, List.copyOf(columns), List.copyOf(rows)));
    return this;
  }

  /** How to get this page again, and on what it was made. */
  public void provenance(String shownCommand, String shownConditions) {
    command = shownCommand;
    conditions = shownConditions;
  }

  /** Says that the run was interrupted: what is here was measured, but not all there should be. */
  public void markIncomplete() {
    incomplete = true;
  }

  public boolean isIncomplete() {
    return incomplete;
  }

  public String name() {
    return name;
  }

  public String title() {
    return title;
  }

  /** How many measurements were compared with closed forms. */
  public int compared() {
    return comparisons.stream().mapToInt(table -> table.rows().size()).sum();
  }

  /** What disagrees, a line each: with closed forms beyond the interval, or with a paper. */
  public List<String> failures() {
    List<String> failures = new ArrayList<>();
    for (Comparisons table : comparisons) {
      for (Comparisons.Row row : table.failures()) {
        failures.add(
            "%s: %s %s: measured %s (%s to %s), closed form %s %s"
                .formatted(
                    table.title(),
                    table.columns(),
                    row.configuration(),
                    Numbers.text(row.measured().value()),
                    Numbers.text(row.measured().low()),
                    Numbers.text(row.measured().high()),
                    row.relation().sign(),
                    Numbers.text(row.closedForm())));
      }
    }
    for (Claim claim : claims) {
      if (!claim.holds()) {
        failures.add("%s: found %s".formatted(claim.claim(), claim.found()));
      }
    }
    return failures;
  }

  /** PASS, FAIL or INCOMPLETE. */
  public Verdict verdict() {
    if (!failures().isEmpty()) {
      return Verdict.FAIL;
    }
    return incomplete ? Verdict.INCOMPLETE : Verdict.PASS;
  }

  /** Writes {@code name.md} and the files that it refers to. */
  public void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    for (Comparisons table : comparisons) {
      Files.writeString(directory.resolve(table.file() + ".csv"), table.csv());
    }
    Files.writeString(directory.resolve(name + ".md"), markdown());
    for (Chart chart : charts) {
      if (!chart.isEmpty()) {
        chart.write(directory);
      }
    }
  }

  private String markdown() {
    StringBuilder text = new StringBuilder("# " + title + "\n\n");
    text.append("**").append(verdict()).append("**: ").append(compared());
    text.append(" measurements compared with closed forms, ").append(failures().size());
    text.append(" beyond their intervals");
    if (incomplete) {
      text.append("; **the run was interrupted, this page is incomplete**");
    }
    text.append(".\n\n").append(question).append("\n\n## Method\n\n");
    method.forEach(line -> text.append(line).append("\n\n"));
    text.append("Intervals are at ").append(Confidence.LABEL);
    text.append(
        ", so that all experiments together fail by chance in fewer than one of 10,000 runs.\n\n");
    text.append("```\n").append(command).append("\n```\n\n").append(conditions);
    text.append("\n\n## Result\n\n");
    failures().forEach(line -> text.append("- **FAIL** ").append(line).append('\n'));
    results.forEach(line -> text.append(line).append("\n\n"));
    appendClaims(text);
    listings.forEach(listing -> append(listing, text));
    for (Chart chart : charts) {
      if (!chart.isEmpty()) {
        text.append("![")
            .append(chart.title())
            .append("](")
            .append(chart.file())
            .append(".svg)\n\n");
      }
    }
    for (Comparisons table : comparisons) {
      append(table, text);
    }
    return text.toString();
  }

  private void appendClaims(StringBuilder text) {
    if (claims.isEmpty()) {
      return;
    }
    text.append("| the papers | here | |\n|---|---|---|\n");
    for (Claim claim : claims) {
      text.append("| ").append(claim.claim()).append(" | ").append(claim.found());
      text.append(" | ").append(claim.holds() ? "ok" : "**FAIL**").append(" |\n");
    }
    text.append('\n');
  }

  private static void append(Listing listing, StringBuilder text) {
    text.append("### ").append(listing.title()).append("\n\n| ");
    text.append(String.join(" | ", listing.columns())).append(" |\n");
    text.append("|---".repeat(listing.columns().size())).append("|\n");
    for (List<String> row : listing.rows()) {
      text.append("| ").append(String.join(" | ", row)).append(" |\n");
    }
    text.append('\n');
  }

  private static void append(Comparisons table, StringBuilder text) {
    text.append("### ").append(table.title()).append("\n\n");
    text.append(table.markdown(MOST_ROWS));
    if (table.rows().size() > MOST_ROWS) {
      text.append("\nThe first ").append(MOST_ROWS).append(" of ").append(table.rows().size());
      text.append(" rows;");
    } else {
      text.append('\n');
    }
    text.append(" [")
        .append(table.file())
        .append(".csv](")
        .append(table.file())
        .append(".csv)\n\n");
  }
}
