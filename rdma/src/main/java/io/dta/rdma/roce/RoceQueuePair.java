package io.dta.rdma.roce;

import io.dta.rdma.CompletionListener;
import io.dta.rdma.CompletionStatus;
import io.dta.rdma.QueuePairCounters;
import io.dta.rdma.QueuePairFailure;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RegionTranslation;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.requester.RequesterCounters;
import io.dta.rdma.udp.UdpPort;
import java.net.InetSocketAddress;
import org.agrona.DirectBuffer;

/**
 * A requester's queue pair over RoCEv2: reliable connection (specification, section 9.7.5) or, for
 * WRITE alone, unreliable connection.
 *
 * <p>Posting writes the packets where they stay until acknowledged; they leave in {@link #flush},
 * in {@link #poll}, and as soon as {@code ackEvery} of them wait. The last packet of each such
 * burst asks for an acknowledgement, so that nothing sent is ever left unasked for. Over UC a
 * packet is complete when the network has taken it.
 *
 * <p>On a sequence error NAK all packets from the one the responder wants are sent again at once,
 * on a time-out all that are unacknowledged, but for those that the responder is known to have, as
 * fast as it answers. An atomic is complete when its own answer has come, even if later packets
 * were acknowledged (section 9.7.5.1.3): it is sent again, and the responder replays the answer,
 * for which no more atomics may be unacknowledged than it remembers.
 *
 * <p>A signaled operation's completion speaks for the unsignaled ones before it too: if one of
 * those failed, so did it; and if an atomic among them took effect or may have, and another
 * operation did not succeed, it is {@link CompletionStatus#UNCERTAIN}.
 */
public final class RoceQueuePair implements RdmaQueuePair {
  private static final long NONE = -1;

  private final RoceRequester requester;
  private final int number;
  private final int peerNumber;
  private final int startingPsn;
  private final boolean reliable;
  private final InetSocketAddress peer;
  private final Icrc incoming;
  private final UdpPort port;
  private final RetransmissionPolicy policy;
  private final int maxOutstandingAtomics;
  private final SendQueue queue;
  private final RequestEncoder encoder;
  private final Transmitter transmitter;
  private final Completions completions;
  private final Replay replay;
  private final ReactionPoint reactionPoint = new ReactionPoint();
  private final RetransmissionTimer timer;
  private final Answers answers;
  private final RequesterCounters counters = new RequesterCounters();

  private boolean closed;

  /** What a queue pair is made of; see {@link RoceRequester#connect}. */
  record Connection(
      TransportService service,
      int number,
      int startingPsn,
      int pathMtu,
      int peerNumber,
      InetSocketAddress peer,
      int maxDestinationAtomics) {}

  RoceQueuePair(
      RoceRequester requester,
      UdpPort port,
      Connection connection,
      CompletionListener listener,
      RetransmissionPolicy policy) {
    this.requester = requester;
    this.port = port;
    this.policy = policy;
    number = connection.number();
    peerNumber = connection.peerNumber();
    startingPsn = connection.startingPsn();
    reliable = connection.service() == TransportService.RC;
    peer = connection.peer();
    incoming = new Icrc(peer, port.localAddress());
    maxOutstandingAtomics =
        Math.min(policy.maxOutstandingAtomics(), connection.maxDestinationAtomics());
    int slotLength = connection.pathMtu() + RoceHeaders.MAX_OVERHEAD;
    queue = new SendQueue(policy.window(), slotLength, connection.startingPsn());
    encoder =
        new RequestEncoder(
            queue, connection.service(), connection.peerNumber(), connection.pathMtu());
    int ackEvery = reliable ? policy.ackEvery() : Transmitter.NEVER;
    transmitter = new Transmitter(queue, port, peer, ackEvery, counters);
    completions = new Completions(queue, listener);
    replay = new Replay(queue, completions);
    timer = new RetransmissionTimer(policy);
    answers = new Answers(reliable, queue, transmitter, completions, timer, counters);
  }

  /** This end's queue pair number. */
  public int number() {
    return number;
  }

  /** The other end's queue pair number. */
  public int peerNumber() {
    return peerNumber;
  }

  /** The PSN of the first request. */
  public int startingPsn() {
    return startingPsn;
  }

  /** Where answers come to. */
  public InetSocketAddress localAddress() {
    return port.localAddress();
  }

  /** Where requests go to. */
  public InetSocketAddress peer() {
    return peer;
  }

  Icrc incoming() {
    return incoming;
  }

  @Override
  public int write(
      RemoteRegion region,
      long offset,
      DirectBuffer source,
      int index,
      int length,
      long workRequestId) {
    return post(region, offset, source, index, length, false, 0, workRequestId);
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
    return post(region, offset, source, index, length, true, immediate, workRequestId);
  }

  private int post(
      RemoteRegion region,
      long offset,
      DirectBuffer source,
      int index,
      int length,
      boolean withImmediate,
      int immediate,
      long workRequestId) {
    if (completions.hasFailed()) {
      return NOT_CONNECTED;
    }
    if (!region.contains(offset, length)) {
      return OUT_OF_BOUNDS;
    }
    int packets = encoder.packets(length);
    if (packets > queue.free()) {
      return packets > queue.capacity() ? UNSUPPORTED : BACK_PRESSURED;
    }
    encoder.write(
        region.address() + offset,
        region.rkey(),
        source,
        index,
        length,
        withImmediate,
        immediate,
        workRequestId);
    counters.increment(RequesterCounters.WRITES);
    counters.add(RequesterCounters.BYTES, length);
    return posted(false);
  }

  @Override
  public int fetchAdd(RemoteRegion region, long offset, long addend, long workRequestId) {
    if (completions.hasFailed()) {
      return NOT_CONNECTED;
    }
    if (!reliable || maxOutstandingAtomics < 1) {
      return UNSUPPORTED;
    }
    if (!region.contains(offset, Long.BYTES)) {
      return OUT_OF_BOUNDS;
    }
    if (completions.outstandingAtomics() >= maxOutstandingAtomics || queue.free() == 0) {
      return BACK_PRESSURED;
    }
    encoder.fetchAdd(region.address() + offset, region.rkey(), addend, workRequestId);
    counters.increment(RequesterCounters.FETCH_ADDS);
    counters.add(RequesterCounters.BYTES, Long.BYTES);
    return posted(true);
  }

  private int posted(boolean atomic) {
    completions.onPosted(atomic);
    if (queue.next() - queue.cursor() >= policy.ackEvery()) {
      transmit();
    }
    return POSTED;
  }

  @Override
  public void flush() {
    transmit();
    port.flush();
  }

  @Override
  public int poll() {
    return requester.poll(this);
  }

  /** Time-outs, and what waits to be sent. */
  int advance(long nowNs) {
    boolean limited = reactionPoint.isLimiting();
    reactionPoint.advance(nowNs, transmitter.sentBytes());
    if (limited) {
      counters.set(RequesterCounters.RATE_LIMIT, reactionPoint.bitsPerSecond());
    }
    timer.advance(nowNs);
    if (timer.isTimeout(nowNs)) {
      answers.onTimeout(nowNs);
    }
    return transmit();
  }

  private int transmit() {
    if (timer.isReceiverNotReady() || completions.hasFailed()) {
      return 0;
    }
    int packets = transmitter.sendUpTo(reactionPoint.isLimiting() ? withinRate() : queue.next());
    if (packets > 0) {
      if (!reliable) {
        queue.receivedBefore(queue.cursor());
        completions.deliver();
      } else if (!timer.runs()) {
        timer.start(requester.nanoTime());
      }
    }
    return packets;
  }

  /** How far the rate that congestion left allows to send. */
  private long withinRate() {
    long end = queue.cursor();
    double budget = reactionPoint.budget(transmitter.sentBytes());
    for (; budget > 0 && end < queue.next(); end++) {
      budget -= queue.length(end);
    }
    return end;
  }

  /** What the responder answers goes here. */
  Answers answers() {
    return answers;
  }

  void onCongestionNotification(long nowNs) {
    counters.increment(RequesterCounters.CONGESTION_NOTIFICATIONS);
    reactionPoint.onNotification(nowNs, transmitter.sentBytes());
    counters.set(RequesterCounters.RATE_LIMIT, reactionPoint.bitsPerSecond());
  }

  /** The responder's side has ended the connection. */
  public void onDisconnected() {
    answers.fail(CompletionStatus.FLUSHED, NONE, queue.sent());
  }

  @Override
  public int outstanding() {
    return completions.outstanding();
  }

  @Override
  public QueuePairState state() {
    if (closed) {
      return QueuePairState.RESET;
    }
    return completions.hasFailed() ? QueuePairState.ERROR : QueuePairState.READY_TO_SEND;
  }

  @Override
  public QueuePairCounters counters() {
    return counters;
  }

  @Override
  public QueuePairFailure failure() {
    return state() == QueuePairState.ERROR ? completions.failure() : null;
  }

  @Override
  public void dropRefused() {
    completions.dropRefused();
  }

  @Override
  public boolean replayOn(RdmaQueuePair successor, RegionTranslation regions) {
    if (state() != QueuePairState.ERROR) {
      throw new IllegalStateException("a queue pair is replayed in ERROR, not in " + state());
    }
    return replay.replayOn(successor, regions);
  }

  @Override
  public void close() {
    closed = true;
    answers.fail(CompletionStatus.FLUSHED, NONE, queue.sent());
    completions.completeAll();
    requester.remove(this);
  }
}
