package io.dta.rdma.provider;

import io.dta.rdma.QueuePairCounters;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What a library lets one count. Packets, retransmissions and receiver-not-ready NAKs are the
 * RNIC's own business and stay 0; its driver counts them ({@code rdma statistic}).
 */
final class ProviderCounters implements QueuePairCounters {
  private static final int WRITES = 0;
  private static final int FETCH_ADDS = 1;
  private static final int BYTES = 2;
  private static final int REFUSALS = 3;
  private static final int TIMEOUTS = 4;
  private static final int COUNT = 5;

  private final AtomicLongArray values = new AtomicLongArray(COUNT);

  void wrote(int length) {
    add(WRITES, 1);
    add(BYTES, length);
  }

  void added() {
    add(FETCH_ADDS, 1);
    add(BYTES, Long.BYTES);
  }

  void refused() {
    add(REFUSALS, 1);
  }

  void timedOut() {
    add(TIMEOUTS, 1);
  }

  /** One writer: a plain read and a release write are enough. */
  private void add(int counter, long increment) {
    values.setRelease(counter, values.getPlain(counter) + increment);
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
    return 0;
  }

  @Override
  public long retransmissions() {
    return 0;
  }

  @Override
  public long sequenceErrorNaks() {
    return 0;
  }

  @Override
  public long fatalNaks() {
    return values.getAcquire(REFUSALS);
  }

  @Override
  public long receiverNotReadyNaks() {
    return 0;
  }

  /** Work requests that were not answered after all retries; the RNIC keeps the others. */
  @Override
  public long timeouts() {
    return values.getAcquire(TIMEOUTS);
  }

  @Override
  public long badAnswers() {
    return 0;
  }
}
