package io.dta.rdma.verbs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A set of file descriptors to sleep on, and one more by which other threads wake the sleeper.
 *
 * <pre>
 *  struct pollfd:  0        4        6         8
 *                  +--------+--------+---------+
 *                  |   fd   | events | revents |
 *                  +--------+--------+---------+
 * </pre>
 */
@SuppressWarnings("restricted") // Native calls are what this class is for.
final class FileDescriptors implements AutoCloseable {
  private static final int POLLFD_LENGTH = 8;
  private static final int EVENTS = 4;
  private static final int RETURNED_EVENTS = 6;
  private static final short POLLIN = 1;
  private static final int EINTR = 4;
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int O_NONBLOCK = 0x800;
  private static final int EFD_CLOEXEC_NONBLOCK = 0x80000 | O_NONBLOCK;

  private static final MethodHandle POLL =
      Native.systemFunction("poll", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle EVENTFD =
      Native.systemFunction("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle READ =
      Native.systemFunction("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle WRITE =
      Native.systemFunction("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle CLOSE = Native.systemFunction("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle FCNTL =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("fcntl"),
              FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
              Linker.Option.captureCallState("errno"),
              Linker.Option.firstVariadicArg(2));

  private final Arena arena = Arena.ofShared();
  private final MemorySegment set;
  private final MemorySegment counter = arena.allocate(JAVA_LONG);
  private final int wakeUp;
  private final int count;

  /** Of descriptors that are made non-blocking. */
  FileDescriptors(int... descriptors) throws VerbsException {
    count = descriptors.length + 1;
    set = arena.allocate((long) count * POLLFD_LENGTH, Integer.BYTES);
    for (int i = 0; i < descriptors.length; i++) {
      makeNonBlocking(descriptors[i]);
      put(i, descriptors[i]);
    }
    wakeUp =
        (int)
            Native.notMinusOne(
                "eventfd", e -> (int) EVENTFD.invokeExact(e, 0, EFD_CLOEXEC_NONBLOCK));
    put(count - 1, wakeUp);
  }

  private void put(int index, int descriptor) {
    set.set(JAVA_INT, (long) index * POLLFD_LENGTH, descriptor);
    set.set(JAVA_SHORT, (long) index * POLLFD_LENGTH + EVENTS, POLLIN);
  }

  static void makeNonBlocking(int descriptor) throws VerbsException {
    int flags =
        (int) Native.notMinusOne("fcntl", e -> (int) FCNTL.invokeExact(e, descriptor, F_GETFL, 0));
    Native.notMinusOne(
        "fcntl", e -> (int) FCNTL.invokeExact(e, descriptor, F_SETFL, flags | O_NONBLOCK));
  }

  /**
   * Looks which descriptors can be read.
   *
   * @param sleep whether to sleep until there is one, or {@link #wake} was called
   */
  void await(boolean sleep) throws VerbsException {
    int timeout = sleep ? -1 : 0;
    try {
      Native.notMinusOne("poll", e -> (int) POLL.invokeExact(e, set, (long) count, timeout));
    } catch (VerbsException e) {
      if (e.errno() != EINTR) {
        throw e;
      }
    }
    if (isReady(count - 1)) {
      try {
        Native.notMinusOne(
            "read", e -> (long) READ.invokeExact(e, wakeUp, counter, (long) Long.BYTES));
      } catch (VerbsException e) {
        if (e.errno() != Native.EAGAIN) {
          throw e;
        }
      }
    }
  }

  /** Whether a descriptor could be read, or has failed, when {@link #await} returned. */
  boolean isReady(int index) {
    return set.get(JAVA_SHORT, (long) index * POLLFD_LENGTH + RETURNED_EVENTS) != 0;
  }

  /** Wakes the sleeper; from any thread. */
  void wake() throws VerbsException {
    try (Arena confined = Arena.ofConfined()) {
      MemorySegment one = confined.allocate(JAVA_LONG);
      one.set(JAVA_LONG, 0, 1);
      Native.notMinusOne("write", e -> (long) WRITE.invokeExact(e, wakeUp, one, (long) Long.BYTES));
    }
  }

  /** When nobody sleeps any more; the descriptors given stay open. */
  @Override
  public void close() throws VerbsException {
    Native.notMinusOne("close", e -> (int) CLOSE.invokeExact(e, wakeUp));
    arena.close();
  }
}
