package io.dta.rdma.verbs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.dta.rdma.QueuePairState;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.verbs.VerbsLayout.Qp;
import io.dta.rdma.verbs.VerbsLayout.QpAttr;
import io.dta.rdma.verbs.VerbsLayout.QpInitAttr;
import io.dta.rdma.verbs.VerbsLayout.Value;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;

/**
 * A queue pair of a device and its states (InfiniBand Architecture Specification 1.4, volume 1,
 * section 10.3.1); either end. By hand, the peer's address, number and first PSN take it from state
 * to state; with RDMA CM, the connection's identifier does.
 */
final class NativeQueuePair {
  static final int REMOTE_ACCESS =
      Value.IBV_ACCESS_REMOTE_WRITE | Value.IBV_ACCESS_REMOTE_READ | Value.IBV_ACCESS_REMOTE_ATOMIC;

  /**
   * 10.24 ms (section 9.7.5.2.8, table 45): a receive comes back as soon as its immediate was told,
   * and requesters that try as often as {@link #RNR_RETRIES} survive a pause of the JVM of 60 ms.
   */
  private static final byte RNR_TIMER = 20;

  /** 4.096 µs × 2^14 = 67 ms without an answer, then again (section 9.7.6.1.3). */
  private static final byte TIMEOUT = 14;

  private static final byte RETRIES = 7;

  /**
   * The most that ends: 7 is without end (section 9.7.5.2.8), and a peer that never has receives
   * should not hold a queue pair for ever.
   */
  static final byte RNR_RETRIES = 6;

  private static final byte HOP_LIMIT = 64;

  private final VerbsDevice device;
  private final Ibverbs verbs;
  private final TransportService service;
  private final long address;
  private final int number;
  private final int maxInline;

  /**
   * @param sendQueue the completion queue of sends
   * @param receiveQueue that of receives
   * @param sends how many work requests the send queue takes
   * @param receives how many the receive queue takes
   * @param inline how many bytes a work request should be able to carry itself
   */
  NativeQueuePair(
      VerbsDevice device,
      TransportService service,
      long sendQueue,
      long receiveQueue,
      int sends,
      int receives,
      int inline)
      throws VerbsException {
    this.device = device;
    this.verbs = device.verbs();
    this.service = service;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(QpInitAttr.SIZE, Long.BYTES);
      attributes.set(JAVA_LONG, QpInitAttr.SEND_CQ, sendQueue);
      attributes.set(JAVA_LONG, QpInitAttr.RECV_CQ, receiveQueue);
      attributes.set(JAVA_INT, QpInitAttr.CAP_MAX_SEND_WR, sends);
      attributes.set(JAVA_INT, QpInitAttr.CAP_MAX_RECV_WR, receives);
      attributes.set(JAVA_INT, QpInitAttr.CAP_MAX_SEND_SGE, 1);
      attributes.set(JAVA_INT, QpInitAttr.CAP_MAX_RECV_SGE, 1);
      attributes.set(JAVA_INT, QpInitAttr.CAP_MAX_INLINE_DATA, inline);
      attributes.set(
          JAVA_INT,
          QpInitAttr.QP_TYPE,
          service == TransportService.RC ? Value.IBV_QPT_RC : Value.IBV_QPT_UC);
      this.address = verbs.createQp(device.protectionDomain(), attributes);
      this.maxInline = attributes.get(JAVA_INT, QpInitAttr.CAP_MAX_INLINE_DATA);
    }
    this.number = Native.readInt(address, Qp.QP_NUM);
  }

  long address() {
    return address;
  }

  int number() {
    return number;
  }

  /** How many bytes a work request can carry itself. */
  int maxInline() {
    return maxInline;
  }

  /** RESET to INIT: receives may be posted. */
  void init(int access) throws VerbsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = attributes(arena, Value.IBV_QPS_INIT);
      attributes.set(JAVA_INT, QpAttr.QP_ACCESS_FLAGS, allowed(access));
      attributes.set(JAVA_BYTE, QpAttr.PORT_NUM, (byte) device.port().number());
      verbs.modifyQp(
          "INIT",
          address,
          attributes,
          Value.IBV_QP_STATE
              | Value.IBV_QP_PKEY_INDEX
              | Value.IBV_QP_PORT
              | Value.IBV_QP_ACCESS_FLAGS);
    }
  }

  /** UC carries WRITEs alone. */
  private int allowed(int access) {
    return service == TransportService.RC ? access : access & Value.IBV_ACCESS_REMOTE_WRITE;
  }

  /**
   * INIT to RTR: requests are carried out.
   *
   * @param peer its IP address
   * @param peerNumber its queue pair
   * @param psn of its first request
   * @param pathMtu in bytes
   * @param atomics how many it may have outstanding here; RC alone
   */
  void readyToReceive(InetAddress peer, int peerNumber, int psn, int pathMtu, int atomics)
      throws VerbsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = attributes(arena, Value.IBV_QPS_RTR);
      attributes.set(JAVA_INT, QpAttr.PATH_MTU, pathMtuCode(pathMtu));
      attributes.set(JAVA_INT, QpAttr.DEST_QP_NUM, peerNumber);
      attributes.set(JAVA_INT, QpAttr.RQ_PSN, psn);
      attributes.set(JAVA_BYTE, QpAttr.MAX_DEST_RD_ATOMIC, (byte) atomics);
      attributes.set(JAVA_BYTE, QpAttr.MIN_RNR_TIMER, RNR_TIMER);
      byte[] gid = SocketAddresses.gid(peer);
      MemorySegment.copy(gid, 0, attributes, JAVA_BYTE, QpAttr.AH_ATTR_GRH_DGID, gid.length);
      attributes.set(JAVA_BYTE, QpAttr.AH_ATTR_GRH_SGID_INDEX, (byte) device.gid().index());
      attributes.set(JAVA_BYTE, QpAttr.AH_ATTR_GRH_HOP_LIMIT, HOP_LIMIT);
      attributes.set(JAVA_BYTE, QpAttr.AH_ATTR_IS_GLOBAL, (byte) 1);
      attributes.set(JAVA_BYTE, QpAttr.AH_ATTR_PORT_NUM, (byte) device.port().number());
      int mask =
          Value.IBV_QP_STATE
              | Value.IBV_QP_AV
              | Value.IBV_QP_PATH_MTU
              | Value.IBV_QP_DEST_QPN
              | Value.IBV_QP_RQ_PSN;
      if (service == TransportService.RC) {
        mask |= Value.IBV_QP_MAX_DEST_RD_ATOMIC | Value.IBV_QP_MIN_RNR_TIMER;
      }
      verbs.modifyQp("RTR", address, attributes, mask);
    }
  }

  /**
   * RTR to RTS: requests are sent.
   *
   * @param psn of the first
   * @param atomics how many may be outstanding at the peer; RC alone
   */
  void readyToSend(int psn, int atomics) throws VerbsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = attributes(arena, Value.IBV_QPS_RTS);
      attributes.set(JAVA_INT, QpAttr.SQ_PSN, psn);
      int mask = Value.IBV_QP_STATE | Value.IBV_QP_SQ_PSN;
      if (service == TransportService.RC) {
        attributes.set(JAVA_BYTE, QpAttr.MAX_RD_ATOMIC, (byte) atomics);
        attributes.set(JAVA_BYTE, QpAttr.TIMEOUT, TIMEOUT);
        attributes.set(JAVA_BYTE, QpAttr.RETRY_CNT, RETRIES);
        attributes.set(JAVA_BYTE, QpAttr.RNR_RETRY, RNR_RETRIES);
        mask |=
            Value.IBV_QP_MAX_QP_RD_ATOMIC
                | Value.IBV_QP_TIMEOUT
                | Value.IBV_QP_RETRY_CNT
                | Value.IBV_QP_RNR_RETRY;
      }
      verbs.modifyQp("RTS", address, attributes, mask);
    }
  }

  /** RESET to INIT as a connection of RDMA CM says, with our access flags. */
  void init(Rdmacm cm, long id, int access) throws VerbsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = attributes(arena, Value.IBV_QPS_INIT);
      int mask = cm.initQpAttr(id, attributes);
      attributes.set(JAVA_INT, QpAttr.QP_ACCESS_FLAGS, access);
      verbs.modifyQp("INIT", address, attributes, mask | Value.IBV_QP_ACCESS_FLAGS);
    }
  }

  /**
   * INIT to RTR and on to RTS as a connection of RDMA CM says, but for what both ends choose by
   * themselves.
   *
   * @param atomics how many atomics the peer may have outstanding here
   * @return the path MTU in bytes
   */
  int ready(Rdmacm cm, long id, int atomics) throws VerbsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment receive = attributes(arena, Value.IBV_QPS_RTR);
      int mask = cm.initQpAttr(id, receive);
      receive.set(JAVA_BYTE, QpAttr.MAX_DEST_RD_ATOMIC, (byte) atomics);
      receive.set(JAVA_BYTE, QpAttr.MIN_RNR_TIMER, RNR_TIMER);
      verbs.modifyQp("RTR", address, receive, mask);
      MemorySegment send = attributes(arena, Value.IBV_QPS_RTS);
      mask = cm.initQpAttr(id, send);
      send.set(JAVA_BYTE, QpAttr.TIMEOUT, TIMEOUT);
      send.set(JAVA_BYTE, QpAttr.RETRY_CNT, RETRIES);
      send.set(JAVA_BYTE, QpAttr.RNR_RETRY, RNR_RETRIES);
      verbs.modifyQp("RTS", address, send, mask);
      return 128 << receive.get(JAVA_INT, QpAttr.PATH_MTU);
    }
  }

  /** To ERR: what is outstanding completes as flushed. */
  void fail() throws VerbsException {
    try (Arena arena = Arena.ofConfined()) {
      verbs.modifyQp("ERR", address, attributes(arena, Value.IBV_QPS_ERR), Value.IBV_QP_STATE);
    }
  }

  QueuePairState state() throws VerbsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(QpAttr.SIZE, Long.BYTES);
      verbs.queryQp(
          address, attributes, Value.IBV_QP_STATE, arena.allocate(QpInitAttr.SIZE, Long.BYTES));
      return switch (attributes.get(JAVA_INT, QpAttr.QP_STATE)) {
        case Value.IBV_QPS_RESET -> QueuePairState.RESET;
        case Value.IBV_QPS_INIT -> QueuePairState.INIT;
        case Value.IBV_QPS_RTR -> QueuePairState.READY_TO_RECEIVE;
        case Value.IBV_QPS_RTS -> QueuePairState.READY_TO_SEND;
        default -> QueuePairState.ERROR;
      };
    }
  }

  /** The PSN of the next request that is carried out, as far as the device's driver tells it. */
  int expectedPsn() throws VerbsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(QpAttr.SIZE, Long.BYTES);
      verbs.queryQp(
          address, attributes, Value.IBV_QP_RQ_PSN, arena.allocate(QpInitAttr.SIZE, Long.BYTES));
      return attributes.get(JAVA_INT, QpAttr.RQ_PSN);
    }
  }

  void destroy() {
    VerbsDevice.release("queue pair", () -> verbs.destroyQp(address));
  }

  private static MemorySegment attributes(Arena arena, int state) {
    MemorySegment attributes = arena.allocate(QpAttr.SIZE, Long.BYTES);
    attributes.set(JAVA_INT, QpAttr.QP_STATE, state);
    return attributes;
  }

  /** {@code enum ibv_mtu}: 1 is 256 bytes, 5 is 4096. */
  private static int pathMtuCode(int bytes) {
    return Integer.numberOfTrailingZeros(bytes) - 7;
  }
}
