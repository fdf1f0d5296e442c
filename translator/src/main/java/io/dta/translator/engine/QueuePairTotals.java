package io.dta.translator.engine;

import io.dta.rdma.QueuePairCounters;

/** Counts of queue pairs that are gone, added up; of what is no count, the latest. */
record QueuePairTotals(
    long writes,
    long fetchAdds,
    long bytes,
    long packetsSent,
    long retransmissions,
    long sequenceErrorNaks,
    long resynchronizations,
    long invalidRequestNaks,
    long remoteAccessNaks,
    long remoteOperationalNaks,
    long receiverNotReadyNaks,
    long timeouts,
    long badAnswers,
    long congestionNotifications,
    long rateLimit)
    implements QueuePairCounters {
  static final QueuePairTotals NONE =
      new QueuePairTotals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  QueuePairTotals plus(QueuePairCounters other) {
    return new QueuePairTotals(
        writes + other.writes(),
        fetchAdds + other.fetchAdds(),
        bytes + other.bytes(),
        packetsSent + other.packetsSent(),
        retransmissions + other.retransmissions(),
        sequenceErrorNaks + other.sequenceErrorNaks(),
        resynchronizations + other.resynchronizations(),
        invalidRequestNaks + other.invalidRequestNaks(),
        remoteAccessNaks + other.remoteAccessNaks(),
        remoteOperationalNaks + other.remoteOperationalNaks(),
        receiverNotReadyNaks + other.receiverNotReadyNaks(),
        timeouts + other.timeouts(),
        badAnswers + other.badAnswers(),
        congestionNotifications + other.congestionNotifications(),
        other.rateLimit());
  }
}
