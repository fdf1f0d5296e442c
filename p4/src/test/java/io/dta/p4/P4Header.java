package io.dta.p4;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;

/** A header as P4 declares it: fields of so many bits, the first in the first byte's top bits. */
final class P4Header {
  private final String name;
  private final Map<String, Integer> offsets = new LinkedHashMap<>();
  private final Map<String, Integer> widths = new LinkedHashMap<>();
  private int bits;

  P4Header(String name) {
    this.name = name;
  }

  void add(String field, int width) {
    offsets.put(field, bits);
    widths.put(field, width);
    bits += width;
  }

  String name() {
    return name;
  }

  /** The width of the whole header. */
  int bits() {
    return bits;
  }

  /** Where it ends: bytes after the one it begins at. */
  int length() {
    return bits / Byte.SIZE;
  }

  /** Where a field begins, which has to be at a byte. */
  int offset(String field) {
    int offset = bit(field);
    if (offset % Byte.SIZE != 0) {
      throw new IllegalStateException(name + "." + field + " begins at bit " + offset);
    }
    return offset / Byte.SIZE;
  }

  /** The widths of its fields in bits, in their order. */
  Map<String, Integer> widths() {
    return widths;
  }

  private int bit(String field) {
    Integer offset = offsets.get(field);
    if (offset == null) {
      throw new IllegalStateException(name + " has no field " + field);
    }
    return offset;
  }

  /** A field's value in a header that begins at an index. */
  long get(byte[] bytes, int index, String field) {
    int first = index * Byte.SIZE + bit(field);
    BigInteger value = BigInteger.ZERO;
    for (int i = first; i < first + widths.get(field); i++) {
      int set = bytes[i / Byte.SIZE] >> (Byte.SIZE - 1 - i % Byte.SIZE) & 1;
      value = value.shiftLeft(1).add(BigInteger.valueOf(set));
    }
    return value.longValue();
  }
}
