package io.dta.rdma.roce;

import io.dta.rdma.CompletionStatus;
import io.dta.rdma.requester.RequesterCounters;

/**
 * What a responder answers, and what follows for the packets of a queue pair: they are settled, or
 * sent again, or the queue pair fails (specification, section 9.7.5.1).
 */
final class Answers {
  private static final long NONE = -1;

  private final boolean reliable;
  private final SendQueue queue;
  private final Transmitter transmitter;
  private final Completions completions;
  private final RetransmissionTimer timer;
  private final RequesterCounters counters;

  /**
   * The sequence of the last sequence error NAK acted upon; the same one again is a duplicate of
   * that NAK.
   */
  private long sequenceErrorAt = NONE;

  Answers(
      boolean reliable,
      SendQueue queue,
      Transmitter transmitter,
      Completions completions,
      RetransmissionTimer timer,
      RequesterCounters counters) {
    this.reliable = reliable;
    this.queue = queue;
    this.transmitter = transmitter;
    this.completions = completions;
    this.timer = timer;
    this.counters = counters;
  }

  /** Nothing was answered in time. */
  void onTimeout(long nowNs) {
    counters.increment(RequesterCounters.TIMEOUTS);
    if (timer.onTimeout(nowNs)) {
      queue.moveCursorBack(queue.oldest());
      sequenceErrorAt = NONE;
      transmitter.onTimeout();
    } else {
      fail(CompletionStatus.RETRY_EXCEEDED, queue.oldest(), queue.sent());
    }
  }

  /** An ACK packet: acknowledgement, NAK or RNR NAK. */
  void onAcknowledge(int psn, int syndrome, long nowNs) {
    long sequence = queue.sequenceOf(psn);
    if (!reliable || sequence >= queue.sent()) {
      onBadAnswer();
      return;
    }
    if (sequence < queue.oldest()) {
      return; // A late answer to what was answered before.
    }
    switch (syndrome >>> 5) {
      case 0 -> settleBefore(sequence + 1, nowNs);
      case RoceHeaders.RNR_NAK >>> 5 -> onReceiverNotReady(sequence, syndrome & 0x1F, nowNs);
      case RoceHeaders.NAK_SEQUENCE_ERROR >>> 5 -> onNak(sequence, syndrome, nowNs);
      default -> onBadAnswer();
    }
  }

  /** An ATOMIC ACK packet. */
  void onAtomicAcknowledge(int psn, int syndrome, long nowNs) {
    long sequence = queue.sequenceOf(psn);
    if (!reliable
        || sequence >= queue.sent()
        || syndrome >>> 5 != 0
        || (sequence >= queue.oldest() && !queue.isAtomic(sequence))) {
      onBadAnswer();
    } else if (sequence >= queue.oldest()) {
      queue.answer(sequence);
      if (!settleBefore(sequence + 1, nowNs)) {
        deliver();
      }
    }
  }

  void onBadAnswer() {
    counters.increment(RequesterCounters.BAD_ANSWERS);
  }

  private void onReceiverNotReady(long sequence, int timerCode, long nowNs) {
    counters.increment(RequesterCounters.RECEIVER_NOT_READY_NAKS);
    settleBefore(sequence, nowNs);
    if (timer.isReceiverNotReady() || sequence < queue.received()) {
      return; // A duplicate of the NAK that is being waited out, or a late one.
    }
    if (timer.onReceiverNotReady(timerCode, nowNs)) {
      queue.moveCursorBack(sequence);
    } else {
      fail(CompletionStatus.RETRY_EXCEEDED, sequence, sequence);
    }
  }

  private void onNak(long sequence, int syndrome, long nowNs) {
    switch (syndrome) {
      case RoceHeaders.NAK_SEQUENCE_ERROR -> {
        counters.increment(RequesterCounters.SEQUENCE_ERROR_NAKS);
        settleBefore(sequence, nowNs);
        if (sequence != sequenceErrorAt && sequence >= queue.received()) {
          sequenceErrorAt = sequence;
          counters.increment(RequesterCounters.RESYNCHRONIZATIONS);
          queue.moveCursorBack(sequence);
          timer.start(nowNs);
        }
      }
      case RoceHeaders.NAK_INVALID_REQUEST ->
          onFatalNak(CompletionStatus.REMOTE_INVALID_REQUEST, sequence, nowNs);
      case RoceHeaders.NAK_REMOTE_ACCESS_ERROR ->
          onFatalNak(CompletionStatus.REMOTE_ACCESS_ERROR, sequence, nowNs);
      case RoceHeaders.NAK_REMOTE_OPERATIONAL_ERROR ->
          onFatalNak(CompletionStatus.REMOTE_OPERATIONAL_ERROR, sequence, nowNs);
      default -> onBadAnswer();
    }
  }

  private void onFatalNak(CompletionStatus status, long sequence, long nowNs) {
    counters.refused(status);
    settleBefore(sequence, nowNs);
    fail(status, sequence, sequence);
  }

  /**
   * The responder has carried out all before a sequence.
   *
   * @return whether that is news
   */
  private boolean settleBefore(long sequence, long nowNs) {
    long before = queue.received();
    if (!queue.receivedBefore(sequence)) {
      return false;
    }
    transmitter.onAcknowledged(sequence - before);
    timer.onProgress(nowNs);
    deliver();
    transmitter.askAgainForAtomics();
    return true;
  }

  /**
   * Takes the queue pair down.
   *
   * @param sequence that failed; negative where none is to blame
   * @param mayHaveRunBefore operations before this sequence may have been carried out
   */
  void fail(CompletionStatus status, long sequence, long mayHaveRunBefore) {
    completions.fail(status, sequence, mayHaveRunBefore);
    timer.stop();
  }

  private void deliver() {
    completions.deliver();
    if (queue.isAllSentSettled()) {
      timer.stop();
    }
  }
}
