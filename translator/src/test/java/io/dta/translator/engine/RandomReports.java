package io.dta.translator.engine;

import io.dta.primitives.datagram.DatagramBuilder;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PathVerification;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchKind;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.store.Store;
import io.dta.primitives.wire.BaseHeader;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/** Reports of all five primitives to small stores, most of them right. */
final class RandomReports {
  static final KeyWriteStore KEY_WRITE =
      new KeyWriteStore(1, "values", KeyFormat.U32, 7, 64, 3, null, null);
  static final AppendStore APPEND = new AppendStore(0, "events", 6, 5, 4, 4);
  static final KeyIncrementStore KEY_INCREMENT =
      new KeyIncrementStore(63, "counts", KeyFormat.raw(6), 32, 4);
  static final PostcardingStore POSTCARDING =
      new PostcardingStore(2, "paths", KeyFormat.raw(3), 3, 32, 2, PathVerification.CHECKSUM, null);
  static final SketchStore SKETCH =
      new SketchStore(5, "sketch", KeyFormat.U32, SketchKind.COUNT_SKETCH, 2, 16, 4, 2, 4);

  private final SplittableRandom random;
  private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[64]);
  private final int[] counters = new int[2];
  private int epoch;
  private int seqnum;

  RandomReports(SplittableRandom random) {
    this.random = random;
  }

  /** The builder of an engine that has all the stores. */
  static final Store[] STORES = {KEY_WRITE, APPEND, KEY_INCREMENT, POSTCARDING, SKETCH};

  static EngineFixture.Builder fixture() {
    EngineSettings settings = new EngineSettings(null, 0, 16, null, 0, null, 0, 0, 0, 0, null, 0);
    return EngineFixture.with(STORES).settings(settings);
  }

  /** Adds one report; one in ten is wrong somewhere. */
  void add(DatagramBuilder datagram) {
    random.nextBytes(bytes.byteArray());
    bytes.putByte(0, (byte) random.nextInt(12)); // few keys, so that they meet
    bytes.putShort(1, (short) 0);
    int flags = random.nextInt(8) == 0 ? BaseHeader.IMMEDIATE_FLAG : 0;
    int sequence = 0;
    if (random.nextInt(4) == 0) {
      flags |= BaseHeader.RETRANSMITTABLE_FLAG;
      sequence = random.nextInt(10) == 0 ? random.nextInt(256) : seqnum++ & 0xFF;
    }
    boolean wrong = random.nextInt(10) == 0;
    switch (random.nextInt(5)) {
      case 0 -> datagram.keyWrite(KEY_WRITE, flags, sequence, copies(wrong, 3), bytes, 0, bytes, 4);
      case 1 ->
          datagram.append(
              APPEND, flags, sequence, wrong ? random.nextInt() : random.nextInt(6), bytes, 0);
      case 2 ->
          datagram.keyIncrement(
              KEY_INCREMENT, flags, sequence, copies(wrong, 4), bytes, 0, random.nextLong());
      case 3 ->
          datagram.postcard(
              POSTCARDING,
              flags,
              sequence,
              bytes,
              0,
              copies(wrong, 3),
              random.nextInt(30) == 0 ? PostcardingStore.BLANK : random.nextInt());
      default -> {
        epoch += random.nextInt(40) == 0 ? 1 : 0;
        datagram.sketchColumn(
            SKETCH,
            flags,
            sequence,
            random.nextInt(wrong ? 4 : 2),
            epoch + (wrong ? random.nextInt(9) - 4 : 0),
            random.nextInt(wrong ? 20 : 16),
            counters,
            0);
      }
    }
  }

  private int copies(boolean wrong, int most) {
    return wrong ? random.nextInt(256) : 1 + random.nextInt(most);
  }
}
