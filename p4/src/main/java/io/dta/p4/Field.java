package io.dta.p4;

/**
 * A value of so many bits: a table's key, an action's parameter.
 *
 * @param name as the P4 program has it
 * @param bits its width, 1 to 64
 * @param value unsigned; no bit beyond the width is set
 */
public record Field(String name, int bits, long value) {
  public Field {
    if (bits < 1 || bits > Long.SIZE || (bits < Long.SIZE && value >>> bits != 0)) {
      throw new IllegalArgumentException(
          "%s: 0x%x does not fit %d bits".formatted(name, value, bits));
    }
  }

  /** How many bytes the value takes. */
  int length() {
    return (bits + Byte.SIZE - 1) / Byte.SIZE;
  }

  /** The value, most significant byte first. */
  byte[] bytes() {
    byte[] bytes = new byte[length()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[bytes.length - 1 - i] = (byte) (value >>> (i * Byte.SIZE));
    }
    return bytes;
  }
}
