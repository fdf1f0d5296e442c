package io.dta.primitives.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class AppendReaderTest {

  /**
   * Whole frames, frames flushed before they are full, frames torn at any byte and repaired or left
   * so, and frames that never arrive, in any interleaving with polls; the ring comes round and so
   * does the sequence. What a poll passes is delivered where it is whole in memory and lost where
   * it is not; it stops where nothing more is known to have been written.
   */
  @Property(tries = 400)
  void shouldDeliverWhatIsInMemoryInOrderAndCountTheRest(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 20) int entryLength,
      @ForAll @IntRange(min = 1, max = 5) int batch,
      @ForAll @IntRange(min = 1, max = 5) int frameBits,
      @ForAll boolean reliable,
      @ForAll boolean wrapping) {
    Random random = new Random(seed);
    AppendStore store = new AppendStore(0, "events", 3, entryLength, batch, 1 << frameBits);
    long first = wrapping ? 0xFFFF_FFFFL - random.nextInt(40) : AppendStore.FIRST_SEQUENCE;
    Writer writer = new Writer(store, 1, (int) first, seed);
    AppendReader reader = new AppendReader(store, writer.segment, 1, first);
    Collected collected = new Collected(store, writer, (int) first);
    String message = "seed " + seed;
    for (int step = 0; step < 200; step++) {
      switch (random.nextInt(reliable ? 5 : 7)) {
        case 0, 1 -> writer.write(1 + random.nextInt(batch));
        case 2 -> {
          for (int burst = random.nextInt(3 * store.frames()); burst > 0; burst--) {
            writer.write(batch);
          }
        }
        case 3 -> writer.tear(random.nextInt(store.frameLength() + 1), random.nextBoolean());
        case 4 -> pollAndCheck(reader, collected, random.nextInt(2 * batch), reliable, message);
        case 5 -> writer.skip(1 + random.nextInt(2));
        default -> {
          writer.tear(random.nextInt(store.frameLength()), random.nextBoolean());
          writer.skip(1);
        }
      }
    }
    pollAndCheck(reader, collected, Integer.MAX_VALUE, reliable, message);
  }

  @Test
  void shouldRefuseAStoreThatNoRegionCanHold() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new AppendStore(0, "events", 1 << 20, 256, 64, 1 << 30));
    assertEquals(
        "frames 1073741824: 1048576 lists of 17600775979008 bytes each are no region that 64 bits can address",
        refused.getMessage());
  }

  @Test
  void shouldDeliverNothingFromMemoryThatWasNeverWritten() {
    AppendStore store = new AppendStore(0, "events", 2, 4, 16, 8);
    MemorySegment region = MemorySegment.ofArray(new byte[(int) store.regionLength()]);
    AppendReader reader = new AppendReader(store, region, 1, AppendStore.FIRST_SEQUENCE);
    assertEquals(0, reader.poll((sequence, position, buffer, index, length) -> {}, 100));
    assertEquals(AppendStore.FIRST_SEQUENCE, reader.position());
    assertEquals(0, reader.lostFrames());
    assertEquals(AppendStore.FIRST_SEQUENCE, AppendReader.nextSequence(store, region, 1));
  }

  @Test
  void shouldResumeAtTheOldestFrameWhenLapped() {
    AppendStore store = new AppendStore(0, "events", 1, 4, 2, 8);
    Writer writer = new Writer(store, 0, 1, 5);
    for (int i = 0; i < 21; i++) {
      writer.write(2);
    }
    List<Long> sequences = new ArrayList<>();
    AppendReader reader = new AppendReader(store, writer.segment, 0, 1);
    int delivered =
        reader.poll((sequence, position, buffer, index, length) -> sequences.add(sequence), 100);
    assertEquals(16, delivered);
    assertEquals(14, sequences.getFirst());
    assertEquals(13, reader.lostFrames());
    assertEquals(22, reader.position());
  }

  @Test
  void shouldFindTheNextSequenceOfEveryList() {
    AppendStore store = new AppendStore(0, "events", 4, 4, 2, 8);
    long[] starts = {1, 100, 0xFFFF_FFFAL, 0xFFFF_FFFFL};
    MemorySegment region = MemorySegment.ofArray(new byte[(int) store.regionLength()]);
    for (int list = 0; list < starts.length; list++) {
      Writer writer = new Writer(store, list, (int) starts[list], 7);
      for (int i = 0; i < 3 + 4 * list; i++) {
        writer.write(1);
      }
      writer.tear(store.frameLength() - 1, true);
      MemorySegment.copy(
          writer.segment,
          store.frameOffset(list, 0),
          region,
          store.frameOffset(list, 0),
          (long) store.frames() * store.stride());
      assertEquals(
          (starts[list] + 3 + 4L * list) & 0xFFFF_FFFFL,
          AppendReader.nextSequence(store, region, list),
          "list " + list);
    }
  }

  @Test
  void shouldDeliverFrameAgainAfterItsHandlerFailed() {
    AppendStore store = new AppendStore(0, "events", 1, 4, 3, 8);
    Writer writer = new Writer(store, 0, 1, 5);
    writer.write(3);
    AppendReader reader = new AppendReader(store, writer.segment, 0, 1);
    EntryHandler failing =
        (sequence, position, buffer, index, length) -> {
          if (position == 1) {
            throw new IllegalStateException("full");
          }
        };
    assertThrows(IllegalStateException.class, () -> reader.poll(failing, 100));
    assertEquals(1, reader.position());
    assertEquals(3, reader.poll((sequence, position, buffer, index, length) -> {}, 100));
    assertEquals(2, reader.position());
  }

  @Test
  void shouldRejectListsAndPositionsOutOfRange() {
    AppendStore store = new AppendStore(0, "events", 2, 4, 16, 8);
    MemorySegment region = MemorySegment.ofArray(new byte[(int) store.regionLength()]);
    for (long[] bad : new long[][] {{-1, 1}, {2, 1}, {0, -1}, {0, 1L << 32}}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new AppendReader(store, region, (int) bad[0], bad[1]));
    }
  }

  /**
   * The writer stays within the ring, as one that is throttled would: nothing may be lost or torn,
   * whatever the interleaving.
   */
  @Test
  void shouldFollowWriterOnAnotherThread() throws InterruptedException {
    AppendStore store = new AppendStore(0, "events", 1, 13, 16, 64);
    int frames = 20_000;
    try (Arena arena = Arena.ofShared()) {
      MemorySegment region = arena.allocate(store.regionLength(), 64);
      AtomicLong position = new AtomicLong(1);
      Thread writing =
          Thread.ofPlatform()
              .start(
                  () -> {
                    UnsafeBuffer frame = new UnsafeBuffer(new byte[store.frameLength()]);
                    MemorySegment bytes = MemorySegment.ofArray(frame.byteArray());
                    for (int sequence = 1; sequence <= frames; sequence++) {
                      while (sequence - position.get() >= store.frames()) {
                        Thread.onSpinWait();
                      }
                      frame.setMemory(0, store.trailerOffset(), (byte) sequence);
                      AppendFrame.seal(frame, 0, store, sequence, 16, 0);
                      MemorySegment.copy(
                          bytes, 0, region, store.frameOffset(0, sequence), store.frameLength());
                    }
                  });
      AppendReader reader = new AppendReader(store, region, 0, 1);
      long[] entries = new long[1];
      EntryHandler check =
          (sequence, entry, buffer, index, length) -> {
            assertEquals(1 + entries[0] / 16, sequence);
            assertEquals(entries[0] % 16, entry);
            for (int i = 0; i < length; i++) {
              assertEquals((byte) sequence, buffer.getByte(index + i));
            }
            entries[0]++;
          };
      try {
        while (writing.isAlive()) {
          reader.poll(check, 64);
          position.set(reader.position());
        }
      } finally {
        position.set(Long.MAX_VALUE);
        writing.join();
      }
      reader.poll(check, Integer.MAX_VALUE);
      assertEquals(16L * frames, entries[0]);
      assertEquals(0, reader.lostFrames());
    }
  }

  private static void pollAndCheck(
      AppendReader reader, Collected collected, int limit, boolean reliable, String message) {
    collected.begin();
    long lostBefore = reader.lostFrames();
    int before = (int) reader.position();
    int delivered = reader.poll(collected, limit);
    int after = (int) reader.position();
    assertEquals(collected.entries, delivered, message);
    assertTrue(delivered < (long) limit + collected.store.batch(), message);
    Writer writer = collected.writer;
    long lost = 0;
    for (int sequence = before; sequence != after; sequence++) {
      boolean delivers = collected.delivered.contains(sequence);
      boolean whole = writer.isWhole(sequence);
      // Where the frame that was to replace this one got lost, this one is there longer than can be
      // relied on.
      boolean outdated = !reliable && writer.hasWholeFrameFrom(sequence + collected.store.frames());
      assertTrue(delivers == whole || (whole && outdated), message + ": " + sequence);
      lost += delivers ? 0 : 1;
    }
    assertEquals(lost, reader.lostFrames() - lostBefore, message);
    if (delivered < limit) {
      assertFalse(writer.isWhole(after), message);
      for (int ahead = 1; ahead < collected.store.frames(); ahead++) {
        if (reliable || Integer.bitCount(ahead) == 1) {
          assertFalse(writer.isWhole(after + ahead), message);
        }
      }
    }
  }

  /** Writes one list's frames as a translator does, or as a network does to it. */
  private static final class Writer {
    private final AppendStore store;
    private final int list;
    private final long seed;
    private final byte[] region;
    private final MemorySegment segment;
    private final UnsafeBuffer frame;

    /** What lies whole at each index of the ring. */
    private final Integer[] whole;

    private final int[] counts;
    private int next;

    Writer(AppendStore store, int list, int first, long seed) {
      this.store = store;
      this.list = list;
      this.seed = seed;
      region = new byte[(int) store.regionLength()];
      segment = MemorySegment.ofArray(region);
      frame = new UnsafeBuffer(new byte[store.frameLength()]);
      whole = new Integer[store.frames()];
      counts = new int[store.frames()];
      next = first;
    }

    void write(int count) {
      fill(next, count);
      System.arraycopy(frame.byteArray(), 0, region, offset(next), frame.capacity());
      whole[index(next)] = next;
      counts[index(next)] = count;
      next++;
    }

    /**
     * Writes a part of the next frame only, which destroys what lay there where it differs from it.
     * One torn frame in 65536 has the crc of a whole one; those are left out.
     */
    void tear(int cut, boolean head) {
      fill(next, store.batch());
      int from = head ? 0 : cut;
      int to = head ? cut : frame.capacity();
      UnsafeBuffer there = new UnsafeBuffer(region, offset(next), frame.capacity());
      byte[] before = new byte[frame.capacity()];
      there.getBytes(0, before);
      there.putBytes(from, frame, from, to - from);
      if (there.equals(frame)) {
        whole[index(next)] = next;
        counts[index(next)] = store.batch();
      } else if (!there.equals(new UnsafeBuffer(before))) {
        if (AppendFrame.isValid(there, 0, store)) {
          there.putBytes(0, before);
        } else {
          whole[index(next)] = null;
        }
      }
    }

    void skip(int count) {
      next += count;
    }

    boolean isWhole(int sequence) {
      Integer held = whole[index(sequence)];
      return held != null && held == sequence;
    }

    boolean hasWholeFrameFrom(int sequence) {
      for (Integer held : whole) {
        if (held != null && held - sequence >= 0) {
          return true;
        }
      }
      return false;
    }

    int count(int sequence) {
      return counts[index(sequence)];
    }

    byte content(int sequence, int position, int at) {
      return (byte) (seed + sequence * 31L + position * 7L + at);
    }

    private void fill(int sequence, int count) {
      for (int position = 0; position < count; position++) {
        for (int at = 0; at < store.entryLength(); at++) {
          frame.putByte(position * store.entryLength() + at, content(sequence, position, at));
        }
      }
      AppendFrame.seal(frame, 0, store, sequence, count, count < store.batch() ? 1 : 0);
    }

    private int index(int sequence) {
      return sequence & (store.frames() - 1);
    }

    private int offset(int sequence) {
      return (int) store.frameOffset(list, sequence);
    }
  }

  /** Checks that entries come in order, once and as they were written. */
  private static final class Collected implements EntryHandler {
    private final AppendStore store;
    private final Writer writer;
    private final List<Integer> delivered = new ArrayList<>();
    private int entries;
    private int lastSequence;
    private int lastPosition;

    Collected(AppendStore store, Writer writer, int first) {
      this.store = store;
      this.writer = writer;
      lastSequence = first - 1;
      lastPosition = -1;
    }

    void begin() {
      delivered.clear();
      entries = 0;
    }

    @Override
    public void onEntry(long sequence, int position, DirectBuffer buffer, int index, int length) {
      int number = (int) sequence;
      if (position == 0) {
        assertTrue(number - lastSequence > 0, "out of order");
        delivered.add(number);
      } else {
        assertEquals(lastSequence, number);
        assertEquals(lastPosition + 1, position);
      }
      assertTrue(position < writer.count(number));
      lastSequence = number;
      lastPosition = position;
      entries++;
      assertEquals(store.entryLength(), length);
      for (int at = 0; at < length; at++) {
        assertEquals(writer.content(number, position, at), buffer.getByte(index + at));
      }
    }
  }
}
