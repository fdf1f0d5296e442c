package io.dta.primitives.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Copies and compares the few bytes of values. What the runtime has for arrays of any length is a
 * call, which takes longer than these loops do for some 20 bytes.
 */
final class ShortBytes {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private ShortBytes() {}

  /** Copies all of an array's bytes from another array. */
  static void copy(byte[] from, int index, byte[] to) {
    int at = 0;
    while (to.length - at >= Long.BYTES) {
      LONG.set(to, at, (long) LONG.get(from, index + at));
      at += Long.BYTES;
    }
    if (to.length - at >= Integer.BYTES) {
      INT.set(to, at, (int) INT.get(from, index + at));
      at += Integer.BYTES;
    }
    while (at < to.length) {
      to[at] = from[index + at];
      at++;
    }
  }

  /** Whether two stretches of an array are equal. */
  static boolean equal(byte[] bytes, int first, int second, int length) {
    int at = 0;
    while (length - at >= Long.BYTES) {
      if ((long) LONG.get(bytes, first + at) != (long) LONG.get(bytes, second + at)) {
        return false;
      }
      at += Long.BYTES;
    }
    while (at < length) {
      if (bytes[first + at] != bytes[second + at]) {
        return false;
      }
      at++;
    }
    return true;
  }
}
