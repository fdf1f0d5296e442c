package io.dta.rdma.local;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The file by which writers to shared memory tell its owner of immediates: a ring that never makes
 * anyone wait. All integers are in the host's byte order.
 *
 * <pre>
 *      0 +-----------------------------------------------+
 *        | magic u64                                     |
 *     64 +-----------------------------------------------+
 *        | tail u64: how many immediates were begun      |
 *    128 +-----------------------+-----------------------+
 *        | bell u32: + 1 for each that was finished      |
 *    192 +-----------------------+-----------------------+
 *        | asleep u32: not 0 while the owner sleeps at the bell
 *   4096 +-----------------------+-----------------------+
 *        | immediate u32         | tag u32               |  slot 0
 *        | length u32            | tag u32               |
 *        +-----------------------+-----------------------+
 *        |          ... 4096 slots of 16 bytes           |
 *        +-----------------------------------------------+
 * </pre>
 *
 * <p>Immediate number n, from 0, goes to slot n modulo 4096; its tag is the low 32 bits of n + 1,
 * and stands in both words, so that the owner sees when another writer overtook this one by a whole
 * lap. All accesses are checked against the mapping.
 */
final class DoorbellMemory implements AutoCloseable {
  static final int SLOTS = 4096;
  static final long MAGIC = 0x4454_4142_454C_4C31L;
  static final long LENGTH = 4096 + 16L * SLOTS;

  private static final long TAIL = 64;
  private static final long BELL = 128;
  private static final long ASLEEP = 192;
  private static final long FIRST_SLOT = 4096;
  private static final long SLOT_LENGTH = 16;
  private static final long LOW = 0xFFFF_FFFFL;

  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;
  private final MemorySegment bell;

  /** Maps a file that has the right length. */
  private DoorbellMemory(FileChannel channel) throws IOException {
    memory = channel.map(MapMode.READ_WRITE, 0, LENGTH, arena);
    bell = memory.asSlice(BELL, Integer.BYTES);
  }

  /** Maps the owner's file, for a writer. */
  static DoorbellMemory open(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (!isDoorbell(channel)) {
        throw new IOException(
            "%s is not the doorbell of a collector of this version: start the collector anew"
                .formatted(file));
      }
      return new DoorbellMemory(channel);
    }
  }

  /**
   * Maps a file for its owner. One that is there already is used again, since writers may have it
   * mapped; it is made where it is not, or is something else.
   */
  static DoorbellMemory create(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      if (!isDoorbell(channel)) {
        channel.truncate(0);
        // Written rather than skipped: a full disk shows here, not as a fault at an access.
        channel.write(ByteBuffer.allocate((int) LENGTH), 0);
        channel.write(
            ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(0, MAGIC), 0);
      }
      return new DoorbellMemory(channel);
    }
  }

  private static boolean isDoorbell(FileChannel channel) throws IOException {
    ByteBuffer magic = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
    return channel.size() == LENGTH
        && channel.read(magic, 0) == Long.BYTES
        && magic.getLong(0) == MAGIC;
  }

  private static long slot(long number) {
    return FIRST_SLOT + (number & (SLOTS - 1)) * SLOT_LENGTH;
  }

  /** Any number of writers. */
  void put(int immediate, int length) {
    long number = (long) LONG.getAndAdd(memory, TAIL, 1L);
    long tag = (number + 1) << 32;
    LONG.setOpaque(memory, slot(number) + Long.BYTES, tag | (length & LOW));
    LONG.setRelease(memory, slot(number), tag | (immediate & LOW));
    ring();
    if ((int) INT.getVolatile(memory, ASLEEP) != 0) {
      Futex.wake(bell);
    }
  }

  private void ring() {
    int _ = (int) INT.getAndAdd(memory, BELL, 1);
  }

  /** How many immediates were begun. */
  long tail() {
    return (long) LONG.getVolatile(memory, TAIL);
  }

  /** The tag in the upper and the immediate in the lower half. */
  long immediateWord(long number) {
    return (long) LONG.getAcquire(memory, slot(number));
  }

  /** The tag in the upper and the length in the lower half. */
  long lengthWord(long number) {
    return (long) LONG.getAcquire(memory, slot(number) + Long.BYTES);
  }

  /** The owner: the bell, to be given to {@link #sleep}. */
  int bell() {
    return (int) INT.getVolatile(memory, BELL);
  }

  /** The owner: says whether writers have to wake it. */
  void asleep(boolean asleep) {
    INT.setVolatile(memory, ASLEEP, asleep ? 1 : 0);
  }

  /** The owner: sleeps unless the bell was rung since. */
  void sleep(int since) {
    Futex.await(bell, since);
  }

  /** The owner, on another thread: wakes itself. */
  void wake() {
    ring();
    Futex.wake(bell);
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
