package io.dta.benchmarks;

import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;

/** Keys back to back, random but the same in every run. */
final class RandomKeys {
  private static final long SEED = 20230910;

  private final int keyLength;
  private final UnsafeBuffer buffer;

  RandomKeys(int count, int keyLength) {
    this.keyLength = keyLength;
    byte[] bytes = new byte[count * keyLength];
    new Random(SEED).nextBytes(bytes);
    buffer = new UnsafeBuffer(bytes);
  }

  private RandomKeys(UnsafeBuffer buffer, int keyLength) {
    this.keyLength = keyLength;
    this.buffer = buffer;
  }

  /** The keys from {@code first} to before {@code end}. */
  RandomKeys part(int first, int end) {
    return new RandomKeys(
        new UnsafeBuffer(buffer, index(first), (end - first) * keyLength), keyLength);
  }

  UnsafeBuffer buffer() {
    return buffer;
  }

  int index(int key) {
    return key * keyLength;
  }
}
