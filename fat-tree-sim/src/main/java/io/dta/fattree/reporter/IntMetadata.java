package io.dta.fattree.reporter;

import io.dta.fattree.event.SimTime;
import io.dta.fattree.network.Hop;

/** What a switch writes into a packet, a word each (P4.org, INT data plane specification 2.1). */
public enum IntMetadata {
  /** The switch's number. */
  SWITCH_ID,
  /** How long the packet was at the switch, in nanoseconds. */
  HOP_LATENCY,
  /** The bytes that waited before it. */
  QUEUE_DEPTH,
  /** When it came, in nanoseconds, modulo 2^32. */
  INGRESS_TIMESTAMP,
  /** When it left, in nanoseconds, modulo 2^32. */
  EGRESS_TIMESTAMP;

  int of(Hop hop) {
    return switch (this) {
      case SWITCH_ID -> hop.switchId();
      case HOP_LATENCY -> (int) Math.min(0xFFFF_FFFFL, SimTime.toNanos(hop.latency()));
      case QUEUE_DEPTH -> hop.queueBytes();
      case INGRESS_TIMESTAMP -> (int) SimTime.toNanos(hop.arrival());
      case EGRESS_TIMESTAMP -> (int) SimTime.toNanos(hop.departure());
    };
  }
}
