package io.dta.primitives.datagram;

/** Whether a report of a datagram could be decoded, and if not, why. */
public enum DecodeStatus {
  /** A whole report of a known store. */
  OK,
  /** The datagram ends before the report does. */
  TRUNCATED,
  /** No primitive has this opcode. */
  UNKNOWN_OPCODE,
  /** The opcode's primitive has no store with this number. */
  UNKNOWN_STORE
}
