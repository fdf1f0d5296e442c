package io.dta.experiment.rig;

import io.dta.fattree.workload.SplitMix64;
import io.dta.rdma.CompletionListener;
import io.dta.rdma.CompletionStatus;
import io.dta.rdma.QueuePairCounters;
import io.dta.rdma.QueuePairFailure;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RegionTranslation;
import io.dta.rdma.RemoteRegion;
import org.agrona.DirectBuffer;

/**
 * An unreliable connection (UC): some operations never arrive, and nobody learns of it. They
 * complete as the others do, when they have been sent (InfiniBand Architecture Specification 1.4,
 * volume 1, section 9.8.2).
 */
final class LossyQueuePair implements RdmaQueuePair {
  private final RdmaQueuePair perfect;
  private final CompletionListener listener;
  private final double loss;
  private final SplitMix64 random;

  LossyQueuePair(
      RdmaQueuePair perfect, CompletionListener listener, double loss, SplitMix64 random) {
    this.perfect = perfect;
    this.listener = listener;
    this.loss = loss;
    this.random = random;
  }

  @Override
  public int write(
      RemoteRegion region,
      long offset,
      DirectBuffer source,
      int index,
      int length,
      long workRequestId) {
    return random.nextDouble() < loss
        ? complete(workRequestId)
        : perfect.write(region, offset, source, index, length, workRequestId);
  }

  @Override
  public int writeImmediate(
      RemoteRegion region,
      long offset,
      DirectBuffer source,
      int index,
      int length,
      int immediate,
      long workRequestId) {
    return random.nextDouble() < loss
        ? complete(workRequestId)
        : perfect.writeImmediate(region, offset, source, index, length, immediate, workRequestId);
  }

  /** UC has no atomics. */
  @Override
  public int fetchAdd(RemoteRegion region, long offset, long addend, long workRequestId) {
    return UNSUPPORTED;
  }

  private int complete(long workRequestId) {
    if (workRequestId != UNSIGNALED) {
      listener.onCompletion(workRequestId, CompletionStatus.SUCCESS);
    }
    return POSTED;
  }

  @Override
  public void flush() {
    perfect.flush();
  }

  @Override
  public int poll() {
    return perfect.poll();
  }

  @Override
  public int outstanding() {
    return perfect.outstanding();
  }

  @Override
  public QueuePairState state() {
    return perfect.state();
  }

  @Override
  public QueuePairFailure failure() {
    return perfect.failure();
  }

  @Override
  public void dropRefused() {
    perfect.dropRefused();
  }

  @Override
  public boolean replayOn(RdmaQueuePair successor, RegionTranslation regions) {
    return perfect.replayOn(successor, regions);
  }

  @Override
  public QueuePairCounters counters() {
    return perfect.counters();
  }

  @Override
  public void close() {
    perfect.close();
  }
}
