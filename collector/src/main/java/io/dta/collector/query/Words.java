package io.dta.collector.query;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A value as the words that most reporters write. */
final class Words {
  private Words() {}

  /** Unsigned big-endian 32-bit words, or null where the length is not a multiple of 4. */
  static List<Long> of(byte[] value) {
    if (value.length % Integer.BYTES != 0) {
      return null;
    }
    List<Long> words = new ArrayList<>(value.length / Integer.BYTES);
    ByteBuffer buffer = ByteBuffer.wrap(value).order(BIG_ENDIAN);
    while (buffer.hasRemaining()) {
      words.add(Integer.toUnsignedLong(buffer.getInt()));
    }
    return words;
  }
}
