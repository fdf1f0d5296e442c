package io.dta.rdma;

import org.agrona.DirectBuffer;

/**
 * The requester's end of a queue pair: posts RDMA operations on remote memory regions.
 *
 * <p>One thread owns a queue pair and calls all of its methods. No method blocks, and posting
 * allocates nothing. Operations take effect in the order they were posted and complete in that
 * order; {@link #poll} delivers completions to the {@link CompletionListener} that the queue pair
 * was made with. An implementation whose operations complete at once (shared memory) may deliver a
 * completion inside the posting call.
 *
 * <p>Posting answers {@link #POSTED} or one of the negative codes below, and then nothing has
 * happened and no completion follows. Work request identifiers mean nothing to the queue pair; an
 * operation posted with {@link #UNSIGNALED} gets no completion of its own: it completes no later
 * than the next signaled one, and successfully if that does (InfiniBand Architecture Specification
 * 1.4, volume 1, section 10.8).
 *
 * <p>A queue pair that goes to {@link QueuePairState#ERROR} keeps what was not acknowledged,
 * without completing it, until it is {@linkplain #replayOn replayed} on a successor, or {@linkplain
 * #close closed}. One whose operations complete inside the posting call keeps nothing: the
 * operation that it failed at has completed then.
 */
public interface RdmaQueuePair extends AutoCloseable {
  /** The operation was accepted. */
  int POSTED = 1;

  /** The send queue is full: {@link #poll} and post again. */
  int BACK_PRESSURED = -1;

  /**
   * The queue pair is not in {@link QueuePairState#READY_TO_SEND}; it will accept nothing any more.
   */
  int NOT_CONNECTED = -2;

  /** The range does not lie within the region; nothing was sent. */
  int OUT_OF_BOUNDS = -3;

  /** The queue pair cannot do this operation, such as an atomic over UC. */
  int UNSUPPORTED = -4;

  /** The work request identifier of an operation that wants no completion. */
  long UNSIGNALED = 0;

  /**
   * RDMA WRITE of bytes to a remote region. The bytes are taken before the call returns.
   *
   * @param offset in the region, in bytes
   * @param length 1 to the path MTU; longer writes are cut into packets of the path MTU by RC and
   *     UC queue pairs
   * @param workRequestId not {@link #UNSIGNALED} where a completion is wanted
   */
  int write(
      RemoteRegion region,
      long offset,
      DirectBuffer source,
      int index,
      int length,
      long workRequestId);

  /**
   * RDMA WRITE with immediate: like {@link #write}, and the responder's CPU is told, with 32 bits
   * of data.
   */
  int writeImmediate(
      RemoteRegion region,
      long offset,
      DirectBuffer source,
      int index,
      int length,
      int immediate,
      long workRequestId);

  /**
   * RDMA FETCH_ADD on a 64-bit counter in the responder's byte order. The old value is not
   * returned.
   *
   * @param offset in the region, a multiple of 8
   * @param addend added modulo 2^64
   */
  int fetchAdd(RemoteRegion region, long offset, long addend, long workRequestId);

  /** Sends what is queued and asks for an acknowledgement of everything posted so far. */
  void flush();

  /**
   * Receives answers, delivers completions and drives time-outs and retransmission.
   *
   * @return how much was done; 0 where there was nothing to do
   */
  int poll();

  /** Operations posted and not yet completed. */
  int outstanding();

  QueuePairState state();

  /** Why it is in {@link QueuePairState#ERROR}; null in any other state. */
  QueuePairFailure failure();

  /**
   * Completes the operation that the responder refused with the status of its refusal, so that
   * {@link #replayOn} leaves it out, together with those up to the next signaled one. Does nothing
   * where the queue pair did not fail by a refusal.
   */
  void dropRefused();

  /**
   * Posts what was not acknowledged on another queue pair, in order: for a queue pair in {@link
   * QueuePairState#ERROR}, and until the answer is true before anything else is posted there.
   *
   * <p>Work request identifiers are kept, and what was posted on the successor completes there, in
   * groups of a signaled operation and the unsignaled ones before it: of a group that was begun
   * here the successor answers for its own part. WRITEs are written again, which does no harm. An
   * atomic that may have been carried out is not posted again, and its group completes here as
   * {@link CompletionStatus#UNCERTAIN}; one that certainly was not is. An operation whose region is
   * gone completes here with {@link CompletionStatus#REMOTE_ACCESS_ERROR}.
   *
   * @return whether nothing is outstanding here any more; false where the successor has no room,
   *     then poll it and call again, or has failed itself: then replay that first on its successor,
   *     as what it has is older, and what is left here after that
   */
  boolean replayOn(RdmaQueuePair successor, RegionTranslation regions);

  /** What happened so far, by cause; readable from any thread. */
  QueuePairCounters counters();

  /**
   * Completes what is outstanding as {@link CompletionStatus#FLUSHED} or {@link
   * CompletionStatus#UNCERTAIN}, goes to {@link QueuePairState#RESET} and releases resources. To
   * lose nothing, {@link #flush} and {@link #poll} until {@link #outstanding} is 0 first.
   */
  @Override
  void close();
}
