package io.dta.rdma.verbs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.dta.rdma.verbs.VerbsLayout.Value;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/** librdmacm, loaded when it is first asked for; the functions of {@code <rdma/rdma_cma.h>}. */
final class Rdmacm {
  private static Rdmacm instance;

  private final SymbolLookup library;
  private final MethodHandle createEventChannel;
  private final MethodHandle destroyEventChannel;
  private final MethodHandle createId;
  private final MethodHandle destroyId;
  private final MethodHandle bindAddr;
  private final MethodHandle resolveAddr;
  private final MethodHandle resolveRoute;
  private final MethodHandle connect;
  private final MethodHandle establish;
  private final MethodHandle listen;
  private final MethodHandle accept;
  private final MethodHandle reject;
  private final MethodHandle notifyEvent;
  private final MethodHandle disconnect;
  private final MethodHandle getCmEvent;
  private final MethodHandle ackCmEvent;
  private final MethodHandle getSrcPort;
  private final MethodHandle initQpAttr;

  private Rdmacm() throws VerbsException {
    library = Native.library("librdmacm.so.1", "librdmacm1");
    createEventChannel = function("rdma_create_event_channel", JAVA_LONG);
    destroyEventChannel = function("rdma_destroy_event_channel", null, JAVA_LONG);
    createId = function("rdma_create_id", JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT);
    destroyId = function("rdma_destroy_id", JAVA_INT, JAVA_LONG);
    bindAddr = function("rdma_bind_addr", JAVA_INT, JAVA_LONG, ADDRESS);
    resolveAddr = function("rdma_resolve_addr", JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS, JAVA_INT);
    resolveRoute = function("rdma_resolve_route", JAVA_INT, JAVA_LONG, JAVA_INT);
    connect = function("rdma_connect", JAVA_INT, JAVA_LONG, ADDRESS);
    establish = function("rdma_establish", JAVA_INT, JAVA_LONG);
    listen = function("rdma_listen", JAVA_INT, JAVA_LONG, JAVA_INT);
    accept = function("rdma_accept", JAVA_INT, JAVA_LONG, ADDRESS);
    reject = function("rdma_reject", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_BYTE);
    notifyEvent = function("rdma_notify", JAVA_INT, JAVA_LONG, JAVA_INT);
    disconnect = function("rdma_disconnect", JAVA_INT, JAVA_LONG);
    getCmEvent = function("rdma_get_cm_event", JAVA_INT, JAVA_LONG, ADDRESS);
    ackCmEvent = function("rdma_ack_cm_event", JAVA_INT, JAVA_LONG);
    getSrcPort = function("rdma_get_src_port", JAVA_SHORT, JAVA_LONG);
    initQpAttr = function("rdma_init_qp_attr", JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS);
  }

  /**
   * The library.
   *
   * @throws VerbsException where it is not installed, with what to do
   */
  static synchronized Rdmacm get() throws VerbsException {
    if (instance == null) {
      instance = new Rdmacm();
    }
    return instance;
  }

  private MethodHandle function(String name, MemoryLayout result, MemoryLayout... parameters)
      throws VerbsException {
    return Native.function(library, name, result, parameters);
  }

  long createEventChannel() throws VerbsException {
    try {
      return Native.pointer(
          "rdma_create_event_channel", e -> (long) createEventChannel.invokeExact(e));
    } catch (VerbsException e) {
      throw new VerbsException(
          "RDMA CM is not to be had, %s: modprobe rdma_ucm, and let the user read and write /dev/infiniband/rdma_cm"
              .formatted(e.getMessage()),
          e);
    }
  }

  void destroyEventChannel(long channel) throws VerbsException {
    Native.zeroOrError(
        "rdma_destroy_event_channel",
        e -> {
          destroyEventChannel.invokeExact(e, channel);
          return 0;
        });
  }

  /** Makes an identifier of port space TCP. */
  long createId(long channel) throws VerbsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment id = arena.allocate(JAVA_LONG);
      Native.notMinusOne(
          "rdma_create_id", e -> (int) createId.invokeExact(e, channel, id, 0L, Value.RDMA_PS_TCP));
      return id.get(JAVA_LONG, 0);
    }
  }

  void destroyId(long id) throws VerbsException {
    Native.notMinusOne("rdma_destroy_id", e -> (int) destroyId.invokeExact(e, id));
  }

  void bindAddr(long id, MemorySegment address) throws VerbsException {
    Native.notMinusOne("rdma_bind_addr", e -> (int) bindAddr.invokeExact(e, id, address));
  }

  void resolveAddr(long id, MemorySegment source, MemorySegment destination, int timeoutMillis)
      throws VerbsException {
    Native.notMinusOne(
        "rdma_resolve_addr",
        e -> (int) resolveAddr.invokeExact(e, id, source, destination, timeoutMillis));
  }

  void resolveRoute(long id, int timeoutMillis) throws VerbsException {
    Native.notMinusOne(
        "rdma_resolve_route", e -> (int) resolveRoute.invokeExact(e, id, timeoutMillis));
  }

  void connect(long id, MemorySegment parameters) throws VerbsException {
    Native.notMinusOne("rdma_connect", e -> (int) connect.invokeExact(e, id, parameters));
  }

  void establish(long id) throws VerbsException {
    Native.notMinusOne("rdma_establish", e -> (int) establish.invokeExact(e, id));
  }

  void listen(long id, int backlog) throws VerbsException {
    Native.notMinusOne("rdma_listen", e -> (int) listen.invokeExact(e, id, backlog));
  }

  void accept(long id, MemorySegment parameters) throws VerbsException {
    Native.notMinusOne("rdma_accept", e -> (int) accept.invokeExact(e, id, parameters));
  }

  void reject(long id) throws VerbsException {
    Native.notMinusOne("rdma_reject", e -> (int) reject.invokeExact(e, id, 0L, (byte) 0));
  }

  void notifyEvent(long id, int event) throws VerbsException {
    Native.notMinusOne("rdma_notify", e -> (int) notifyEvent.invokeExact(e, id, event));
  }

  void disconnect(long id) throws VerbsException {
    Native.notMinusOne("rdma_disconnect", e -> (int) disconnect.invokeExact(e, id));
  }

  /**
   * An event of RDMA CM.
   *
   * @param id the identifier it is of
   * @param type {@code rdma_cm_event_type}
   * @param status 0, a negative error number, or the reason of a rejection
   * @param responderResources atomics and READs that the peer asks to have outstanding here
   * @param initiatorDepth what it takes itself
   * @param queuePairNumber the peer's
   */
  record Event(
      long id,
      int type,
      int status,
      int responderResources,
      int initiatorDepth,
      int queuePairNumber) {}

  /**
   * Takes an event of a channel that does not block, and acknowledges it.
   *
   * @return null where there is none
   */
  Event takeEvent(long channel) throws VerbsException {
    long address;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pointer = arena.allocate(JAVA_LONG);
      if (!Native.isThere(
          "rdma_get_cm_event", e -> (int) getCmEvent.invokeExact(e, channel, pointer))) {
        return null;
      }
      address = pointer.get(JAVA_LONG, 0);
    }
    MemorySegment memory = Native.at(address, VerbsLayout.CmEvent.SIZE);
    int connection = VerbsLayout.CmEvent.PARAM_CONN;
    Event event =
        new Event(
            memory.get(JAVA_LONG, VerbsLayout.CmEvent.ID),
            memory.get(JAVA_INT, VerbsLayout.CmEvent.EVENT),
            memory.get(JAVA_INT, VerbsLayout.CmEvent.STATUS),
            memory.get(JAVA_BYTE, connection + VerbsLayout.ConnParam.RESPONDER_RESOURCES) & 0xFF,
            memory.get(JAVA_BYTE, connection + VerbsLayout.ConnParam.INITIATOR_DEPTH) & 0xFF,
            memory.get(JAVA_INT, connection + VerbsLayout.ConnParam.QP_NUM));
    Native.notMinusOne("rdma_ack_cm_event", e -> (int) ackCmEvent.invokeExact(e, address));
    return event;
  }

  /** The port that an identifier is bound to. */
  int sourcePort(long id) throws VerbsException {
    return (int)
        Native.notMinusOne(
            "rdma_get_src_port",
            e -> Short.toUnsignedInt(Short.reverseBytes((short) getSrcPort.invokeExact(e, id))));
  }

  /**
   * What the connection says of a queue pair's next state.
   *
   * @param attributes {@code ibv_qp_attr} with {@code qp_state} set
   * @return the mask for {@code ibv_modify_qp}
   */
  int initQpAttr(long id, MemorySegment attributes) throws VerbsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(JAVA_INT);
      Native.notMinusOne(
          "rdma_init_qp_attr", e -> (int) initQpAttr.invokeExact(e, id, attributes, mask));
      return mask.get(JAVA_INT, 0);
    }
  }
}
