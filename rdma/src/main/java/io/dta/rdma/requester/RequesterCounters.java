package io.dta.rdma.requester;

import io.dta.rdma.CompletionStatus;
import io.dta.rdma.QueuePairCounters;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The counters of a requester's queue pair. Written by the owning thread alone, so plain reads and
 * release writes suffice.
 */
public final class RequesterCounters implements QueuePairCounters {
  public static final int WRITES = 0;
  public static final int FETCH_ADDS = 1;
  public static final int BYTES = 2;
  public static final int PACKETS_SENT = 3;
  public static final int RETRANSMISSIONS = 4;
  public static final int SEQUENCE_ERROR_NAKS = 5;
  public static final int RESYNCHRONIZATIONS = 6;
  public static final int RECEIVER_NOT_READY_NAKS = 7;
  public static final int TIMEOUTS = 8;
  public static final int BAD_ANSWERS = 9;
  public static final int CONGESTION_NOTIFICATIONS = 10;
  public static final int RATE_LIMIT = 11;
  public static final int INVALID_REQUEST_NAKS = 12;
  public static final int REMOTE_ACCESS_NAKS = 13;
  public static final int REMOTE_OPERATIONAL_NAKS = 14;
  private static final int COUNT = 15;

  private final AtomicLongArray values = new AtomicLongArray(COUNT);

  public void add(int counter, long increment) {
    values.setRelease(counter, values.getPlain(counter) + increment);
  }

  public void set(int counter, long value) {
    values.setRelease(counter, value);
  }

  public void increment(int counter) {
    add(counter, 1);
  }

  /** The responder refused a request, and the queue pair ends with that. */
  public void refused(CompletionStatus status) {
    increment(
        switch (status) {
          case REMOTE_INVALID_REQUEST -> INVALID_REQUEST_NAKS;
          case REMOTE_ACCESS_ERROR -> REMOTE_ACCESS_NAKS;
          default -> REMOTE_OPERATIONAL_NAKS;
        });
  }

  @Override
  public long writes() {
    return values.getAcquire(WRITES);
  }

  @Override
  public long fetchAdds() {
    return values.getAcquire(FETCH_ADDS);
  }

  @Override
  public long bytes() {
    return values.getAcquire(BYTES);
  }

  @Override
  public long packetsSent() {
    return values.getAcquire(PACKETS_SENT);
  }

  @Override
  public long retransmissions() {
    return values.getAcquire(RETRANSMISSIONS);
  }

  @Override
  public long sequenceErrorNaks() {
    return values.getAcquire(SEQUENCE_ERROR_NAKS);
  }

  @Override
  public long resynchronizations() {
    return values.getAcquire(RESYNCHRONIZATIONS);
  }

  @Override
  public long invalidRequestNaks() {
    return values.getAcquire(INVALID_REQUEST_NAKS);
  }

  @Override
  public long remoteAccessNaks() {
    return values.getAcquire(REMOTE_ACCESS_NAKS);
  }

  @Override
  public long remoteOperationalNaks() {
    return values.getAcquire(REMOTE_OPERATIONAL_NAKS);
  }

  @Override
  public long receiverNotReadyNaks() {
    return values.getAcquire(RECEIVER_NOT_READY_NAKS);
  }

  @Override
  public long timeouts() {
    return values.getAcquire(TIMEOUTS);
  }

  @Override
  public long badAnswers() {
    return values.getAcquire(BAD_ANSWERS);
  }

  @Override
  public long congestionNotifications() {
    return values.getAcquire(CONGESTION_NOTIFICATIONS);
  }

  @Override
  public long rateLimit() {
    return values.getAcquire(RATE_LIMIT);
  }
}
