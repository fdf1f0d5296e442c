package io.dta.rdma.cm;

/** What communication management counts. */
public enum CmEvent {
  /** Messages received, whatever became of them. */
  RECEIVED,
  /** Messages sent, those sent again included. */
  SENT,
  /** Messages sent again, because no answer came. */
  SENT_AGAIN,
  /** Connections established, whoever asked for them. */
  ESTABLISHED,
  /** Connections that ended after they were established. */
  ENDED,
  /** Rejections sent. */
  REJECTIONS_SENT,
  /** Rejections received. */
  REJECTIONS_RECEIVED,
  /** Connections given up because the peer was silent. */
  TIMEOUTS,

  /** Dropped: not a datagram of communication management. */
  MALFORMED,
  /** The iCRC is not the expected one; dropped, or with {@code COUNTED} only counted. */
  WRONG_ICRC,
  /** Dropped: a message that is not served: alternate paths, resolution of datagram services. */
  UNSUPPORTED,
  /** Dropped: of no connection of ours, or not in its present state. */
  STRAY
}
