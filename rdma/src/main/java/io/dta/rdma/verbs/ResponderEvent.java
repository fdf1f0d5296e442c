package io.dta.rdma.verbs;

/**
 * What a {@link VerbsResponder} counts. What the device does by itself, all WRITEs and atomics
 * among it, only the device can count.
 */
public enum ResponderEvent {
  /** WRITEs with immediate. */
  IMMEDIATES,
  /** Messages that used up a receive without being a WRITE with immediate. */
  SENDS,
  /** Immediates at which the listener threw. */
  LISTENER_FAILURES,
  /** Queue pairs connected by RDMA CM. */
  ACCEPTED,
  /** Requests of RDMA CM that were rejected: no room, or the device refused. */
  REJECTED,
  /** Queue pairs made by hand. */
  MADE,
  /** Queue pairs that their requester disconnected or that were destroyed. */
  ENDED,
  /** Queue pairs that went to ERROR: a request was refused, or the device failed. */
  FAILED,
  /** Events of the device and its port. */
  DEVICE_EVENTS,
  /** Rounds of the thread that ended with a failure of the libraries. */
  SERVICE_FAILURES
}
