package io.dta.softroce.guest;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The end of a tap interface that stands for its cable: Ethernet frames that the host sends come
 * out of {@link #read}, frames given to {@link #write} arrive at the host. Linux,
 * Documentation/networking/tuntap.rst.
 */
@SuppressWarnings("restricted") // The system calls are as declared below.
final class Tap implements AutoCloseable {
  private static final int O_RDWR = 2;
  private static final long TUNSETIFF = 0x400454CAL;
  private static final short IFF_TAP = 0x0002;
  private static final short IFF_NO_PI = 0x1000;

  /** struct ifreq: the interface's name, then a union that begins with the flags. */
  private static final int IFREQ_LENGTH = 40;

  private static final int IFREQ_FLAGS = 16;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle OPEN =
      handle("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), 2);
  private static final MethodHandle IOCTL =
      handle("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), 2);
  private static final MethodHandle READ = transfer("read");
  private static final MethodHandle WRITE = transfer("write");
  private static final MethodHandle CLOSE =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("close"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private final int descriptor;

  private Tap(int descriptor) {
    this.descriptor = descriptor;
  }

  private static MethodHandle handle(String name, FunctionDescriptor type, int firstVariadic) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        type,
        Linker.Option.firstVariadicArg(firstVariadic));
  }

  private static MethodHandle transfer(String name) {
    AddressLayout buffer = ADDRESS;
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(JAVA_LONG, JAVA_INT, buffer, JAVA_LONG));
  }

  /** Takes the cable's end of an interface that exists. */
  static Tap attach(String name) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      int descriptor = (int) OPEN.invokeExact(arena.allocateFrom("/dev/net/tun"), O_RDWR);
      if (descriptor < 0) {
        throw new IOException("/dev/net/tun cannot be opened");
      }
      MemorySegment request = arena.allocate(IFREQ_LENGTH, Long.BYTES);
      request.setString(0, name);
      request.set(JAVA_SHORT, IFREQ_FLAGS, (short) (IFF_TAP | IFF_NO_PI));
      if ((int) IOCTL.invokeExact(descriptor, TUNSETIFF, request) < 0) {
        throw new IOException("the tap interface " + name + " cannot be taken");
      }
      return new Tap(descriptor);
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Blocks until the host sends a frame; returns its length, or a negative number at the end. */
  long read(MemorySegment frame) {
    return transfer(READ, frame, frame.byteSize());
  }

  /** Gives the host a frame; false where it does not take it. */
  boolean write(MemorySegment frame, long length) {
    return transfer(WRITE, frame, length) == length;
  }

  private long transfer(MethodHandle call, MemorySegment frame, long length) {
    try {
      return (long) call.invokeExact(descriptor, frame, length);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      int ignored = (int) CLOSE.invokeExact(descriptor);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
