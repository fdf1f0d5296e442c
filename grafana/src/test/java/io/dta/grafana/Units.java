package io.dta.grafana;

import java.util.Locale;

/** Numbers as Grafana writes them with a panel's unit. */
final class Units {
  private static final String[] LARGE = {"", " K", " Mil", " Bil"};

  private Units() {}

  static String format(double value, String unit, int decimals) {
    if (Double.isNaN(value)) {
      return "–";
    }
    return switch (unit) {
      case "percentunit" -> scaled(100 * value, decimals) + " %";
      case "s" -> seconds(value);
      case "Bps" -> bytes(value, 1000, "B/s", "kB/s", "MB/s", "GB/s");
      case "bytes" -> bytes(value, 1024, "B", "KiB", "MiB", "GiB");
      case "cps" -> short_(value, decimals) + " c/s";
      case "pps" -> short_(value, decimals) + " p/s";
      case "ops" -> short_(value, decimals) + " ops/s";
      case "reqps" -> short_(value, decimals) + " req/s";
      case "dateTimeFromNow" -> ago(System.currentTimeMillis() - value);
      case "short" -> short_(value, decimals);
      default -> throw new IllegalArgumentException("unit " + unit);
    };
  }

  private static String ago(double ms) {
    double seconds = ms / 1000;
    return seconds < 90
        ? "a few seconds ago"
        : String.format(Locale.ROOT, "%.0f minutes ago", seconds / 60);
  }

  private static String seconds(double value) {
    double size = Math.abs(value);
    if (size == 0 || size >= 1) {
      return scaled(value, -1) + " s";
    }
    return size >= 1e-3 ? scaled(value * 1e3, -1) + " ms" : scaled(value * 1e6, -1) + " µs";
  }

  private static String bytes(double value, double base, String... names) {
    int step = 0;
    double scaled = value;
    while (Math.abs(scaled) >= base && step < names.length - 1) {
      scaled /= base;
      step++;
    }
    return scaled(scaled, -1) + " " + names[step];
  }

  private static String short_(double value, int decimals) {
    int step = 0;
    double scaled = value;
    while (Math.abs(scaled) >= 1000 && step < LARGE.length - 1) {
      scaled /= 1000;
      step++;
    }
    return scaled(scaled, step == 0 ? decimals : -1) + LARGE[step];
  }

  /** Three digits that mean something, or as many decimals as are asked for. */
  private static String scaled(double value, int decimals) {
    int digits =
        decimals >= 0
            ? decimals
            : Math.abs(value) >= 100 || value == Math.rint(value)
                ? 0
                : Math.abs(value) >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
