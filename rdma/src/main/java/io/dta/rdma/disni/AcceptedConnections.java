package io.dta.rdma.disni;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvCompChannel;
import com.ibm.disni.verbs.IbvContext;
import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.IbvRecvWR;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaConnParam;
import com.ibm.disni.verbs.SVCPollCq;
import com.ibm.disni.verbs.SVCPostRecv;
import com.ibm.disni.verbs.SVCReqNotify;
import io.dta.rdma.ImmediateListener;
import io.dta.rdma.QueuePairState;
import io.dta.rdma.disni.DisniResponder.Connection;
import io.dta.rdma.provider.WorkCompletionStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * The queue pairs that were accepted, and their immediates.
 *
 * <p>All share one completion queue, as DiSNI does not say which one an event is of. Nothing
 * arrives there but receives: each queue pair has some without memory, one of which a WRITE with
 * immediate uses up (InfiniBand Architecture Specification 1.4, volume 1, section 10.7.3.1). A
 * receive that is flushed tells that its queue pair is in ERROR. While none arrives, the thread
 * sleeps.
 */
final class AcceptedConnections implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(AcceptedConnections.class.getName());

  /** The most queue pairs, a power of two. */
  static final int CAPACITY = 64;

  /**
   * Immediates of a queue pair that may arrive before one is taken: those beyond have the requester
   * wait for 0.7 s, as RDMA CM sets the RNR timer. All queue pairs' have room in a completion queue
   * of the kernel's driver, which ends at 32767.
   */
  private static final int RECEIVES = 256;

  private static final int BATCH = 32;

  /**
   * How often the requester tries again where there is no receive; 7 would be without end. The
   * other retry count is the requester's own.
   */
  private static final byte RECEIVER_NOT_READY_RETRIES = 6;

  /** {@code IBV_WC_RECV_RDMA_WITH_IMM} of {@code enum ibv_wc_opcode}. */
  private static final int WRITE_WITH_IMMEDIATE = 129;

  private final IbvPd protectionDomain;
  private final ImmediateListener listener;
  private final IbvCompChannel channel;
  private final IbvCQ queue;
  private final IbvWC[] completions = new IbvWC[BATCH];
  private final SVCPollCq pollCall;
  private final SVCReqNotify notifyCall;
  private final Accepted[] slots = new Accepted[CAPACITY];
  private final AtomicLong immediates = new AtomicLong();
  private long accepted;
  private long listenerFailures;
  private BooleanSupplier running = () -> false;
  private Thread thread;

  /** A queue pair, until it is removed; guarded by the monitor of what it is in. */
  private static final class Accepted {
    private final RdmaCmId id;

    /** The identifier of its receives: its number of order, and its slot. */
    private final long receiveId;

    private final int number;
    private final InetSocketAddress peer;
    private final SVCPostRecv receive;
    private QueuePairState state = QueuePairState.READY_TO_RECEIVE;

    private Accepted(
        RdmaCmId id, long receiveId, int number, InetSocketAddress peer, SVCPostRecv receive) {
      this.id = id;
      this.receiveId = receiveId;
      this.number = number;
      this.peer = peer;
      this.receive = receive;
    }

    private void release() {
      DisniMemory.release(id, RdmaCmId::disconnect);
      DisniMemory.release(id, RdmaCmId::destroyQP);
      DisniMemory.release(receive, SVCPostRecv::free);
      DisniMemory.release(id, RdmaCmId::destroyId);
    }
  }

  AcceptedConnections(IbvContext device, IbvPd protectionDomain, ImmediateListener listener)
      throws IOException {
    this.protectionDomain = protectionDomain;
    this.listener = listener;
    channel = device.createCompChannel();
    queue = device.createCQ(channel, CAPACITY * RECEIVES, 0);
    for (int i = 0; i < BATCH; i++) {
      completions[i] = new IbvWC();
    }
    pollCall = queue.poll(completions, BATCH);
    notifyCall = queue.reqNotification(false);
  }

  /** Begins to wait for immediates. */
  void start(BooleanSupplier whileTrue, int waitMs) {
    running = whileTrue;
    thread = Thread.ofPlatform().name("disni-immediates").daemon().start(() -> serve(waitMs));
  }

  boolean isRunning() {
    return thread.isAlive();
  }

  private void serve(int waitMs) {
    try {
      while (running.getAsBoolean()) {
        notifyCall.execute();
        drain(); // What came before the notification was asked for brings none.
        if (channel.getCqEvent(queue, waitMs)) {
          queue.ackEvents(1);
        }
      }
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.ERROR, "immediates are not received any more", e);
    }
  }

  private void drain() throws IOException {
    do {
      pollCall.execute();
      for (int i = 0; i < pollCall.getPolls(); i++) {
        take(completions[i]);
      }
    } while (pollCall.getPolls() > 0);
  }

  private void take(IbvWC completion) {
    int number;
    synchronized (this) {
      Accepted connection = slots[(int) completion.getWr_id() & (CAPACITY - 1)];
      if (connection == null || connection.receiveId != completion.getWr_id()) {
        return; // Of a queue pair that is gone.
      }
      if (completion.getStatus() != WorkCompletionStatus.SUCCESS) {
        connection.state = QueuePairState.ERROR;
        return;
      }
      try {
        connection.receive.execute();
      } catch (IOException e) {
        connection.state = QueuePairState.ERROR; // It takes no receives any more.
      }
      number = connection.number;
    }
    if (completion.getOpcode() == WRITE_WITH_IMMEDIATE) {
      immediates.incrementAndGet();
      tell(number, completion);
    }
  }

  private void tell(int number, IbvWC completion) {
    try {
      listener.onImmediate(
          number, Integer.reverseBytes(completion.getImm_data()), completion.getByte_len());
    } catch (RuntimeException e) {
      if (listenerFailures++ == 0) {
        LOGGER.log(System.Logger.Level.ERROR, "a listener failed at an immediate", e);
      }
    }
  }

  /** Makes the queue pair that a requester asked for. */
  synchronized void accept(RdmaCmId id) throws IOException {
    int slot = freeSlot();
    long receiveId = accepted << Integer.numberOfTrailingZeros(CAPACITY) | slot;
    IbvQPInitAttr attributes = new IbvQPInitAttr();
    attributes.setQp_type(IbvQP.IBV_QPT_RC);
    attributes.setSend_cq(queue);
    attributes.setRecv_cq(queue);
    attributes.cap().setMax_send_wr(1);
    attributes.cap().setMax_recv_wr(RECEIVES);
    IbvQP queuePair = id.createQP(protectionDomain, attributes);
    SVCPostRecv receive = null;
    try {
      queuePair.postRecv(receives(receiveId, RECEIVES), null).execute().free();
      receive = queuePair.postRecv(receives(receiveId, 1), null);
      RdmaConnParam parameters = new RdmaConnParam();
      parameters.setRnr_retry_count(RECEIVER_NOT_READY_RETRIES);
      id.accept(parameters);
      slots[slot] =
          new Accepted(
              id,
              receiveId,
              queuePair.getQp_num(),
              (InetSocketAddress) id.getDestination(),
              receive);
      accepted++;
    } catch (IOException | RuntimeException e) {
      DisniMemory.release(receive, SVCPostRecv::free);
      DisniMemory.release(id, RdmaCmId::destroyQP);
      throw e;
    }
  }

  private static List<IbvRecvWR> receives(long id, int count) {
    List<IbvRecvWR> receives = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      IbvRecvWR receive = new IbvRecvWR();
      receive.setWr_id(id);
      receive.setNum_sge(0);
      receives.add(receive);
    }
    return receives;
  }

  /** A slot for one more; a queue pair in ERROR makes way for it. */
  private int freeSlot() throws IOException {
    int inError = -1;
    for (int i = 0; i < CAPACITY; i++) {
      if (slots[i] == null) {
        return i;
      }
      if (slots[i].state == QueuePairState.ERROR) {
        inError = i;
      }
    }
    if (inError < 0) {
      throw new IOException(
          "there are %d queue pairs, which is the most: end some with DELETE /v1/queue-pairs/NUMBER"
              .formatted(CAPACITY));
    }
    free(inError);
    return inError;
  }

  /** Ends the connection of an identifier, if there is one. */
  synchronized void remove(RdmaCmId id) {
    for (int i = 0; i < CAPACITY; i++) {
      if (slots[i] != null && slots[i].id.equals(id)) {
        free(i);
        return;
      }
    }
  }

  synchronized boolean disconnect(int queuePairNumber) {
    for (int i = 0; i < CAPACITY; i++) {
      if (slots[i] != null && slots[i].number == queuePairNumber) {
        free(i);
        return true;
      }
    }
    return false;
  }

  private void free(int slot) {
    slots[slot].release();
    slots[slot] = null;
  }

  synchronized List<Connection> list() {
    return Arrays.stream(slots)
        .filter(Objects::nonNull)
        .sorted(Comparator.comparingLong(connection -> connection.receiveId))
        .map(connection -> new Connection(connection.number, connection.state, connection.peer))
        .toList();
  }

  long immediates() {
    return immediates.get();
  }

  /** Ends all connections, once {@code whileTrue} is not; waits for the thread. */
  @Override
  public void close() {
    DisniResponder.join(thread);
    synchronized (this) {
      for (int i = 0; i < CAPACITY; i++) {
        if (slots[i] != null) {
          free(i);
        }
      }
    }
    DisniMemory.release(queue, IbvCQ::destroyCQ);
    DisniMemory.release(channel, IbvCompChannel::destroyCompChannel);
    DisniMemory.release(pollCall, SVCPollCq::free);
    DisniMemory.release(notifyCall, SVCReqNotify::free);
  }
}
