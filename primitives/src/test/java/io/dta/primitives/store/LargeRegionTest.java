package io.dta.primitives.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.key.KeyFormat;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Regions of more than 2 GiB, in a mapped file of which all but a few pages are holes. */
final class LargeRegionTest {
  private static final long TWO_GIB = 1L << 31;

  @TempDir private Path directory;

  private interface Use {
    void accept(MemorySegment region);
  }

  @Test
  void shouldLookKeysUpBeyondTwoGibibytes() throws IOException {
    KeyWriteStore store = new KeyWriteStore(0, "kw", KeyFormat.U32, 20, 1 << 27, 2, null, null);
    inSparseFile(
        store,
        region -> {
          KeyWriteHasher hasher = new KeyWriteHasher(store);
          KeyWriteReader reader = new KeyWriteReader(store, region);
          KeyWriteAnswer answer = new KeyWriteAnswer(store);
          long highest = 0;
          for (int i = 0; i < 20; i++) {
            UnsafeBuffer report = report(i, 20);
            hasher.hash(report, 0, 2);
            for (int copy = 0; copy < 2; copy++) {
              long slot = hasher.slotOffset(copy);
              highest = Math.max(highest, slot);
              UnsafeBuffer bytes = new UnsafeBuffer(new byte[24]);
              bytes.putInt(0, hasher.checksum(), ByteOrder.BIG_ENDIAN);
              bytes.putBytes(4, report, 4, 20);
              MemorySegment.copy(MemorySegment.ofArray(bytes.byteArray()), 0, region, slot, 24);
            }
          }
          assertTrue(highest > TWO_GIB);
          for (int i = 0; i < 20; i++) {
            reader.lookup(report(i, 20), 0, QueryPolicy.consensus(2), answer);
            assertEquals(Outcome.VALUE, answer.outcome());
            assertEquals(new UnsafeBuffer(report(i, 20), 4, 20), answer.value());
          }
        });
  }

  @Test
  void shouldCountBeyondTwoGibibytes() throws IOException {
    KeyIncrementStore store = new KeyIncrementStore(0, "ki", KeyFormat.U32, 1 << 29, 2);
    inSparseFile(
        store,
        region -> {
          KeyIncrementHasher hasher = new KeyIncrementHasher(store);
          KeyIncrementReader reader = new KeyIncrementReader(store, region);
          long highest = 0;
          for (int i = 1; i <= 20; i++) {
            hasher.hash(report(i, 0), 0, 2);
            for (int copy = 0; copy < 2; copy++) {
              highest = Math.max(highest, hasher.counterOffset(copy));
              region.set(ValueLayout.JAVA_LONG, hasher.counterOffset(copy), i);
            }
          }
          assertTrue(highest > TWO_GIB);
          for (int i = 1; i <= 20; i++) {
            assertEquals(i, reader.count(report(i, 0), 0));
          }
        });
  }

  @Test
  void shouldLookPathsUpBeyondTwoGibibytes() throws IOException {
    PostcardingStore store =
        new PostcardingStore(
            0, "paths", KeyFormat.U32, 5, 1 << 27, 2, PathVerification.CHECKSUM, null);
    inSparseFile(
        store,
        region -> {
          PathCodec codec = new PathCodec(store);
          PostcardingReader reader = new PostcardingReader(store, region);
          PathAnswer answer = new PathAnswer(store);
          UnsafeBuffer chunk = new UnsafeBuffer(new byte[store.chunkLength()]);
          long highest = 0;
          for (int i = 0; i < 20; i++) {
            codec.hash(report(i, 0), 0);
            codec.encode(report(i, 0), 0, new int[] {i, 1, 2, 3, 4}, 0, 0b11111, chunk, 0);
            for (int copy = 0; copy < 2; copy++) {
              highest = Math.max(highest, codec.chunkOffset(copy));
              MemorySegment.copy(
                  MemorySegment.ofArray(chunk.byteArray()),
                  0,
                  region,
                  codec.chunkOffset(copy),
                  chunk.capacity());
            }
          }
          assertTrue(highest > TWO_GIB);
          for (int i = 0; i < 20; i++) {
            reader.lookup(report(i, 0), 0, QueryPolicy.consensus(2), answer);
            assertEquals(Outcome.VALUE, answer.outcome());
            assertEquals(i, answer.value(1));
          }
        });
  }

  @Test
  void shouldFollowListsBeyondTwoGibibytes() throws IOException {
    AppendStore store = new AppendStore(0, "events", 1 << 19, 4, 16, 64);
    inSparseFile(
        store,
        region -> {
          int list = store.lists() - 1;
          assertTrue(store.frameOffset(list, 1) > TWO_GIB);
          UnsafeBuffer frame = new UnsafeBuffer(new byte[store.frameLength()]);
          for (int sequence = 1; sequence <= 100; sequence++) {
            AppendFrame.seal(frame, 0, store, sequence, 16, 0);
            MemorySegment.copy(
                MemorySegment.ofArray(frame.byteArray()),
                0,
                region,
                store.frameOffset(list, sequence),
                frame.capacity());
          }
          List<Long> sequences = new ArrayList<>();
          AppendReader reader = new AppendReader(store, region, list, 1);
          reader.poll(
              (sequence, position, buffer, index, length) -> sequences.add(sequence), 10_000);
          assertEquals(64 * 16, sequences.size());
          assertEquals(36, reader.lostFrames());
          assertEquals(101, AppendReader.nextSequence(store, region, list));
        });
  }

  @Test
  void shouldQuerySketchesBeyondTwoGibibytes() throws IOException {
    SketchStore store =
        new SketchStore(0, "sketch", KeyFormat.U32, SketchKind.COUNT_MIN, 4, 1 << 20, 256, 1, 0);
    inSparseFile(
        store,
        region -> {
          assertTrue(store.epochOffset(255) > TWO_GIB);
          SketchBuilder builder = new SketchBuilder(store);
          builder.add(report(5, 0), 0, 77);
          ByteBuffer epoch = ByteBuffer.allocate((int) store.epochStride());
          epoch.asIntBuffer().put(builder.counters());
          epoch
              .position((int) store.trailerOffset())
              .putInt(255)
              .putInt(store.columns())
              .putShort((short) 1)
              .putShort((short) 1)
              .put((byte) SketchStore.COMPLETE);
          MemorySegment.copy(
              MemorySegment.ofArray(epoch.array()),
              0,
              region,
              store.epochOffset(255),
              store.epochStride());
          SketchReader reader = new SketchReader(store, region);
          EpochInfo info = new EpochInfo();
          assertTrue(reader.find(255, false, info));
          assertEquals(77, reader.estimate(info, report(5, 0), 0));
          assertEquals(77, reader.total(info));
        });
  }

  private void inSparseFile(Store store, Use use) throws IOException {
    assertTrue(store.regionLength() > TWO_GIB);
    try (FileChannel file =
            FileChannel.open(
                directory.resolve("region"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.SPARSE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        Arena arena = Arena.ofConfined()) {
      use.accept(file.map(FileChannel.MapMode.READ_WRITE, 0, store.regionLength(), arena));
    }
  }

  /** A key, and a value that depends on it. */
  private static UnsafeBuffer report(int number, int valueLength) {
    byte[] bytes = new byte[4 + valueLength];
    ByteBuffer.wrap(bytes).putInt(number * 77777);
    for (int at = 4; at < bytes.length; at++) {
      bytes[at] = (byte) (number + at);
    }
    return new UnsafeBuffer(bytes);
  }
}
