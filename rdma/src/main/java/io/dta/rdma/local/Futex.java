package io.dta.rdma.local;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Waiting for a word of shared memory to change (futex(2)), across processes and containers, and
 * without a socket that others could reach.
 */
@SuppressWarnings("restricted") // A native call is what this class is for.
final class Futex {
  private static final int WAIT = 0;
  private static final int WAKE = 1;
  private static final int ALL = Integer.MAX_VALUE;

  private static final MethodHandle SYSCALL =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
              FunctionDescriptor.of(
                  JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT),
              Linker.Option.firstVariadicArg(1));

  private static final long NUMBER = number(System.getProperty("os.arch"));

  private Futex() {}

  private static long number(String architecture) {
    return architecture.equals("amd64") ? 202 : 98; // The latter on AArch64 and RISC-V alike.
  }

  /** Sleeps where the word still has a value, until it is woken; now and then for no reason. */
  static void await(MemorySegment word, int value) {
    call(word, WAIT, value);
  }

  /** Wakes all who sleep at a word. */
  static void wake(MemorySegment word) {
    call(word, WAKE, ALL);
  }

  private static void call(MemorySegment word, int operation, int value) {
    try {
      long _ =
          (long)
              SYSCALL.invokeExact(
                  NUMBER, word, operation, value, MemorySegment.NULL, MemorySegment.NULL, 0);
    } catch (Throwable e) {
      throw new IllegalStateException("futex could not be called", e);
    }
  }
}
