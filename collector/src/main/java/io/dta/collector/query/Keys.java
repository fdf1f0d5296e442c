package io.dta.collector.query;

import io.dta.primitives.key.KeyFormat;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** The keys of a question: parsed, back to back in one buffer. */
final class Keys {
  private final KeyFormat format;
  private final UnsafeBuffer buffer;
  private final int count;

  private Keys(KeyFormat format, byte[] bytes) {
    this.format = format;
    this.buffer = new UnsafeBuffer(bytes);
    this.count = bytes.length / format.length();
  }

  /**
   * @param texts in the form of the format, at most {@code limit}
   * @throws QueryException saying which key is wrong, and how one is written
   */
  static Keys parse(KeyFormat format, List<String> texts, int limit) {
    if (texts == null) {
      throw QueryException.malformed("keys is missing: expected a list of keys");
    }
    if (texts.size() > limit) {
      throw QueryException.malformed(
          "%,d keys: expected at most %,d in one request".formatted(texts.size(), limit));
    }
    byte[] bytes = new byte[texts.size() * format.length()];
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      if (text == null) {
        throw QueryException.malformed("keys[%d] is null: expected a key".formatted(i));
      }
      try {
        System.arraycopy(format.parseKey(text), 0, bytes, i * format.length(), format.length());
      } catch (IllegalArgumentException e) {
        throw QueryException.malformed(
            texts.size() == 1 ? e.getMessage() : "keys[%d]: %s".formatted(i, e.getMessage()));
      }
    }
    return new Keys(format, bytes);
  }

  /** Keys that are bytes already, as many of them as the array holds. */
  static Keys of(KeyFormat format, byte[] bytes) {
    return new Keys(format, bytes);
  }

  int count() {
    return count;
  }

  UnsafeBuffer buffer() {
    return buffer;
  }

  /** Where a key starts in the buffer. */
  int index(int key) {
    return key * format.length();
  }

  /** The form of a key that people like best. */
  String text(int key) {
    byte[] bytes = new byte[format.length()];
    buffer.getBytes(index(key), bytes);
    return format.printKey(bytes);
  }
}
