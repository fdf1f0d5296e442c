package io.dta.rdma.udp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * A UDP socket by the C library's calls, with the values that Linux gives their constants on x86-64
 * and AArch64. The calls on the way of datagrams allocate nothing.
 */
@SuppressWarnings("restricted") // Native calls are what this class is for.
final class LinuxSocket implements AutoCloseable {
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;

  static final int SOL_IP = 0;
  static final int SOL_SOCKET = 1;
  static final int SOL_UDP = 17;
  static final int SOL_IPV6 = 41;

  static final int SO_SNDBUF = 7;
  static final int SO_RCVBUF = 8;
  static final int SO_SNDBUFFORCE = 32;
  static final int SO_RCVBUFFORCE = 33;
  static final int IP_TOS = 1;
  static final int IP_MTU_DISCOVER = 10;
  static final int IP_RECVTOS = 13;
  static final int IPV6_MTU_DISCOVER = 23;
  static final int IPV6_V6ONLY = 26;
  static final int IPV6_RECVTCLASS = 66;
  static final int IPV6_TCLASS = 67;
  static final int UDP_SEGMENT = 103;
  static final int UDP_GRO = 104;

  static final int EINTR = 4;
  static final int EIO = 5;
  static final int EAGAIN = 11;
  static final int EINVAL = 22;
  static final int EMSGSIZE = 90;
  static final int ENOBUFS = 105;

  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_NONBLOCK = 0x800;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_DONTWAIT = 0x40;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle BIND = call("bind", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle GETSOCKNAME = call("getsockname", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle SETSOCKOPT =
      call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SENDMMSG =
      call("sendmmsg", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
  private static final MethodHandle RECVMMSG =
      call("recvmmsg", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle CLOSE = call("close", JAVA_INT);
  private static final MethodHandle STRERROR =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("strerror"),
              FunctionDescriptor.of(ADDRESS, JAVA_INT));

  private final MemorySegment state = Arena.ofAuto().allocate(STATE);
  private final int descriptor;
  private boolean closed;

  /**
   * Opens a non-blocking socket.
   *
   * @param family {@link #AF_INET} or {@link #AF_INET6}
   */
  LinuxSocket(int family) throws IOException {
    int type = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    try {
      descriptor = (int) SOCKET.invokeExact(state, family, type, 0);
    } catch (Throwable e) {
      throw impossible("socket", e);
    }
    check("socket", descriptor);
  }

  private static MethodHandle call(String name, MemoryLayout... parameters) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(JAVA_INT, parameters),
        Linker.Option.captureCallState("errno"));
  }

  private static IllegalStateException impossible(String call, Throwable e) {
    return new IllegalStateException(call + " could not be called", e);
  }

  private void check(String call, int result) throws IOException {
    if (result < 0) {
      throw new IOException(call + ": " + describe((int) ERRNO.get(state, 0L)));
    }
  }

  private static String describe(int errno) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
      return text.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw impossible("strerror", e);
    }
  }

  /** Sets an option; where the system does not have it, throws. */
  void require(String name, int level, int option, int value) throws IOException {
    check("setsockopt " + name, setsockopt(level, option, value));
  }

  /**
   * Sets an option.
   *
   * @return false where the system refuses it
   */
  boolean set(int level, int option, int value) {
    return setsockopt(level, option, value) == 0;
  }

  private int setsockopt(int level, int option, int value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pointer = arena.allocateFrom(JAVA_INT, value);
      return (int) SETSOCKOPT.invokeExact(state, descriptor, level, option, pointer, Integer.BYTES);
    } catch (Throwable e) {
      throw impossible("setsockopt", e);
    }
  }

  /**
   * @param socketAddress a {@code sockaddr}
   */
  void bind(MemorySegment socketAddress) throws IOException {
    int result;
    try {
      result =
          (int)
              BIND.invokeExact(
                  state, descriptor, socketAddress, Math.toIntExact(socketAddress.byteSize()));
    } catch (Throwable e) {
      throw impossible("bind", e);
    }
    check("bind", result);
  }

  /** Fills in the {@code sockaddr} that the socket is bound to. */
  void name(MemorySegment socketAddress) throws IOException {
    int result;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment length =
          arena.allocateFrom(JAVA_INT, Math.toIntExact(socketAddress.byteSize()));
      result = (int) GETSOCKNAME.invokeExact(state, descriptor, socketAddress, length);
    } catch (Throwable e) {
      throw impossible("getsockname", e);
    }
    check("getsockname", result);
  }

  /**
   * Sends messages without waiting.
   *
   * @param messages the address of an array of {@code struct mmsghdr}
   * @return how many were sent, or −errno where the first could not be
   */
  int send(long messages, int count) {
    try {
      int sent = (int) SENDMMSG.invokeExact(state, descriptor, messages, count, MSG_DONTWAIT);
      return sent < 0 ? -(int) ERRNO.get(state, 0L) : sent;
    } catch (Throwable e) {
      throw impossible("sendmmsg", e);
    }
  }

  /**
   * Receives messages without waiting.
   *
   * @param messages the address of an array of {@code struct mmsghdr}
   * @return how many were received, or −errno where none was
   */
  int receive(long messages, int count) {
    try {
      int received =
          (int) RECVMMSG.invokeExact(state, descriptor, messages, count, MSG_DONTWAIT, 0L);
      return received < 0 ? -(int) ERRNO.get(state, 0L) : received;
    } catch (Throwable e) {
      throw impossible("recvmmsg", e);
    }
  }

  int descriptor() {
    return descriptor;
  }

  /** Closes the descriptor, once. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try {
        var _ = (int) CLOSE.invokeExact(state, descriptor);
      } catch (Throwable e) {
        throw impossible("close", e);
      }
    }
  }
}
