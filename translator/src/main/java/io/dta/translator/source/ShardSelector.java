package io.dta.translator.source;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.dta.primitives.datagram.ReportDecoder;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.wire.AppendReport;
import io.dta.primitives.wire.KeyIncrementReport;
import io.dta.primitives.wire.KeyWriteReport;
import io.dta.primitives.wire.PostcardReport;
import org.agrona.DirectBuffer;

/**
 * Which shard owns a report: by key for Key-Write, Key-Increment and postcards, by list for Append,
 * by store for Sketch-Merge. All reports of one key, list or sketch reach the same engine, in
 * order, so that no two engines share a cache row, a batch or an epoch.
 */
final class ShardSelector {
  private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

  private final int shards;

  ShardSelector(int shards) {
    this.shards = shards;
  }

  /** The shard, from 0, of a decoder's current report, which has been decoded. */
  int shard(ReportDecoder report, DirectBuffer buffer) {
    int body = report.body();
    return switch (report.store()) {
      case KeyWriteStore store ->
          byKey(buffer, body + KeyWriteReport.KEY_OFFSET, store.key().length());
      case KeyIncrementStore store ->
          byKey(buffer, body + KeyIncrementReport.KEY_OFFSET, store.key().length());
      case PostcardingStore store ->
          byKey(buffer, body + PostcardReport.KEY_OFFSET, store.key().length());
      case AppendStore _ -> Integer.remainderUnsigned(AppendReport.list(buffer, body), shards);
      case SketchStore store -> store.id() % shards;
    };
  }

  /** A mix of its own, and not one of the CRCs: slots must not depend on the shard. */
  private int byKey(DirectBuffer buffer, int index, int length) {
    long hash = length;
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      hash = mix(hash ^ buffer.getLong(index + i, LITTLE_ENDIAN));
    }
    long tail = 0;
    for (; i < length; i++) {
      tail = tail << Byte.SIZE | (buffer.getByte(index + i) & 0xFF);
    }
    hash = mix(hash ^ tail);
    return (int) Long.remainderUnsigned(hash, shards);
  }

  private static long mix(long value) {
    long product = value * MULTIPLIER;
    return (product ^ product >>> 32) * MULTIPLIER ^ product >>> 29;
  }
}
