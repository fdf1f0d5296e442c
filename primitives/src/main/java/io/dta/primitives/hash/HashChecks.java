package io.dta.primitives.hash;

/** The validation that the hashers share. */
final class HashChecks {
  static final int MAX_KEY_LENGTH = 64;

  private HashChecks() {}

  static void range(String name, int value, int last) {
    if (value < 1 || value > last) {
      throw new IllegalArgumentException(name + " " + value + ": expected 1 to " + last);
    }
  }
}
