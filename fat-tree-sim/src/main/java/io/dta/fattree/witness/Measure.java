package io.dta.fattree.witness;

import io.dta.fattree.network.Hop;

/** What a packet met at a switch, as the INT data plane specification 2.1 defines it. */
public enum Measure {
  /** How long it was there, in nanoseconds. */
  HOP_LATENCY("ns"),
  /** How much waited before it, in bytes. */
  QUEUE_DEPTH("B"),
  /** When it came, in nanoseconds, modulo 2^32. */
  INGRESS_TIMESTAMP("ns"),
  /** When it left, in nanoseconds, modulo 2^32. */
  EGRESS_TIMESTAMP("ns");

  private static final long PICOS = 1000;

  private final String unit;

  Measure(String unit) {
    this.unit = unit;
  }

  public String unit() {
    return unit;
  }

  /** Of a packet at a switch, as an unsigned 32-bit number. */
  int of(Hop hop) {
    return switch (this) {
      case HOP_LATENCY -> (int) ((hop.departure() - hop.arrival()) / PICOS);
      case QUEUE_DEPTH -> hop.queueBytes();
      case INGRESS_TIMESTAMP -> (int) (hop.arrival() / PICOS);
      case EGRESS_TIMESTAMP -> (int) (hop.departure() / PICOS);
    };
  }

  /** How far one is from another, along the clock where it is a time. */
  public long distance(int one, int other) {
    return switch (this) {
      case HOP_LATENCY, QUEUE_DEPTH ->
          Math.abs(Integer.toUnsignedLong(one) - Integer.toUnsignedLong(other));
      case INGRESS_TIMESTAMP, EGRESS_TIMESTAMP -> Math.abs((long) (one - other));
    };
  }
}
