package io.dta.rdma.verbs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * Calls of native functions with their error numbers, and reads of the structures they return.
 * Pointers are {@code long}: Linux on 64-bit machines passes them alike.
 */
@SuppressWarnings("restricted") // Native calls are what this class is for.
final class Native {
  static final int ENOENT = 2;
  static final int EAGAIN = 11;
  static final int ENOMEM = 12;
  static final int EACCES = 13;
  static final int ENODEV = 19;
  static final int EINVAL = 22;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle STRERROR =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int O_NONBLOCK = 0x800;
  private static final MethodHandle FCNTL =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("fcntl"),
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(2));

  private Native() {}

  /** A native call; its argument is where errno is left. */
  @FunctionalInterface
  interface Call {
    long apply(MemorySegment errno) throws Throwable;
  }

  /**
   * Loads a library for as long as the process runs.
   *
   * @throws VerbsException where it is not installed, with what to do
   */
  static SymbolLookup library(String name, String packages) throws VerbsException {
    try {
      return SymbolLookup.libraryLookup(name, Arena.global());
    } catch (IllegalArgumentException e) {
      throw new VerbsException(
          "%s is not installed: apt-get install rdma-core %s; without an RDMA device, the collector's 'rdma.mode: software' and the translator's 'rdma.transport: rocev2' need neither"
              .formatted(name, packages),
          e);
    }
  }

  /**
   * The handle of a function, to be called with where errno is left before its arguments.
   *
   * @param result null for void
   * @throws VerbsException where the library is too old to have it
   */
  static MethodHandle function(
      SymbolLookup library, String name, MemoryLayout result, MemoryLayout... parameters)
      throws VerbsException {
    MemorySegment symbol =
        library
            .find(name)
            .orElseThrow(
                () ->
                    new VerbsException(
                        "rdma-core has no function %s: version 28 or newer is needed"
                            .formatted(name)));
    return LINKER.downcallHandle(
        symbol, descriptor(result, parameters), Linker.Option.captureCallState("errno"));
  }

  private static FunctionDescriptor descriptor(MemoryLayout result, MemoryLayout[] parameters) {
    return result == null
        ? FunctionDescriptor.ofVoid(parameters)
        : FunctionDescriptor.of(result, parameters);
  }

  /** A function that is called by its address, given before its arguments. */
  static MethodHandle pointerFunction(FunctionDescriptor descriptor, Linker.Option... options) {
    return LINKER.downcallHandle(descriptor, options);
  }

  /** Makes a call that answers with a pointer, null where it failed. */
  static long pointer(String name, Call call) throws VerbsException {
    return check(name, call, result -> result == 0, false);
  }

  /** Makes a call that answers 0, or with an error number. */
  static void zeroOrError(String name, Call call) throws VerbsException {
    check(name, call, result -> result != 0, true);
  }

  /** Makes a call that answers -1 where it failed. */
  static long notMinusOne(String name, Call call) throws VerbsException {
    return check(name, call, result -> result == -1, false);
  }

  /** Makes a call that answers -1 where it failed; the answer, or the negative error number. */
  static long resultOrError(String name, Call call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(STATE);
      long result = call.apply(errno);
      return result == -1 ? -(int) ERRNO.get(errno, 0L) : result;
    } catch (Throwable e) {
      throw new IllegalStateException(name + " could not be called", e);
    }
  }

  /**
   * Asks a call that does not block for an event.
   *
   * @return false where there is none
   */
  static boolean isThere(String name, Call call) throws VerbsException {
    long result = resultOrError(name, call);
    if (result < 0 && result != -EAGAIN) {
      throw new VerbsException(name, (int) -result);
    }
    return result >= 0;
  }

  private interface Failed {
    boolean test(long result);
  }

  private static long check(String name, Call call, Failed failed, boolean errorIsResult)
      throws VerbsException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(STATE);
      long result = call.apply(errno);
      if (failed.test(result)) {
        // Some functions answer with the error, some with -1 and leave it in errno.
        int error = errorIsResult && result > 0 ? (int) result : (int) ERRNO.get(errno, 0L);
        throw new VerbsException(name, error);
      }
      return result;
    } catch (VerbsException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(name + " could not be called", e);
    }
  }

  /** Lets reads of a file descriptor fail where there is nothing to read. */
  static void makeNonBlocking(int descriptor) throws VerbsException {
    int flags = (int) notMinusOne("fcntl", e -> (int) FCNTL.invokeExact(e, descriptor, F_GETFL, 0));
    notMinusOne("fcntl", e -> (int) FCNTL.invokeExact(e, descriptor, F_SETFL, flags | O_NONBLOCK));
  }

  /** The system's words for an error number. */
  static String describe(int errno) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
      return text.reinterpret(Long.MAX_VALUE).getString(0) + " (errno " + errno + ")";
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** A structure that a library returned, up to a length. */
  static MemorySegment at(long address, long length) {
    return MemorySegment.ofAddress(address).reinterpret(length);
  }

  static int readInt(long address, long offset) {
    return at(address, offset + Integer.BYTES).get(JAVA_INT, offset);
  }

  static long readLong(long address, long offset) {
    return at(address, offset + Long.BYTES).get(JAVA_LONG, offset);
  }

  static String readString(long address) {
    return at(address, 256).getString(0);
  }
}
