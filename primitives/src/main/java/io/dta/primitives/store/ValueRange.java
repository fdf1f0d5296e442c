package io.dta.primitives.store;

/**
 * A range of 32-bit values, both ends included.
 *
 * @param first 0 to 2^32 − 2
 * @param last {@code first} to 2^32 − 2
 */
public record ValueRange(long first, long last) {
  public ValueRange {
    StoreChecks.range("first", first, 0, 0xFFFF_FFFEL);
    StoreChecks.range("last", last, first, 0xFFFF_FFFEL);
  }

  /** Whether an unsigned 32-bit value lies in the range. */
  public boolean contains(int value) {
    long unsigned = Integer.toUnsignedLong(value);
    return unsigned >= first && unsigned <= last;
  }
}
