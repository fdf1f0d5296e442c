package io.dta.translator.engine;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Copies and compares a few bytes. For less than a cache line, words in a loop are faster than a
 * call that copies memory.
 */
final class ShortBytes {
  private ShortBytes() {}

  static void copy(
      DirectBuffer source,
      int sourceIndex,
      MutableDirectBuffer target,
      int targetIndex,
      int length) {
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      target.putLong(targetIndex + i, source.getLong(sourceIndex + i));
    }
    if (i <= length - Integer.BYTES) {
      target.putInt(targetIndex + i, source.getInt(sourceIndex + i));
      i += Integer.BYTES;
    }
    for (; i < length; i++) {
      target.putByte(targetIndex + i, source.getByte(sourceIndex + i));
    }
  }

  static boolean equal(DirectBuffer a, int aIndex, DirectBuffer b, int bIndex, int length) {
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      if (a.getLong(aIndex + i) != b.getLong(bIndex + i)) {
        return false;
      }
    }
    if (i <= length - Integer.BYTES) {
      if (a.getInt(aIndex + i) != b.getInt(bIndex + i)) {
        return false;
      }
      i += Integer.BYTES;
    }
    for (; i < length; i++) {
      if (a.getByte(aIndex + i) != b.getByte(bIndex + i)) {
        return false;
      }
    }
    return true;
  }

  /** A hash for tables in memory; the same bytes always have the same, but only in this process. */
  static long hash(DirectBuffer buffer, int index, int length) {
    long hash = length * 0x9E37_79B9_7F4A_7C15L;
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      hash = mix(hash ^ buffer.getLong(index + i));
    }
    if (i <= length - Integer.BYTES) {
      hash = mix(hash ^ buffer.getInt(index + i));
      i += Integer.BYTES;
    }
    for (; i < length; i++) {
      hash = mix(hash ^ buffer.getByte(index + i));
    }
    return hash;
  }

  private static long mix(long hash) {
    long product = hash * 0x9FB2_1C65_1E98_DF25L;
    return product ^ (product >>> 32);
  }
}
