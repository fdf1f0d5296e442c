package io.dta.primitives.store;

import io.dta.primitives.wire.BaseHeader;
import java.lang.foreign.MemorySegment;
import java.util.regex.Pattern;

/** The validation that the stores share. */
final class StoreChecks {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  private StoreChecks() {}

  static void identity(int id, String name) {
    range("id", id, 0, BaseHeader.STORES - 1);
    if (name == null || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name '" + name + "': expected 1 to 63 lower-case letters, digits or hyphens");
    }
  }

  static void present(String key, Object value) {
    if (value == null) {
      throw new IllegalArgumentException(key + " is missing");
    }
  }

  static void range(String key, long value, long first, long last) {
    if (value < first || value > last) {
      throw new IllegalArgumentException(key + " " + value + ": expected " + first + " to " + last);
    }
  }

  /** A region that a reader is given must hold the whole store. */
  static void region(Store store, MemorySegment region) {
    if (region.byteSize() < store.regionLength()) {
      throw new IllegalArgumentException(
          "region of "
              + region.byteSize()
              + " bytes: store '"
              + store.name()
              + "' needs "
              + store.regionLength());
    }
  }

  static void powerOfTwo(String key, long value, long first, long last) {
    range(key, value, first, last);
    if (Long.bitCount(value) != 1) {
      long below = Long.highestOneBit(value);
      throw new IllegalArgumentException(
          key + " " + value + ": expected a power of two, such as " + below + " or " + 2 * below);
    }
  }
}
