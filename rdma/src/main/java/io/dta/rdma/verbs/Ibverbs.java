package io.dta.rdma.verbs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * libibverbs, loaded when it is first asked for. Pointers to its structures are {@code long}; the
 * functions are those of {@code <infiniband/verbs.h>}, and those that the header has inline are
 * called through the pointers in the device's context.
 */
final class Ibverbs {
  private static final FunctionDescriptor POST_RECV =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final FunctionDescriptor REQ_NOTIFY_CQ =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final FunctionDescriptor POLL_CQ =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG);
  private static final FunctionDescriptor POST_SEND = POST_RECV;

  private static final MethodHandle CALL_POST_RECV = Native.pointerFunction(POST_RECV);
  private static final MethodHandle CALL_POST_SEND = Native.pointerFunction(POST_SEND);
  private static final MethodHandle CALL_REQ_NOTIFY_CQ = Native.pointerFunction(REQ_NOTIFY_CQ);

  /** Reads memory and does not block, with every provider: the call need not leave Java. */
  private static final MethodHandle CALL_POLL_CQ =
      Native.pointerFunction(POLL_CQ, Linker.Option.critical(false));

  private static Ibverbs instance;

  private final SymbolLookup library;
  private final MethodHandle getDeviceList;
  private final MethodHandle freeDeviceList;
  private final MethodHandle getDeviceName;
  private final MethodHandle openDevice;
  private final MethodHandle closeDevice;
  private final MethodHandle queryDevice;
  private final MethodHandle queryPort;
  private final MethodHandle allocPd;
  private final MethodHandle deallocPd;
  private final MethodHandle regMr;
  private final MethodHandle deregMr;
  private final MethodHandle createCompChannel;
  private final MethodHandle destroyCompChannel;
  private final MethodHandle createCq;
  private final MethodHandle destroyCq;
  private final MethodHandle getCqEvent;
  private final MethodHandle ackCqEvents;
  private final MethodHandle createQp;
  private final MethodHandle modifyQp;
  private final MethodHandle queryQp;
  private final MethodHandle destroyQp;
  private final MethodHandle getAsyncEvent;
  private final MethodHandle ackAsyncEvent;
  private final MethodHandle eventTypeStr;
  private final MethodHandle wcStatusStr;

  private Ibverbs() throws VerbsException {
    library = Native.library("libibverbs.so.1", "libibverbs1 ibverbs-providers");
    getDeviceList = function("ibv_get_device_list", ADDRESS, ADDRESS);
    freeDeviceList = function("ibv_free_device_list", null, ADDRESS);
    getDeviceName = function("ibv_get_device_name", JAVA_LONG, JAVA_LONG);
    openDevice = function("ibv_open_device", JAVA_LONG, JAVA_LONG);
    closeDevice = function("ibv_close_device", JAVA_INT, JAVA_LONG);
    queryDevice = function("ibv_query_device", JAVA_INT, JAVA_LONG, ADDRESS);
    queryPort = function("ibv_query_port", JAVA_INT, JAVA_LONG, JAVA_BYTE, ADDRESS);
    allocPd = function("ibv_alloc_pd", JAVA_LONG, JAVA_LONG);
    deallocPd = function("ibv_dealloc_pd", JAVA_INT, JAVA_LONG);
    regMr = function("ibv_reg_mr", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
    deregMr = function("ibv_dereg_mr", JAVA_INT, JAVA_LONG);
    createCompChannel = function("ibv_create_comp_channel", JAVA_LONG, JAVA_LONG);
    destroyCompChannel = function("ibv_destroy_comp_channel", JAVA_INT, JAVA_LONG);
    createCq =
        function("ibv_create_cq", JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    destroyCq = function("ibv_destroy_cq", JAVA_INT, JAVA_LONG);
    getCqEvent = function("ibv_get_cq_event", JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS);
    ackCqEvents = function("ibv_ack_cq_events", null, JAVA_LONG, JAVA_INT);
    createQp = function("ibv_create_qp", JAVA_LONG, JAVA_LONG, ADDRESS);
    modifyQp = function("ibv_modify_qp", JAVA_INT, JAVA_LONG, ADDRESS, JAVA_INT);
    queryQp = function("ibv_query_qp", JAVA_INT, JAVA_LONG, ADDRESS, JAVA_INT, ADDRESS);
    destroyQp = function("ibv_destroy_qp", JAVA_INT, JAVA_LONG);
    getAsyncEvent = function("ibv_get_async_event", JAVA_INT, JAVA_LONG, ADDRESS);
    ackAsyncEvent = function("ibv_ack_async_event", null, ADDRESS);
    eventTypeStr = function("ibv_event_type_str", JAVA_LONG, JAVA_INT);
    wcStatusStr = function("ibv_wc_status_str", JAVA_LONG, JAVA_INT);
  }

  /**
   * The library.
   *
   * @throws VerbsException where it is not installed, with what to do
   */
  static synchronized Ibverbs get() throws VerbsException {
    if (instance == null) {
      instance = new Ibverbs();
    }
    return instance;
  }

  private MethodHandle function(String name, MemoryLayout result, MemoryLayout... parameters)
      throws VerbsException {
    return Native.function(library, name, result, parameters);
  }

  /**
   * Opens a device by name.
   *
   * @return its context; 0 where there is no such device
   */
  long openDevice(String name) throws VerbsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_INT);
      long list =
          Native.pointer(
              "ibv_get_device_list",
              e -> ((MemorySegment) getDeviceList.invokeExact(e, count)).address());
      try {
        for (int i = 0; i < count.get(JAVA_INT, 0); i++) {
          long device = Native.readLong(list, (long) i * Long.BYTES);
          if (name.equals(deviceName(device))) {
            return Native.pointer(
                "ibv_open_device " + name, e -> (long) openDevice.invokeExact(e, device));
          }
        }
        return 0;
      } finally {
        MemorySegment segment = MemorySegment.ofAddress(list);
        Native.zeroOrError("ibv_free_device_list", e -> invoke(freeDeviceList, e, segment));
      }
    }
  }

  private String deviceName(long device) throws VerbsException {
    return Native.readString(
        Native.pointer("ibv_get_device_name", e -> (long) getDeviceName.invokeExact(e, device)));
  }

  private static long invoke(MethodHandle handle, MemorySegment errno, MemorySegment argument)
      throws Throwable {
    handle.invokeExact(errno, argument);
    return 0;
  }

  void closeDevice(long context) throws VerbsException {
    Native.zeroOrError("ibv_close_device", e -> (int) closeDevice.invokeExact(e, context));
  }

  void queryDevice(long context, MemorySegment attributes) throws VerbsException {
    Native.zeroOrError(
        "ibv_query_device", e -> (int) queryDevice.invokeExact(e, context, attributes));
  }

  void queryPort(long context, int port, MemorySegment attributes) throws VerbsException {
    byte number = (byte) port;
    Native.zeroOrError(
        "ibv_query_port " + port, e -> (int) queryPort.invokeExact(e, context, number, attributes));
  }

  long allocPd(long context) throws VerbsException {
    return Native.pointer("ibv_alloc_pd", e -> (long) allocPd.invokeExact(e, context));
  }

  void deallocPd(long domain) throws VerbsException {
    Native.zeroOrError("ibv_dealloc_pd", e -> (int) deallocPd.invokeExact(e, domain));
  }

  long regMr(long domain, long address, long length, int access) throws VerbsException {
    return Native.pointer(
        "ibv_reg_mr", e -> (long) regMr.invokeExact(e, domain, address, length, access));
  }

  void deregMr(long region) throws VerbsException {
    Native.zeroOrError("ibv_dereg_mr", e -> (int) deregMr.invokeExact(e, region));
  }

  long createCompChannel(long context) throws VerbsException {
    return Native.pointer(
        "ibv_create_comp_channel", e -> (long) createCompChannel.invokeExact(e, context));
  }

  void destroyCompChannel(long channel) throws VerbsException {
    Native.zeroOrError(
        "ibv_destroy_comp_channel", e -> (int) destroyCompChannel.invokeExact(e, channel));
  }

  /**
   * @param identifier comes back with the queue's events
   * @param channel 0 for none
   */
  long createCq(long context, int entries, long identifier, long channel) throws VerbsException {
    return Native.pointer(
        "ibv_create_cq of %d entries".formatted(entries),
        e -> (long) createCq.invokeExact(e, context, entries, identifier, channel, 0));
  }

  void destroyCq(long queue) throws VerbsException {
    Native.zeroOrError("ibv_destroy_cq", e -> (int) destroyCq.invokeExact(e, queue));
  }

  /**
   * Takes an event of a channel and acknowledges it.
   *
   * @return the identifier of the queue it is of; -1 where there is none
   */
  long takeCqEvent(long channel) throws VerbsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment queue = arena.allocate(JAVA_LONG);
      MemorySegment identifier = arena.allocate(JAVA_LONG);
      if (!Native.isThere(
          "ibv_get_cq_event", e -> (int) getCqEvent.invokeExact(e, channel, queue, identifier))) {
        return -1;
      }
      long address = queue.get(JAVA_LONG, 0);
      Native.zeroOrError(
          "ibv_ack_cq_events",
          e -> {
            ackCqEvents.invokeExact(e, address, 1);
            return 0;
          });
      return identifier.get(JAVA_LONG, 0);
    }
  }

  long createQp(long domain, MemorySegment attributes) throws VerbsException {
    return Native.pointer("ibv_create_qp", e -> (long) createQp.invokeExact(e, domain, attributes));
  }

  void modifyQp(String what, long queuePair, MemorySegment attributes, int mask)
      throws VerbsException {
    Native.zeroOrError(
        "ibv_modify_qp to " + what,
        e -> (int) modifyQp.invokeExact(e, queuePair, attributes, mask));
  }

  void queryQp(long queuePair, MemorySegment attributes, int mask, MemorySegment initial)
      throws VerbsException {
    Native.zeroOrError(
        "ibv_query_qp", e -> (int) queryQp.invokeExact(e, queuePair, attributes, mask, initial));
  }

  void destroyQp(long queuePair) throws VerbsException {
    Native.zeroOrError("ibv_destroy_qp", e -> (int) destroyQp.invokeExact(e, queuePair));
  }

  /**
   * Takes an event of a device and acknowledges it.
   *
   * @param event where it goes
   * @return false where there is none
   */
  boolean takeAsyncEvent(long context, MemorySegment event) throws VerbsException {
    if (!Native.isThere(
        "ibv_get_async_event", e -> (int) getAsyncEvent.invokeExact(e, context, event))) {
      return false;
    }
    Native.zeroOrError("ibv_ack_async_event", e -> invoke(ackAsyncEvent, e, event));
    return true;
  }

  /** The library's words for an {@code ibv_event_type}. */
  String eventName(int type) throws VerbsException {
    return Native.readString(
        Native.pointer("ibv_event_type_str", e -> (long) eventTypeStr.invokeExact(e, type)));
  }

  /** The library's words for an {@code ibv_wc_status}. */
  String statusName(int status) throws VerbsException {
    return Native.readString(
        Native.pointer("ibv_wc_status_str", e -> (long) wcStatusStr.invokeExact(e, status)));
  }

  /** The function that a context has at an offset of its {@code ops}. */
  static MemorySegment operation(long context, int offset) {
    return MemorySegment.ofAddress(Native.readLong(context, VerbsLayout.Context.OPS + offset));
  }

  /**
   * {@code ibv_post_recv}.
   *
   * @param bad where the first work request that was not posted is left
   * @return 0, or an error number
   */
  static int postRecv(MemorySegment function, long queuePair, long requests, long bad) {
    try {
      return (int) CALL_POST_RECV.invokeExact(function, queuePair, requests, bad);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code ibv_post_send}; as {@link #postRecv}. */
  static int postSend(MemorySegment function, long queuePair, long requests, long bad) {
    try {
      return (int) CALL_POST_SEND.invokeExact(function, queuePair, requests, bad);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * {@code ibv_poll_cq}.
   *
   * @param completions where as many {@code ibv_wc} go
   * @return how many there were; negative where the queue cannot be read any more
   */
  static int pollCq(MemorySegment function, long queue, int most, long completions) {
    try {
      return (int) CALL_POLL_CQ.invokeExact(function, queue, most, completions);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code ibv_req_notify_cq}, for any completion. */
  static int reqNotifyCq(MemorySegment function, long queue) {
    try {
      return (int) CALL_REQ_NOTIFY_CQ.invokeExact(function, queue, 0);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
