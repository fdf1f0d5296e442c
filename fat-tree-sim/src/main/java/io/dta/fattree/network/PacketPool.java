package io.dta.fattree.network;

import java.util.Arrays;

/**
 * The packets in flight, one array a field; a packet is an index. Those that left are used again,
 * so memory is that of the most that were ever in flight at once, and nothing is allocated
 * otherwise.
 *
 * <pre>
 * header:  +---------------+---------------+-------------------------------+
 *          |   flags u8    |   hops u8     |   length on the wire u16      |
 *          +---------------+---------------+-------------------------------+
 * </pre>
 */
final class PacketPool {
  static final int NONE = -1;

  /** Flags. */
  static final int ACKNOWLEDGEMENT = 1 << 24;

  /** Congestion experienced: a switch marked it. */
  static final int MARKED = 1 << 25;

  /** An acknowledgement of a packet that was marked. */
  static final int ECHO = 1 << 26;

  static final int RETRANSMISSION = 1 << 27;

  private static final int HOP = 1 << 16;
  private static final int INITIAL_CAPACITY = 1024;

  /** The next packet on the same link, or of those that are free. */
  int[] next = new int[INITIAL_CAPACITY];

  /** When it comes to the end of its link. */
  long[] arrival = new long[INITIAL_CAPACITY];

  int[] flow = new int[INITIAL_CAPACITY];

  /** Which packet of its flow it is or acknowledges, from 0. */
  int[] sequence = new int[INITIAL_CAPACITY];

  /** Of an acknowledgement: all packets of the flow before this one were received. */
  int[] cumulative = new int[INITIAL_CAPACITY];

  int[] header = new int[INITIAL_CAPACITY];

  /** When a host gave it to its link. */
  long[] sentAt = new long[INITIAL_CAPACITY];

  private int free = NONE;
  private int used;
  private int live;

  /** How many are in flight. */
  int live() {
    return live;
  }

  /** Indices are below this. */
  int capacity() {
    return next.length;
  }

  int take(int packetFlow, int packetSequence, int length, int flags, long now) {
    int packet = free;
    if (packet == NONE) {
      if (used == next.length) {
        grow();
      }
      packet = used++;
    } else {
      free = next[packet];
    }
    live++;
    next[packet] = NONE;
    flow[packet] = packetFlow;
    sequence[packet] = packetSequence;
    header[packet] = flags | length;
    sentAt[packet] = now;
    return packet;
  }

  void release(int packet) {
    next[packet] = free;
    free = packet;
    live--;
  }

  int length(int packet) {
    return header[packet] & 0xFFFF;
  }

  int hops(int packet) {
    return header[packet] >>> 16 & 0xFF;
  }

  void hop(int packet) {
    header[packet] += HOP;
  }

  /** Whether it has one of some flags. */
  boolean has(int packet, int flags) {
    return (header[packet] & flags) != 0;
  }

  void mark(int packet) {
    header[packet] |= MARKED;
  }

  private void grow() {
    int capacity = Math.multiplyExact(2, next.length);
    next = Arrays.copyOf(next, capacity);
    arrival = Arrays.copyOf(arrival, capacity);
    flow = Arrays.copyOf(flow, capacity);
    sequence = Arrays.copyOf(sequence, capacity);
    cumulative = Arrays.copyOf(cumulative, capacity);
    header = Arrays.copyOf(header, capacity);
    sentAt = Arrays.copyOf(sentAt, capacity);
  }
}
