package io.dta.cli.terminal;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table of text whose columns align: numbers to the right, all else to the left. */
public final class Table {
  private static final String GAP = "  ";

  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... headings) {
    this.headings = List.of(headings);
  }

  /** Adds a row; integers get thousands separators, null is a dash. */
  public Table row(Object... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(
          cells.length + " cells in a table of " + headings.size() + " columns");
    }
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(text(cell));
    }
    rows.add(row);
    return this;
  }

  private static String text(Object cell) {
    return switch (cell) {
      case null -> "–";
      case Long number -> String.format(Locale.ROOT, "%,d", number);
      case BigInteger number -> String.format(Locale.ROOT, "%,d", number);
      case Integer number -> String.format(Locale.ROOT, "%,d", number);
      default -> cell.toString();
    };
  }

  /**
   * The table, one line a row, each line indented by {@code indent} spaces and ended by a line
   * feed.
   */
  public String render(int indent) {
    int columns = headings.size();
    int[] widths = new int[columns];
    boolean[] numeric = new boolean[columns];
    for (int column = 0; column < columns; column++) {
      widths[column] = headings.get(column).length();
      numeric[column] = !rows.isEmpty();
      for (List<String> row : rows) {
        String cell = row.get(column);
        widths[column] = Math.max(widths[column], cell.length());
        numeric[column] &= cell.equals("–") || cell.matches("[-+≤<~]?[0-9][0-9,.]*( ?%)?");
      }
    }
    StringBuilder out = new StringBuilder();
    line(out, indent, headings, widths, numeric);
    for (List<String> row : rows) {
      line(out, indent, row, widths, numeric);
    }
    return out.toString();
  }

  private static void line(
      StringBuilder out, int indent, List<String> cells, int[] widths, boolean[] numeric) {
    StringBuilder line = new StringBuilder(" ".repeat(indent));
    for (int column = 0; column < cells.size(); column++) {
      String cell = cells.get(column);
      String padding = " ".repeat(widths[column] - cell.length());
      line.append(numeric[column] ? padding + cell : cell + padding).append(GAP);
    }
    out.append(line.toString().stripTrailing()).append('\n');
  }
}
