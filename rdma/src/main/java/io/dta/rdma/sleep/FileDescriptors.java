package io.dta.rdma.sleep;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;

/**
 * A set of file descriptors to sleep on, and one more, an eventfd(2), by which other threads wake
 * the sleeper. One thread sleeps; any may {@link #wake} it. Linux alone.
 *
 * <pre>
 *  struct pollfd:  0        4        6         8
 *                  +--------+--------+---------+
 *                  |   fd   | events | revents |
 *                  +--------+--------+---------+
 * </pre>
 */
@SuppressWarnings("restricted") // Native calls are what this class is for.
public final class FileDescriptors implements AutoCloseable {
  /** Sleeps until there is something to read. */
  public static final long FOREVER = -1;

  /** Descriptors, without the one of the set's own. */
  private static final int MOST = 15;

  private static final int POLLFD_LENGTH = 8;
  private static final int EVENTS = 4;
  private static final int RETURNED_EVENTS = 6;
  private static final short POLLIN = 1;
  private static final int EINTR = 4;
  private static final int EFD_CLOEXEC_NONBLOCK = 0x80000 | 0x800;
  private static final int NANOSECONDS = 8;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle PPOLL =
      function("ppoll", JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
  private static final MethodHandle EVENTFD = function("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle READ =
      function("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle WRITE =
      function("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);

  private final Arena arena = Arena.ofShared();
  private final MemorySegment set = arena.allocate((MOST + 1) * POLLFD_LENGTH, Integer.BYTES);
  private final MemorySegment timeout = arena.allocate(2 * Long.BYTES, Long.BYTES);
  private final MemorySegment count = arena.allocate(JAVA_LONG);
  private final MemorySegment one = arena.allocate(JAVA_LONG);
  private final MemorySegment state = arena.allocate(STATE);
  private final MemorySegment wakersState = arena.allocate(STATE);
  private final int wakeUp;
  private int size;
  private boolean closed;

  /**
   * An empty set.
   *
   * @throws IOException where the process has too many files open
   */
  public FileDescriptors() throws IOException {
    one.set(JAVA_LONG, 0, 1);
    try {
      wakeUp = (int) EVENTFD.invokeExact(state, 0, EFD_CLOEXEC_NONBLOCK);
    } catch (Throwable e) {
      throw impossible("eventfd", e);
    }
    if (wakeUp < 0) {
      int errno = errno();
      arena.close();
      throw new IOException(
          "a thread cannot sleep on an eventfd (errno %d): raise the limit of open files, 'ulimit -n'"
              .formatted(errno));
    }
    put(0, wakeUp);
  }

  private static MethodHandle function(
      String name, MemoryLayout result, MemoryLayout... parameters) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, parameters),
        Linker.Option.captureCallState("errno"));
  }

  private static IllegalStateException impossible(String call, Throwable e) {
    return new IllegalStateException(call + " could not be called", e);
  }

  private int errno() {
    return (int) ERRNO.get(state, 0L);
  }

  private void put(int index, int descriptor) {
    set.set(JAVA_INT, (long) index * POLLFD_LENGTH, descriptor);
    set.set(JAVA_SHORT, (long) index * POLLFD_LENGTH + EVENTS, POLLIN);
  }

  /**
   * Adds a descriptor, which stays its owner's; before {@link #await}, or by the thread that calls
   * it.
   *
   * @return its index
   * @throws IllegalStateException where there are 15 already
   */
  public int add(int descriptor) {
    if (size == MOST) {
      throw new IllegalStateException("a thread sleeps on %d descriptors at most".formatted(MOST));
    }
    put(size + 1, descriptor);
    return size++;
  }

  /**
   * Looks which descriptors can be read, and sleeps until one can, or {@link #wake} was called. May
   * end early.
   *
   * @param timeoutNs the longest sleep; 0 for none, {@link #FOREVER}
   */
  public void await(long timeoutNs) {
    MemorySegment limit = MemorySegment.NULL;
    if (timeoutNs >= 0) {
      long seconds = TimeUnit.NANOSECONDS.toSeconds(timeoutNs);
      timeout.set(JAVA_LONG, 0, seconds);
      timeout.set(JAVA_LONG, NANOSECONDS, timeoutNs - TimeUnit.SECONDS.toNanos(seconds));
      limit = timeout;
    }
    int ready;
    try {
      ready = (int) PPOLL.invokeExact(state, set, size + 1L, limit, MemorySegment.NULL);
    } catch (Throwable e) {
      throw impossible("ppoll", e);
    }
    if (ready < 0) {
      for (int i = 0; i <= size; i++) {
        set.set(JAVA_SHORT, (long) i * POLLFD_LENGTH + RETURNED_EVENTS, (short) 0);
      }
      if (errno() != EINTR) {
        throw new IllegalStateException("ppoll: errno " + errno());
      }
    } else if (ready > 0 && isReady(-1)) {
      try {
        var _ = (long) READ.invokeExact(state, wakeUp, count, (long) Long.BYTES);
      } catch (Throwable e) {
        throw impossible("read", e);
      }
    }
  }

  /**
   * Whether a descriptor could be read, or has failed, when {@link #await} returned.
   *
   * @param index from {@link #add}
   */
  public boolean isReady(int index) {
    return set.get(JAVA_SHORT, (index + 1L) * POLLFD_LENGTH + RETURNED_EVENTS) != 0;
  }

  /** Wakes the sleeper, or the next one who would fall asleep; from any thread. */
  public synchronized void wake() {
    if (closed) {
      return;
    }
    try {
      var _ = (long) WRITE.invokeExact(wakersState, wakeUp, one, (long) Long.BYTES);
    } catch (Throwable e) {
      throw impossible("write", e);
    }
  }

  /** When nobody sleeps any more; the descriptors that were added stay open. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      var _ = (int) CLOSE.invokeExact(state, wakeUp);
    } catch (Throwable e) {
      throw impossible("close", e);
    }
    arena.close();
  }
}
