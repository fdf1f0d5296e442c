package io.dta.experiment.page;

import java.util.Locale;

/** Numbers as people read them. */
public final class Numbers {
  private static final double MILLION = 1e6;

  private Numbers() {}

  /**
   * A number with as many digits as matter, such as {@code 0.99871}, {@code 300}, {@code 2.3e-10}.
   */
  public static String text(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e9) {
      return String.format(Locale.ROOT, "%,d", (long) value);
    }
    double size = Math.abs(value);
    if (size < 1e-3 || size >= 1e9) {
      return String.format(Locale.ROOT, "%.3g", value);
    }
    if (size > 0.99 && size < 1) {
      return String.format(Locale.ROOT, "%.5f", value);
    }
    return String.format(Locale.ROOT, size < 10 ? "%.4f" : "%,.2f", value);
  }

  /** A count. */
  public static String text(long value) {
    return text((double) value);
  }

  /** A number in a CSV file, all of its digits. */
  static String csv(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** A share in percent with its digits, such as {@code 99.871 %}. */
  public static String percent(double share) {
    double percent = 100 * share;
    int digits = percent > 99 && percent < 100 ? 3 : 1;
    return String.format(Locale.ROOT, "%." + digits + "f %%", percent);
  }

  /** Bytes, such as {@code 12.9 GB}: powers of ten, as memory a flow is counted in them too. */
  public static String bytes(double bytes) {
    if (bytes >= 1e9) {
      return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }
    if (bytes >= MILLION) {
      return String.format(Locale.ROOT, "%.1f MB", bytes / MILLION);
    }
    return String.format(Locale.ROOT, "%,.0f B", bytes);
  }

  /** Bytes that were counted. */
  public static String bytes(long bytes) {
    return bytes((double) bytes);
  }

  /** A duration, such as {@code 12 s} or {@code 3 min 20 s}. */
  public static String seconds(double seconds) {
    long whole = Math.max(1, Math.round(seconds));
    if (whole < 120) {
      return whole + " s";
    }
    return whole < 7200
        ? whole / 60 + " min " + whole % 60 + " s"
        : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }

  /** A number beside a tick of a logarithmic axis: 1, 2 and 5 of every decade, as there is room. */
  static String logarithmicAxis(double value) {
    double mantissa = value / Math.pow(10, Math.floor(Math.log10(value) + 1e-9));
    for (int shown : new int[] {1, 2, 5}) {
      if (Math.abs(mantissa - shown) < 1e-6) {
        return axis(value);
      }
    }
    return "";
  }

  /** A number beside a tick of an axis. */
  static String axis(double value) {
    double size = Math.abs(value);
    if (size >= MILLION && value % MILLION == 0) {
      return String.format(Locale.ROOT, "%,dM", (long) (value / MILLION));
    }
    if (size >= 1 || size == 0) {
      String text = String.format(Locale.ROOT, "%,.2f", value);
      return text.replaceAll("\\.?0+$", "");
    }
    if (size >= 1e-3) {
      return String.format(Locale.ROOT, "%.4f", value).replaceAll("0+$", "");
    }
    return String.format(Locale.ROOT, "%.0e", value);
  }
}
