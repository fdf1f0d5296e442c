package io.dta.rdma.roce;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A network interface of which this is the wire: reads the Ethernet frames that the kernel sends
 * and writes those that it is to receive. Needs CAP_NET_ADMIN over the network namespace.
 */
@SuppressWarnings("restricted") // The calls are as declared in Linux's headers.
final class TapDevice implements AutoCloseable {
  private static final int MAX_FRAME = 1 << 16;
  private static final int O_RDWR_NONBLOCK = 2 | 0x800;
  private static final long TUNSETIFF = 0x400454CAL;
  private static final short IFF_TAP_NO_PI = 0x1002;
  private static final int IFREQ = 40;
  private static final int IFREQ_FLAGS = 16;

  private static final MethodHandle OPEN = call("open", 2, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle IOCTL =
      call("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle READ = call("read", 3, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle WRITE =
      call("write", 3, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle CLOSE = call("close", 1, JAVA_INT, JAVA_INT);

  private final MemorySegment frame = Arena.ofAuto().allocate(MAX_FRAME);
  private final int descriptor;

  TapDevice(String name) throws Exception {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = arena.allocate(IFREQ);
      request.setString(0, name);
      request.set(JAVA_SHORT, IFREQ_FLAGS, IFF_TAP_NO_PI);
      descriptor = (int) OPEN.invokeExact(arena.allocateFrom("/dev/net/tun"), O_RDWR_NONBLOCK);
      if (descriptor < 0 || (int) IOCTL.invokeExact(descriptor, TUNSETIFF, request) < 0) {
        throw new IOException("no tap interface can be made here");
      }
    } catch (Exception e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static MethodHandle call(
      String name, int fixed, MemoryLayout result, MemoryLayout... parameters) {
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor type = FunctionDescriptor.of(result, parameters);
    MemorySegment function = linker.defaultLookup().findOrThrow(name);
    return fixed == parameters.length
        ? linker.downcallHandle(function, type)
        : linker.downcallHandle(function, type, Linker.Option.firstVariadicArg(fixed));
  }

  /** The next frame that was sent, or null where there is none. */
  byte[] read() {
    try {
      long length = (long) READ.invokeExact(descriptor, frame, (long) MAX_FRAME);
      return length <= 0 ? null : frame.asSlice(0, length).toArray(JAVA_BYTE);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  void write(byte[] bytes) {
    MemorySegment.copy(bytes, 0, frame, JAVA_BYTE, 0, bytes.length);
    try {
      long written = (long) WRITE.invokeExact(descriptor, frame, (long) bytes.length);
      if (written != bytes.length) {
        throw new IllegalStateException("frame of " + bytes.length + " bytes not taken");
      }
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      var _ = (int) CLOSE.invokeExact(descriptor);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
