package io.dta.rdma.verbs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.dta.rdma.verbs.VerbsLayout.ConnParam;
import io.dta.rdma.verbs.VerbsLayout.EventChannel;
import io.dta.rdma.verbs.VerbsLayout.Value;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;

/** One connection of RDMA CM, from the side that asks for it; no call blocks. */
final class CmConnection implements AutoCloseable {
  private static final byte RETRIES = 7;

  private final Rdmacm cm;
  private final long channel;
  private final long id;
  private boolean connected = true;

  /** Makes an identifier, not bound to anything yet. */
  CmConnection() throws VerbsException {
    cm = Rdmacm.get();
    channel = cm.createEventChannel();
    try {
      Native.makeNonBlocking(Native.readInt(channel, EventChannel.FD));
      id = cm.createId(channel);
    } catch (VerbsException e) {
      VerbsDevice.release("event channel", () -> cm.destroyEventChannel(channel));
      throw e;
    }
  }

  Rdmacm library() {
    return cm;
  }

  long id() {
    return id;
  }

  /** Begins to resolve the peer's address, from one of ours. */
  void resolve(InetAddress local, InetAddress peer, int port, int timeoutMillis)
      throws VerbsException {
    try (Arena arena = Arena.ofConfined()) {
      cm.resolveAddr(
          id,
          SocketAddresses.of(arena, local, 0),
          SocketAddresses.of(arena, peer, port),
          timeoutMillis);
    }
  }

  void resolveRoute(int timeoutMillis) throws VerbsException {
    cm.resolveRoute(id, timeoutMillis);
  }

  /**
   * Sends REQ.
   *
   * @param number of our queue pair
   * @param atomics how many we would like to have outstanding
   */
  void request(int number, int atomics) throws VerbsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment parameters = arena.allocate(ConnParam.SIZE, Long.BYTES);
      parameters.set(JAVA_BYTE, ConnParam.INITIATOR_DEPTH, (byte) atomics);
      parameters.set(JAVA_BYTE, ConnParam.FLOW_CONTROL, (byte) 1);
      parameters.set(JAVA_BYTE, ConnParam.RETRY_COUNT, RETRIES);
      parameters.set(JAVA_BYTE, ConnParam.RNR_RETRY_COUNT, NativeQueuePair.RNR_RETRIES);
      parameters.set(JAVA_INT, ConnParam.QP_NUM, number);
      cm.connect(id, parameters);
    }
  }

  /** Sends RTU. */
  void establish() throws VerbsException {
    cm.establish(id);
  }

  /** Takes an event; null where there is none. */
  Rdmacm.Event takeEvent() throws VerbsException {
    return cm.takeEvent(channel);
  }

  /** Whether the peer has not said otherwise. */
  boolean isConnected() {
    try {
      Rdmacm.Event event = connected ? takeEvent() : null;
      connected &= event == null || event.type() == Value.RDMA_CM_EVENT_ESTABLISHED;
    } catch (VerbsException e) {
      connected = false;
    }
    return connected;
  }

  /** Sends DREQ, or DREP where the peer was first. */
  void disconnect() {
    try {
      cm.disconnect(id);
    } catch (VerbsException e) {
      // It never was connected, or the device has gone.
    }
  }

  /** After its queue pair. */
  @Override
  public void close() {
    VerbsDevice.release("connection", () -> cm.destroyId(id));
    VerbsDevice.release("event channel", () -> cm.destroyEventChannel(channel));
  }
}
