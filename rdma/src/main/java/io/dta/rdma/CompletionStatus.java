package io.dta.rdma;

/** How a work request ended. */
public enum CompletionStatus {
  /** Acknowledged (RC), handed over (UC) or in memory (shared memory). */
  SUCCESS,
  /** The responder refused the rkey, the range or the access (NAK 0x62). */
  REMOTE_ACCESS_ERROR,
  /** The responder found the request malformed (NAK 0x61). */
  REMOTE_INVALID_REQUEST,
  /** The responder could not carry out the request (NAK 0x63). */
  REMOTE_OPERATIONAL_ERROR,
  /**
   * No answer after all retries. The work request may have taken effect; writing it again does no
   * harm.
   */
  RETRY_EXCEEDED,
  /**
   * The queue pair went down before the work request was acknowledged. Writing it again does no
   * harm.
   */
  FLUSHED,
  /**
   * As {@link #RETRY_EXCEEDED} or {@link #FLUSHED} for an atomic that was sent: doing it again
   * could count twice.
   */
  UNCERTAIN
}
