package io.dta.rdma.verbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.dta.rdma.ImmediateListener;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.verbs.VerbsLayout.ContextOps;
import io.dta.rdma.verbs.VerbsLayout.RecvWr;
import io.dta.rdma.verbs.VerbsLayout.Value;
import io.dta.rdma.verbs.VerbsLayout.Wc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;

/**
 * A queue pair that lets one requester in, with its completion queue and its receives, which carry
 * no memory: each is there to be used up by one WRITE with immediate. A queue of its own cannot
 * overrun, and a queue pair that goes to ERROR flushes its receives, so that this is noticed too.
 *
 * <p>Usable by all threads. The native half ends with {@link #fail} or {@link #close}; what is told
 * of it stays.
 */
final class ResponderConnection {
  private static final int BATCH = 32;

  /** Batches before others have their turn. */
  private static final int MOST_BATCHES = 16;

  /** By whom and how it was asked for; numbers are 24 bits, the path MTU is in bytes. */
  record Peer(InetAddress address, int queuePairNumber, TransportService service) {}

  /** What {@link #drain} found. */
  enum Drained {
    /** All there was; an event tells of more. */
    ALL,
    /** More than others should wait for: drain again. */
    MORE,
    /** The queue pair is in ERROR. */
    FAILED
  }

  private final VerbsDevice device;
  private final Peer peer;
  private final int receives;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment receiveRequests;
  private final MemorySegment completions;
  private final MemorySegment bad;
  private final MemorySegment pollFunction;
  private final MemorySegment notifyFunction;
  private final MemorySegment receiveFunction;
  private final long completionQueue;
  private final NativeQueuePair queuePair;
  private Rdmacm cm;
  private long cmId;
  private int pathMtu;
  private boolean closed;
  private boolean failed;

  /**
   * Makes a queue pair in state RESET.
   *
   * @param channel the completion channel that events come to
   * @param identifier what they come with
   * @param receives how many immediates may arrive before one was told
   */
  ResponderConnection(VerbsDevice device, long channel, long identifier, Peer peer, int receives)
      throws VerbsException {
    this.device = device;
    this.peer = peer;
    this.receives = receives;
    long context = device.context();
    pollFunction = Ibverbs.operation(context, ContextOps.POLL_CQ);
    notifyFunction = Ibverbs.operation(context, ContextOps.REQ_NOTIFY_CQ);
    receiveFunction = Ibverbs.operation(context, ContextOps.POST_RECV);
    receiveRequests = arena.allocate((long) receives * RecvWr.SIZE, Long.BYTES);
    completions = arena.allocate((long) BATCH * Wc.SIZE, Long.BYTES);
    bad = arena.allocate(JAVA_LONG);
    for (int i = 0; i < receives; i++) {
      link(i, true);
    }
    completionQueue = device.verbs().createCq(context, receives + 1, identifier, channel);
    try {
      queuePair =
          new NativeQueuePair(
              device, peer.service(), completionQueue, completionQueue, 1, receives, 0);
    } catch (VerbsException e) {
      releaseQueue();
      throw e;
    }
  }

  private void link(int index, boolean toNext) {
    long offset = (long) index * RecvWr.SIZE + RecvWr.NEXT;
    long next = receiveRequests.address() + (index + 1L) * RecvWr.SIZE;
    receiveRequests.set(JAVA_LONG, offset, toNext ? next : 0);
  }

  Peer peer() {
    return peer;
  }

  int number() {
    return queuePair.number();
  }

  /** The queue pair as asynchronous events name it. */
  boolean isNative(long address) {
    return queuePair.address() == address;
  }

  /**
   * Takes a queue pair made by hand to RTR, where it answers; it never sends requests.
   *
   * @param psn of the peer's first request
   * @param granted path MTU in bytes
   * @param atomics how many the peer may have outstanding
   */
  synchronized void connect(int psn, int granted, int atomics) throws VerbsException {
    queuePair.init(NativeQueuePair.REMOTE_ACCESS);
    postReceives(receives);
    pathMtu = granted;
    queuePair.readyToReceive(peer.address(), peer.queuePairNumber(), psn, granted, atomics);
    Ibverbs.reqNotifyCq(notifyFunction, completionQueue);
  }

  /** Takes a queue pair to RTS as a request of RDMA CM says. */
  synchronized void connect(Rdmacm library, long id, int atomics) throws VerbsException {
    queuePair.init(library, id, NativeQueuePair.REMOTE_ACCESS);
    postReceives(receives);
    pathMtu = queuePair.ready(library, id, atomics);
    Ibverbs.reqNotifyCq(notifyFunction, completionQueue);
  }

  /** Once the request is accepted: its identifier ends with the queue pair. */
  synchronized void accepted(Rdmacm library, long id) {
    cm = library;
    cmId = id;
  }

  /** RDMA CM's identifier; 0 where the queue pair was made by hand, and once it is closed. */
  synchronized long cmId() {
    return cmId;
  }

  /**
   * Connects it, and ends it where that fails.
   *
   * @return this
   */
  ResponderConnection connected(VerbsDevice.Release connect) throws VerbsException {
    try {
      connect.run();
      return this;
    } catch (VerbsException e) {
      close();
      throw e;
    }
  }

  /** How far its requester has come: the PSN of its next request, as far as the device tells. */
  synchronized int expectedPsn() {
    try {
      return closed ? 0 : queuePair.expectedPsn();
    } catch (VerbsException e) {
      return 0;
    }
  }

  private void postReceives(int count) throws VerbsException {
    if (count == 0) {
      return;
    }
    link(count - 1, false);
    int error =
        Ibverbs.postRecv(
            receiveFunction, queuePair.address(), receiveRequests.address(), bad.address());
    link(count - 1, true);
    if (error != 0) {
      throw new VerbsException("ibv_post_recv", error);
    }
  }

  /** Tells of the immediates that arrived and posts their receives again. */
  synchronized Drained drain(ImmediateListener listener, ResponderCounters counters)
      throws VerbsException {
    if (closed) {
      return Drained.ALL;
    }
    // Armed before looking: what comes from now on makes an event.
    Ibverbs.reqNotifyCq(notifyFunction, completionQueue);
    for (int batch = 0; batch < MOST_BATCHES; batch++) {
      int count = Ibverbs.pollCq(pollFunction, completionQueue, BATCH, completions.address());
      if (count < 0) {
        throw new VerbsException("the completion queue of a queue pair cannot be read");
      }
      if (count == 0) {
        return Drained.ALL;
      }
      for (int i = 0; i < count; i++) {
        long completion = (long) i * Wc.SIZE;
        int status = completions.get(JAVA_INT, completion + Wc.STATUS);
        if (status != Value.IBV_WC_SUCCESS) {
          return Drained.FAILED;
        }
        tell(completion, listener, counters);
      }
      postReceives(count);
    }
    return Drained.MORE;
  }

  private void tell(long completion, ImmediateListener listener, ResponderCounters counters) {
    if (completions.get(JAVA_INT, completion + Wc.OPCODE) != Value.IBV_WC_RECV_RDMA_WITH_IMM) {
      counters.increment(ResponderEvent.SENDS); // Nobody of ours sends; its receive held nothing.
      return;
    }
    counters.increment(ResponderEvent.IMMEDIATES);
    int immediate = Integer.reverseBytes(completions.get(JAVA_INT, completion + Wc.IMM_DATA));
    int length = completions.get(JAVA_INT, completion + Wc.BYTE_LEN);
    try {
      listener.onImmediate(queuePair.number(), immediate, length);
    } catch (RuntimeException e) {
      counters.increment(ResponderEvent.LISTENER_FAILURES);
    }
  }

  synchronized QueuePairState state() {
    if (closed) {
      return failed ? QueuePairState.ERROR : QueuePairState.RESET;
    }
    try {
      return queuePair.state();
    } catch (VerbsException e) {
      return QueuePairState.ERROR;
    }
  }

  /** The path MTU in bytes; 0 before it is connected. */
  synchronized int pathMtu() {
    return pathMtu;
  }

  /** Ends a queue pair that went to ERROR; it stays in the list as such. */
  synchronized void fail() {
    failed = true;
    close();
  }

  synchronized boolean isFailed() {
    return failed;
  }

  /** Ends the queue pair, and tells the peer where RDMA CM made it. */
  synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (cmId != 0) {
      try {
        cm.disconnect(cmId);
      } catch (VerbsException e) {
        // The peer went first, or the connection was never established.
      }
    }
    queuePair.destroy();
    releaseQueue();
    if (cmId != 0) {
      VerbsDevice.release("connection", () -> cm.destroyId(cmId));
      cmId = 0;
    }
  }

  private void releaseQueue() {
    VerbsDevice.release("completion queue", () -> device.verbs().destroyCq(completionQueue));
    arena.close();
  }
}
