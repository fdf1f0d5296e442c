package io.dta.collector;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.dta.primitives.store.AppendFrame;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementHasher;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteHasher;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PathCodec;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchBuilder;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.store.Store;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Function;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes to stores what a translator would, over any path to their memory. */
public final class StoreWriter {
  /** A path to the memory of the stores. */
  public interface Path {
    void write(Store store, long offset, DirectBuffer source, int index, int length);

    void fetchAdd(Store store, long offset, long addend);

    /** Straight into the regions, with no queue pair. */
    static Path direct(Function<Store, MemorySegment> regions) {
      return new Path() {
        @Override
        public void write(Store store, long offset, DirectBuffer source, int index, int length) {
          for (int i = 0; i < length; i++) {
            regions.apply(store).set(ValueLayout.JAVA_BYTE, offset + i, source.getByte(index + i));
          }
        }

        @Override
        public void fetchAdd(Store store, long offset, long addend) {
          MemorySegment region = regions.apply(store);
          long old = region.get(ValueLayout.JAVA_LONG, offset);
          region.set(ValueLayout.JAVA_LONG, offset, old + addend);
        }
      };
    }
  }

  private final Path path;

  public StoreWriter(Path path) {
    this.path = path;
  }

  /** Writes a value into all copies of a key. */
  public void keyWrite(KeyWriteStore store, String key, byte[] value) {
    keyWrite(store, key, value, 0, store.redundancy());
  }

  /** Writes a value into the copies from {@code first} on. */
  public void keyWrite(KeyWriteStore store, String key, byte[] value, int first, int end) {
    int keyLength = store.key().length();
    UnsafeBuffer report = new UnsafeBuffer(new byte[keyLength + store.valueLength()]);
    report.putBytes(0, store.key().parseKey(key));
    report.putBytes(keyLength, value);
    KeyWriteHasher hasher = new KeyWriteHasher(store);
    hasher.hash(report, 0, store.redundancy());
    UnsafeBuffer slot = new UnsafeBuffer(new byte[store.slotLength()]);
    slot.putInt(KeyWriteStore.CHECKSUM_OFFSET, hasher.checksum(), BIG_ENDIAN);
    slot.putBytes(KeyWriteStore.VALUE_OFFSET, value);
    for (int copy = first; copy < end; copy++) {
      path.write(store, hasher.slotOffset(copy), slot, 0, store.slotLength());
    }
  }

  /**
   * Writes a path into all copies of a flow; hop i is known where bit i − 1 of {@code hops} is set.
   */
  public void postcards(PostcardingStore store, String key, int[] values, int hops) {
    UnsafeBuffer bytes = new UnsafeBuffer(store.key().parseKey(key));
    PathCodec codec = new PathCodec(store);
    codec.hash(bytes, 0);
    UnsafeBuffer chunk = new UnsafeBuffer(new byte[store.stride()]);
    codec.encode(bytes, 0, values, 0, hops, chunk, 0);
    for (int copy = 0; copy < store.redundancy(); copy++) {
      path.write(store, codec.chunkOffset(copy), chunk, 0, store.chunkLength());
    }
  }

  /** Adds to the counters of a key. */
  public void increment(KeyIncrementStore store, String key, long addend) {
    KeyIncrementHasher hasher = new KeyIncrementHasher(store);
    hasher.hash(new UnsafeBuffer(store.key().parseKey(key)), 0, store.redundancy());
    for (int copy = 0; copy < store.redundancy(); copy++) {
      path.fetchAdd(store, hasher.counterOffset(copy), addend);
    }
  }

  /** Writes one frame of a list. */
  public void frame(AppendStore store, int list, int sequence, List<byte[]> entries) {
    UnsafeBuffer frame = new UnsafeBuffer(new byte[store.stride()]);
    for (int i = 0; i < entries.size(); i++) {
      frame.putBytes(i * store.entryLength(), entries.get(i));
    }
    int flags = entries.size() < store.batch() ? AppendStore.FLUSHED_FLAG : 0;
    AppendFrame.seal(frame, 0, store, sequence, entries.size(), flags);
    path.write(store, store.frameOffset(list, sequence), frame, 0, store.frameLength());
  }

  /** Writes all columns of an epoch and then its trailer. */
  public void sketch(SketchStore store, int epoch, SketchBuilder sketch) {
    sketch(store, epoch, sketch, SketchStore.COMPLETE);
  }

  /** Writes all columns of an epoch and then a trailer of a state. */
  public void sketch(SketchStore store, int epoch, SketchBuilder sketch, int state) {
    ExpandableArrayBuffer columns = new ExpandableArrayBuffer();
    int[] counters = sketch.counters();
    for (int i = 0; i < counters.length; i++) {
      columns.putInt(i * SketchStore.COUNTER_LENGTH, counters[i], BIG_ENDIAN);
    }
    int step = store.columnsPerWrite() * store.columnLength();
    for (int offset = 0; offset < store.trailerOffset(); offset += step) {
      path.write(store, store.epochOffset(epoch) + offset, columns, offset, step);
    }
    UnsafeBuffer trailer = new UnsafeBuffer(new byte[SketchStore.TRAILER_LENGTH]);
    boolean complete = state == SketchStore.COMPLETE;
    trailer.putInt(SketchStore.EPOCH_OFFSET, epoch, BIG_ENDIAN);
    trailer.putInt(SketchStore.COMPLETE_COLUMNS_OFFSET, complete ? store.columns() : 0, BIG_ENDIAN);
    trailer.putShort(SketchStore.EXPECTED_OFFSET, (short) store.reporters(), BIG_ENDIAN);
    trailer.putShort(
        SketchStore.MERGED_OFFSET, (short) (complete ? store.reporters() : 0), BIG_ENDIAN);
    trailer.putByte(SketchStore.STATE_OFFSET, (byte) state);
    path.write(
        store,
        store.epochOffset(epoch) + store.trailerOffset(),
        trailer,
        0,
        SketchStore.TRAILER_LENGTH);
  }
}
