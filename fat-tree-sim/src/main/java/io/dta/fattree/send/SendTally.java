package io.dta.fattree.send;

import io.dta.primitives.Primitive;
import java.util.EnumMap;
import java.util.Map;

/** Counts what reporters send; for one thread. */
final class SendTally {
  /** By opcode, from 1. */
  private final long[] reports = new long[Primitive.values().length + 1];

  private final long[] lost = new long[Primitive.values().length + 1];
  private final long[] retransmitted = new long[Primitive.values().length + 1];
  private long sent;
  private long datagrams;
  private long bytes;

  void first(Primitive primitive, boolean survives) {
    sent++;
    reports[primitive.opcode()]++;
    lost[primitive.opcode()] += survives ? 0 : 1;
  }

  void again(Primitive primitive, boolean survives) {
    sent++;
    retransmitted[primitive.opcode()]++;
    lost[primitive.opcode()] += survives ? 0 : 1;
  }

  void datagram(int length) {
    datagrams++;
    bytes += length;
  }

  /** Transmissions of all primitives, before injected loss. */
  long sent() {
    return sent;
  }

  SendCounters counters() {
    Map<Primitive, SendCounters.OfPrimitive> primitives = new EnumMap<>(Primitive.class);
    for (Primitive primitive : Primitive.values()) {
      int i = primitive.opcode();
      primitives.put(
          primitive,
          new SendCounters.OfPrimitive(
              reports[i], reports[i] + retransmitted[i], lost[i], retransmitted[i]));
    }
    return new SendCounters(primitives, datagrams, bytes);
  }
}
