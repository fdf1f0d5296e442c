package io.dta.fattree.workload;

import java.util.List;

/**
 * The lines of a small CSV file without quotes: a header, then fields; empty lines and comments (#)
 * are skipped. What is wrong is said with file and line.
 */
final class CsvLines {
  private final String file;
  private final List<String> lines;
  private final String header;
  private final String[] names;
  private String[] fields = {};
  private int line;
  private boolean headerSeen;

  CsvLines(String file, List<String> lines, String header) {
    this.file = file;
    this.lines = lines;
    this.header = header;
    names = header.split(",");
  }

  /** Goes to the next line of fields; false where none is left. */
  boolean next() {
    while (line < lines.size()) {
      String text = lines.get(line++).strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      if (!headerSeen) {
        if (!text.replace(" ", "").equals(header)) {
          throw error("'%s' is not the header '%s'".formatted(text, header));
        }
        headerSeen = true;
        continue;
      }
      fields = text.split(",", -1);
      if (fields.length != names.length) {
        throw error("%d fields where '%s' has %d".formatted(fields.length, header, names.length));
      }
      return true;
    }
    if (!headerSeen) {
      throw error("the header '%s' is missing".formatted(header));
    }
    return false;
  }

  long number(int field, long first, long last) {
    String text = fields[field].strip();
    try {
      long value = Long.parseLong(text);
      if (value >= first && value <= last) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw error("%s '%s': expected %d to %d".formatted(names[field], text, first, last));
  }

  double fraction(int field) {
    String text = fields[field].strip();
    try {
      double value = Double.parseDouble(text);
      if (value >= 0 && value <= 1) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw error("%s '%s': expected a number from 0 to 1".formatted(names[field], text));
  }

  IllegalArgumentException error(String what) {
    return new IllegalArgumentException(file + ":" + Math.max(1, line) + ": " + what);
  }
}
