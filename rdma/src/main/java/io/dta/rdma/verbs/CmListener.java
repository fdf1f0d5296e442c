package io.dta.rdma.verbs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.dta.rdma.verbs.VerbsLayout.CmId;
import io.dta.rdma.verbs.VerbsLayout.ConnParam;
import io.dta.rdma.verbs.VerbsLayout.EventChannel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Where RDMA CM listens (InfiniBand Architecture Specification 1.4, volume 1, chapter 12 and annex
 * A11).
 */
final class CmListener implements AutoCloseable {
  private static final int BACKLOG = 64;

  private final Rdmacm cm;
  private final long channel;
  private final long id;
  private final int port;

  /**
   * Listens.
   *
   * @param port 0 lets the system choose
   * @throws VerbsException where RDMA CM, or the port, is not to be had
   */
  CmListener(InetAddress address, int port) throws VerbsException {
    cm = Rdmacm.get();
    channel = cm.createEventChannel();
    long made = 0;
    try (Arena arena = Arena.ofConfined()) {
      made = cm.createId(channel);
      cm.bindAddr(made, SocketAddresses.of(arena, address, port));
      cm.listen(made, BACKLOG);
      this.id = made;
      this.port = cm.sourcePort(made);
    } catch (VerbsException e) {
      close(made);
      throw new VerbsException(
          "RDMA CM cannot listen at %s port %d, %s"
              .formatted(address.getHostAddress(), port, e.getMessage()),
          e);
    }
  }

  Rdmacm library() {
    return cm;
  }

  /** Where it listens. */
  int port() {
    return port;
  }

  int fileDescriptor() {
    return Native.readInt(channel, EventChannel.FD);
  }

  /** Takes an event; null where there is none. */
  Rdmacm.Event takeEvent() throws VerbsException {
    return cm.takeEvent(channel);
  }

  /** The requester's address; null where it is none of IP. */
  InetAddress peer(long request) {
    InetSocketAddress address =
        SocketAddresses.read(Native.at(request + CmId.ROUTE_ADDR_DST_ADDR, SocketAddresses.LENGTH));
    return address == null ? null : address.getAddress();
  }

  /**
   * Sends REP.
   *
   * @param number of our queue pair
   * @param atomics how many the requester may have outstanding
   */
  void accept(long request, int number, int atomics) throws VerbsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment parameters = arena.allocate(ConnParam.SIZE, Long.BYTES);
      parameters.set(JAVA_BYTE, ConnParam.RESPONDER_RESOURCES, (byte) atomics);
      parameters.set(JAVA_BYTE, ConnParam.FLOW_CONTROL, (byte) 1);
      parameters.set(JAVA_BYTE, ConnParam.RNR_RETRY_COUNT, NativeQueuePair.RNR_RETRIES);
      parameters.set(JAVA_INT, ConnParam.QP_NUM, number);
      cm.accept(request, parameters);
    }
  }

  /** Sends REJ and forgets the request. */
  void reject(long request) {
    VerbsDevice.release("rejected request", () -> cm.reject(request));
    VerbsDevice.release("rejected request", () -> cm.destroyId(request));
  }

  private void close(long listener) {
    if (listener != 0) {
      VerbsDevice.release("listener", () -> cm.destroyId(listener));
    }
    VerbsDevice.release("event channel", () -> cm.destroyEventChannel(channel));
  }

  /** After all connections that were accepted here. */
  @Override
  public void close() {
    close(id);
  }
}
