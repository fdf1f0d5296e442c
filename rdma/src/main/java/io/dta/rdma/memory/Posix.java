package io.dta.rdma.memory;

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
import java.nio.file.Path;

/**
 * The calls of the C library that memory regions need, with the values that Linux gives their
 * constants on 64-bit machines.
 */
@SuppressWarnings("restricted") // Native calls are what this class is for.
final class Posix {
  static final int PROT_NONE = 0;
  static final int PROT_READ_WRITE = 3;
  static final int MAP_SHARED = 0x01;
  static final int MAP_PRIVATE = 0x02;
  static final int MAP_ANONYMOUS = 0x20;
  static final int MAP_NORESERVE = 0x4000;
  static final int MAP_HUGETLB = 0x40000;
  static final int MADV_HUGEPAGE = 14;
  static final int MADV_NOHUGEPAGE = 15;
  static final int MADV_POPULATE_WRITE = 23;

  static final int ENOMEM = 12;
  static final int EINVAL = 22;
  static final int EFBIG = 27;
  static final int ENOSPC = 28;
  static final int EWOULDBLOCK = 11;
  static final int EDQUOT = 122;

  private static final int O_RDWR = 2;
  private static final int O_CREAT = 0x40;
  private static final int O_CLOEXEC = 0x80000;
  private static final int LOCK_EXCLUSIVE_NON_BLOCKING = 2 | 4;
  private static final int SEEK_END = 2;
  private static final int PERMISSIONS = 0b110_110_110;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle MMAP =
      call("mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle MUNMAP = call("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle MPROTECT =
      call("mprotect", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle MADVISE =
      call("madvise", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle OPEN =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("open"),
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle CLOSE = call("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle FLOCK = call("flock", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle LSEEK = call("lseek", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle FTRUNCATE = call("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle POSIX_FALLOCATE =
      call("posix_fallocate", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle STRERROR =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

  private Posix() {}

  /** A call that failed. */
  static final class PosixException extends IOException {
    private static final long serialVersionUID = 1;

    private final int errno;

    PosixException(String call, int errno) {
      super(call + ": " + describe(errno));
      this.errno = errno;
    }

    int errno() {
      return errno;
    }
  }

  static long mmap(long length, int protection, int flags, int fileDescriptor)
      throws PosixException {
    return check(
        "mmap",
        errno -> (long) MMAP.invokeExact(errno, 0L, length, protection, flags, fileDescriptor, 0L));
  }

  static void munmap(long address, long length) throws PosixException {
    check("munmap", errno -> (int) MUNMAP.invokeExact(errno, address, length));
  }

  static void mprotect(long address, long length, int protection) throws PosixException {
    check("mprotect", errno -> (int) MPROTECT.invokeExact(errno, address, length, protection));
  }

  static void madvise(long address, long length, int advice) throws PosixException {
    check("madvise", errno -> (int) MADVISE.invokeExact(errno, address, length, advice));
  }

  /** Opens a file for reading and writing; creates it where it does not exist. */
  static int open(Path file) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(file.toString());
      int flags = O_RDWR | O_CREAT | O_CLOEXEC;
      return (int) check("open", errno -> (int) OPEN.invokeExact(errno, path, flags, PERMISSIONS));
    }
  }

  static void close(int fileDescriptor) throws PosixException {
    check("close", errno -> (int) CLOSE.invokeExact(errno, fileDescriptor));
  }

  /** Takes the advisory lock of an open file, for as long as it is open. */
  static void lock(int fileDescriptor) throws PosixException {
    check(
        "flock",
        errno -> (int) FLOCK.invokeExact(errno, fileDescriptor, LOCK_EXCLUSIVE_NON_BLOCKING));
  }

  static long length(int fileDescriptor) throws PosixException {
    return check("lseek", errno -> (long) LSEEK.invokeExact(errno, fileDescriptor, 0L, SEEK_END));
  }

  static void truncate(int fileDescriptor, long length) throws PosixException {
    check("ftruncate", errno -> (int) FTRUNCATE.invokeExact(errno, fileDescriptor, length));
  }

  /**
   * Allocates the disk space of a file's first bytes and extends the file to them; what is in it
   * stays.
   */
  static void allocate(int fileDescriptor, long length) throws PosixException {
    // It returns the error and leaves errno alone.
    long error =
        check(
            "posix_fallocate",
            errno -> (int) POSIX_FALLOCATE.invokeExact(errno, fileDescriptor, 0L, length));
    if (error != 0) {
      throw new PosixException("posix_fallocate", (int) error);
    }
  }

  /** The system's words for an error number. */
  static String describe(int errno) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
      return text.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** A native call; its argument is where errno is left. */
  @FunctionalInterface
  private interface Call {
    long apply(MemorySegment errno) throws Throwable;
  }

  private static long check(String name, Call call) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(STATE);
      long result = call.apply(errno);
      if (result == -1) {
        throw new PosixException(name, (int) ERRNO.get(errno, 0L));
      }
      return result;
    } catch (PosixException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(name + " could not be called", e);
    }
  }

  private static MethodHandle call(String name, MemoryLayout result, MemoryLayout... parameters) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, parameters),
        Linker.Option.captureCallState("errno"));
  }
}
