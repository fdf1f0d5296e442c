package io.dta.rdma.roce;

/**
 * What a {@link SoftwareRnic} counts. Every packet that arrives is counted as a packet and by what
 * became of it.
 */
public enum RnicEvent {
  /** Datagrams received. */
  PACKETS,
  /** Whole WRITEs carried out. */
  WRITES,
  /** Bytes that WRITEs put into memory. */
  WRITTEN_BYTES,
  /** WRITEs with immediate carried out; counted among the WRITEs too. */
  IMMEDIATES,
  /** READs carried out, repeated ones included. */
  READS,
  /** FETCH_ADDs and CMP_SWAPs carried out. */
  ATOMICS,

  /** Acknowledgements sent, ATOMIC ACKs and READ responses not included. */
  ACKNOWLEDGEMENTS,
  /** Requests that were carried out before: acknowledged again, not carried out again. */
  DUPLICATES,
  /** Requests ahead of the expected PSN, dropped: something before them was lost or is late. */
  OUT_OF_SEQUENCE,
  /** NAK 0x60 sent: once for each gap. */
  SEQUENCE_ERROR_NAKS,
  /** NAK 0x61 sent: malformed or disallowed request; the queue pair is in ERROR. */
  INVALID_REQUEST_NAKS,
  /**
   * NAK 0x62 sent: unknown rkey, range outside the region, or missing permission; the queue pair is
   * in ERROR.
   */
  REMOTE_ACCESS_NAKS,
  /** NAK 0x63 sent: the region's memory was released meanwhile; the queue pair is in ERROR. */
  REMOTE_OPERATIONAL_NAKS,
  /** RNR NAK sent: a SEND, for which there never is a receive buffer. */
  RECEIVER_NOT_READY_NAKS,
  /**
   * SENDs refused with NAK 0x61 after 7 RNR NAKs in a row, as nothing here receives messages;
   * counted among the invalid requests too.
   */
  SENDS_REFUSED,
  /** Answers that the network had no room for; the requester asks again. */
  ANSWERS_NOT_SENT,

  /** Dropped: shorter than its headers, longer than any packet, or not a multiple of 4. */
  MALFORMED,
  /** For queue pair 1: communication management. */
  MANAGEMENT_PACKETS,
  /** Dropped: for no queue pair of ours. */
  UNKNOWN_QUEUE_PAIR,
  /** Dropped: from another IP address than the queue pair is connected to. */
  WRONG_SOURCE,
  /** Dropped: another transport header version or partition key. */
  WRONG_VERSION_OR_PARTITION,
  /** The iCRC is not the expected one; dropped, or with {@link IcrcCheck#COUNTED} only counted. */
  WRONG_ICRC,
  /** Dropped: an opcode that the queue pair's service does not have. */
  WRONG_OPCODE,
  /** Dropped: the queue pair is in ERROR. */
  QUEUE_PAIR_IN_ERROR,
  /** Dropped: an atomic so old that its answer is not remembered any more. */
  FORGOTTEN_ATOMIC,
  /**
   * Dropped: a UC packet with a bad range or length, or the rest of a message of which a packet is
   * missing.
   */
  UNRELIABLE_DROPPED,
  /** Congestion notification packets; nothing that a responder sends is rate-controlled. */
  CONGESTION_NOTIFICATIONS,
  /** Requests that a switch had marked with congestion experienced; carried out as all others. */
  CONGESTION_MARKS,
  /** Congestion notification packets sent for such marks, at most one a queue pair in 50 µs. */
  CONGESTION_NOTIFICATIONS_SENT
}
