package io.dta.fattree.network;

import java.util.Arrays;

/** A bit for every packet of every flow's window: packet s of a window of w at bit s mod w. */
final class WindowBits {
  private final int words;
  private final int mask;
  private long[] bits = new long[0];

  /** Bits for windows of a power of two of packets, at least 64. */
  WindowBits(int window) {
    words = window / Long.SIZE;
    mask = window - 1;
  }

  void grow(int flows) {
    bits = Arrays.copyOf(bits, Math.multiplyExact(flows, words));
  }

  void clear(int flow) {
    Arrays.fill(bits, flow * words, (flow + 1) * words, 0);
  }

  boolean get(int flow, int sequence) {
    return (bits[word(flow, sequence)] >>> sequence & 1) != 0;
  }

  /** Sets a bit; false where it was set before. */
  boolean set(int flow, int sequence) {
    int word = word(flow, sequence);
    long bit = 1L << sequence;
    boolean news = (bits[word] & bit) == 0;
    bits[word] |= bit;
    return news;
  }

  void unset(int flow, int sequence) {
    bits[word(flow, sequence)] &= ~(1L << sequence);
  }

  private int word(int flow, int sequence) {
    return flow * words + ((sequence & mask) >>> 6);
  }
}
