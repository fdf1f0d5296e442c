package io.dta.rdma;

/**
 * What a queue pair did, by cause. Each counter has one writer, the owning thread; readers on other
 * threads may see a value that is a moment old.
 */
public interface QueuePairCounters {
  /** RDMA WRITE work requests posted, those with immediate included. */
  long writes();

  /** FETCH_ADD work requests posted. */
  long fetchAdds();

  /** Payload bytes of all work requests posted. */
  long bytes();

  /** Request packets sent, retransmissions included; 0 where no packets are. */
  long packetsSent();

  /** Request packets sent again, after a NAK or a time-out. */
  long retransmissions();

  /** NAKs with syndrome 0x60, PSN sequence error: a request was lost or reordered. */
  long sequenceErrorNaks();

  /**
   * Times that the requester took up a PSN anew, because the responder asked for it (go-back-N). A
   * repeated NAK of the same PSN does not count again.
   */
  default long resynchronizations() {
    return 0;
  }

  /** NAKs with syndrome 0x61, invalid request; the queue pair goes to ERROR. */
  default long invalidRequestNaks() {
    return 0;
  }

  /** NAKs with syndrome 0x62, remote access error; the queue pair goes to ERROR. */
  default long remoteAccessNaks() {
    return 0;
  }

  /** NAKs with syndrome 0x63, remote operational error; the queue pair goes to ERROR. */
  default long remoteOperationalNaks() {
    return 0;
  }

  /** NAKs that ended the queue pair, of all three syndromes. */
  default long fatalNaks() {
    return invalidRequestNaks() + remoteAccessNaks() + remoteOperationalNaks();
  }

  /** RNR NAKs: the responder had no receive posted. */
  long receiverNotReadyNaks();

  /** Time-outs: nothing was acknowledged for the retransmission time-out. */
  long timeouts();

  /** Answers dropped: not a packet of this queue pair, malformed, or with a wrong iCRC. */
  long badAnswers();

  /** Congestion notification packets: switches marked our packets; 0 where an RNIC takes them. */
  default long congestionNotifications() {
    return 0;
  }

  /** What congestion left of the rate, in bits a second; 0 where nothing limits it. */
  default long rateLimit() {
    return 0;
  }
}
