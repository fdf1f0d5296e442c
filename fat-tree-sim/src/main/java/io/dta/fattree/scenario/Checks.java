package io.dta.fattree.scenario;

import io.dta.node.Durations;
import java.time.Duration;
import java.util.Locale;

/** What the settings of a scenario have in common. Every message begins with the key. */
final class Checks {
  private static final long PICOS_PER_NANO = 1000;

  private Checks() {}

  static void range(String key, long value, long first, long last) {
    if (value < first || value > last) {
      throw new IllegalArgumentException(key + " " + value + ": expected " + first + " to " + last);
    }
  }

  static void fraction(String key, double value, double last) {
    if (!(value >= 0 && value <= last)) {
      throw new IllegalArgumentException(
          key + " " + value + ": expected a number from 0 to " + last);
    }
  }

  static void powerOfTwo(String key, long value, long last) {
    if (value < 1 || value > last || Long.bitCount(value) != 1) {
      throw new IllegalArgumentException(
          key + " " + value + ": expected a power of two from 1 to " + last);
    }
  }

  static void positive(String key, Duration value, Duration last) {
    if (value.isNegative() || value.isZero() || value.compareTo(last) > 0) {
      throw new IllegalArgumentException(
          "%s %s: expected more than 0, up to %s"
              .formatted(key, Durations.print(value), Durations.print(last)));
    }
  }

  /** Refuses a setting that another one makes useless. */
  static void unused(String key, Object value, String why) {
    if (value != null) {
      Object given = value instanceof Enum<?> choice ? label(choice) : value;
      throw new IllegalArgumentException(
          "%s %s is given, but %s: remove it".formatted(key, given, why));
    }
  }

  /** What a part of a run says of a value, under the key that the value has in the file. */
  static IllegalArgumentException under(String section, IllegalArgumentException e) {
    return new IllegalArgumentException(section + ": " + e.getMessage(), e);
  }

  static long picos(Duration duration) {
    return Math.multiplyExact(duration.toNanos(), PICOS_PER_NANO);
  }

  /** {@code HOT_RACK} as {@code hot-rack}. */
  static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
