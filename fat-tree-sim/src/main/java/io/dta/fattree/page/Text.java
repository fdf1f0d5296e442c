package io.dta.fattree.page;

import java.util.Locale;

/** Numbers and names as a page shows them. */
final class Text {
  private static final String[] BYTE_UNITS = {"B", "kB", "MB", "GB", "TB"};
  private static final int STEP = 1000;
  private static final long MILLION = 1_000_000;

  private Text() {}

  /** Text that HTML and XML take as such. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** {@code 1,234,567}, and {@code 12.3 M} where a number would be longer. */
  static String shortCount(long number) {
    return number < 10 * MILLION
        ? count(number)
        : String.format(Locale.ROOT, "%,.1f M", (double) number / MILLION);
  }

  /** {@code 1,234,567}. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** {@code 99.94 %}; never a round 100 or 0 that is not one. */
  static String percent(double share) {
    if (share > 0.9999 && share < 1) {
      return "> 99.99 %";
    }
    if (share > 0 && share < 0.0001) {
      return "< 0.01 %";
    }
    double percent = 100 * share;
    return share == 0 || share == 1
        ? String.format(Locale.ROOT, "%.0f %%", percent)
        : String.format(Locale.ROOT, percent < 10 || percent > 99 ? "%.2f %%" : "%.1f %%", percent);
  }

  /** A size in bytes in a unit of its own. */
  static String bytes(double bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= STEP && unit < BYTE_UNITS.length - 1) {
      value /= STEP;
      unit++;
    }
    return digits(value) + " " + BYTE_UNITS[unit];
  }

  /** Nanoseconds in a unit of their own. */
  static String time(double nanos) {
    if (nanos < 1e3) {
      return digits(nanos) + " ns";
    }
    if (nanos < 1e6) {
      return digits(nanos / 1e3) + " µs";
    }
    return nanos < 1e9 ? digits(nanos / 1e6) + " ms" : digits(nanos / 1e9) + " s";
  }

  /** A number of something; of bytes and nanoseconds in a larger unit where that is shorter. */
  static String amount(double value, String unit) {
    return switch (unit) {
      case "B" -> bytes(value);
      case "ns" -> time(value);
      default -> digits(value) + " " + unit;
    };
  }

  /** Three digits, or all of a whole part that has more. */
  static String digits(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    double size = Math.abs(value);
    String form = "%,.0f";
    if (size < 10) {
      form = "%.2f";
    } else if (size < 100) {
      form = "%.1f";
    }
    return String.format(Locale.ROOT, form, value);
  }

  /** A coordinate. */
  static String at(double coordinate) {
    return String.format(Locale.ROOT, "%.1f", coordinate);
  }
}
