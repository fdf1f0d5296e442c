package io.dta.experiment.page;

import io.dta.experiment.statistics.Estimate;
import io.dta.experiment.statistics.Relation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table of what was measured beside what the closed form says, a row a configuration. A row whose
 * interval does not agree with its closed form is a failure.
 */
public final class Comparisons {
  /**
   * A row.
   *
   * @param configuration one value a column
   * @param relation what the closed form says of the truth
   * @param agrees whether the interval agrees
   */
  public record Row(
      List<Object> configuration,
      Relation relation,
      double closedForm,
      Estimate measured,
      boolean agrees) {}

  private final String file;
  private final String title;
  private final List<String> columns;
  private final List<Row> rows = new ArrayList<>();

  Comparisons(String file, String title, String... columns) {
    this.file = file;
    this.title = title;
    this.columns = List.of(columns);
  }

  /** The closed form is the truth. */
  public Comparisons equal(double closedForm, Estimate measured, Object... configuration) {
    return add(Relation.EQUAL, closedForm, measured, configuration);
  }

  /** The closed form is an upper bound. */
  public Comparisons atMost(double bound, Estimate measured, Object... configuration) {
    return add(Relation.AT_MOST, bound, measured, configuration);
  }

  /** The closed form is a lower bound. */
  public Comparisons atLeast(double bound, Estimate measured, Object... configuration) {
    return add(Relation.AT_LEAST, bound, measured, configuration);
  }

  private Comparisons add(
      Relation relation, double closedForm, Estimate measured, Object... configuration) {
    if (configuration.length != columns.size()) {
      throw new IllegalArgumentException(
          Arrays.toString(configuration) + " in a table of " + columns);
    }
    rows.add(
        new Row(
            List.of(configuration),
            relation,
            closedForm,
            measured,
            relation.allows(measured, closedForm)));
    return this;
  }

  public String file() {
    return file;
  }

  public String title() {
    return title;
  }

  public List<String> columns() {
    return columns;
  }

  public List<Row> rows() {
    return List.copyOf(rows);
  }

  /** The rows whose interval does not agree. */
  public List<Row> failures() {
    return rows.stream().filter(row -> !row.agrees()).toList();
  }

  /** The table as CSV, a heading first. */
  String csv() {
    StringBuilder csv = new StringBuilder(String.join(",", columns).replace(' ', '_'));
    csv.append(",relation,closed_form,measured,low,high,samples,agrees\n");
    for (Row row : rows) {
      for (Object value : row.configuration()) {
        csv.append(value instanceof Double number ? Numbers.csv(number) : value).append(',');
      }
      Estimate measured = row.measured();
      csv.append(row.relation()).append(',').append(Numbers.csv(row.closedForm())).append(',');
      csv.append(Numbers.csv(measured.value())).append(',');
      csv.append(Numbers.csv(measured.low())).append(',');
      csv.append(Numbers.csv(measured.high())).append(',');
      csv.append(measured.samples()).append(',').append(row.agrees()).append('\n');
    }
    return csv.toString();
  }

  /** The first rows, and all that fail, as a Markdown table. */
  String markdown(int most) {
    StringBuilder text = new StringBuilder("| ");
    text.append(String.join(" | ", columns))
        .append(" | closed form | measured | interval | samples | |\n");
    text.append("|---:".repeat(columns.size() + 4)).append("|---|\n");
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      if (i < most || !row.agrees()) {
        append(row, text);
      }
    }
    return text.toString();
  }

  private static void append(Row row, StringBuilder text) {
    for (Object value : row.configuration()) {
      text.append("| ").append(value instanceof Number n ? Numbers.text(n.doubleValue()) : value);
      text.append(' ');
    }
    Estimate measured = row.measured();
    text.append("| ").append(row.relation() == Relation.EQUAL ? "" : row.relation().sign() + " ");
    text.append(Numbers.text(row.closedForm()))
        .append(" | ")
        .append(Numbers.text(measured.value()));
    text.append(" | ").append(Numbers.text(measured.low())).append(" – ");
    text.append(Numbers.text(measured.high())).append(" | ");
    text.append(Numbers.text(measured.samples())).append(" | ");
    text.append(row.agrees() ? "ok" : "**FAIL**").append(" |\n");
  }
}
