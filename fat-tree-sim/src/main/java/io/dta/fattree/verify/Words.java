package io.dta.fattree.verify;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.util.HexFormat;
import org.agrona.concurrent.UnsafeBuffer;

/** Values of u32 words, big-endian, hop by hop. */
final class Words {
  private Words() {}

  /** The words of a value in hexadecimal. */
  static int[] parse(String hexadecimal) {
    UnsafeBuffer bytes = new UnsafeBuffer(HexFormat.of().parseHex(hexadecimal));
    int[] words = new int[bytes.capacity() / Integer.BYTES];
    for (int i = 0; i < words.length; i++) {
      words[i] = bytes.getInt(i * Integer.BYTES, BIG_ENDIAN);
    }
    return words;
  }

  /** As people read them: unsigned, with a space between two. */
  static String print(int[] words) {
    StringBuilder text = new StringBuilder();
    for (int word : words) {
      text.append(text.isEmpty() ? "" : " ").append(Integer.toUnsignedString(word));
    }
    return text.toString();
  }
}
