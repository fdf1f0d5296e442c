package io.dta.node;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes as people write it: {@code 64 MiB}, {@code 4KiB}, {@code 10 GB}, {@code 4096}.
 *
 * @param bytes at least 0
 */
public record ByteSize(long bytes) {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,19})\\s*([A-Za-z]*)");
  private static final String BINARY_UNITS = "KMGTP";

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("size " + bytes + ": expected at least 0 bytes");
    }
  }

  /** A size from a plain number in configuration or JSON. */
  @JsonCreator
  public static ByteSize of(long bytes) {
    return new ByteSize(bytes);
  }

  /**
   * Parses a whole number and a unit: none or B; KiB, MiB, GiB, TiB, PiB (powers of 1024); kB, MB,
   * GB, TB, PB (powers of 1000).
   *
   * @throws IllegalArgumentException naming the form
   */
  @JsonCreator
  public static ByteSize parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (matcher.matches()) {
      long factor = factor(matcher.group(2));
      if (factor > 0) {
        try {
          return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), factor));
        } catch (ArithmeticException | NumberFormatException e) {
          throw new IllegalArgumentException("size '" + text + "': expected less than 8192 PiB", e);
        }
      }
    }
    throw new IllegalArgumentException(
        "size '" + text + "': expected a whole number of bytes, such as 64 MiB, 2 GiB or 4096");
  }

  /** The form that {@link #parse} reads, in the largest binary unit that divides it. */
  @JsonValue
  @Override
  public String toString() {
    long value = bytes;
    int unit = 0;
    while (value != 0 && value % 1024 == 0 && unit < BINARY_UNITS.length()) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? value + " B" : value + " " + BINARY_UNITS.charAt(unit - 1) + "iB";
  }

  /** The factor of a unit, or 0 where there is no such unit. */
  private static long factor(String unit) {
    if (unit.isEmpty() || unit.equals("B")) {
      return 1;
    }
    int power = BINARY_UNITS.indexOf(unit.toUpperCase(Locale.ROOT).charAt(0)) + 1;
    if (power == 0) {
      return 0;
    }
    return switch (unit.substring(1)) {
      case "iB" -> Character.isUpperCase(unit.charAt(0)) ? 1L << (10 * power) : 0;
      case "B" -> (long) Math.pow(1000, power);
      default -> 0;
    };
  }
}
