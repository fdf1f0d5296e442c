package io.dta.p4;

import io.dta.primitives.Primitive;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.store.Store;
import java.nio.ByteBuffer;

/** Reports, put together after the tables of docs/wire-format.md. */
final class Reports {
  static final int IMMEDIATE = 0x80;
  static final int ESSENTIAL = 0x40;

  private Reports() {}

  private static ByteBuffer begin(Store store, int flags, int seqnum) {
    return begin(store.primitive(), store.id(), store.reportLength(), flags, seqnum);
  }

  private static ByteBuffer begin(
      Primitive primitive, int store, int length, int flags, int seqnum) {
    return ByteBuffer.allocate(3 + length)
        .put((byte) primitive.opcode())
        .put((byte) seqnum)
        .put((byte) (flags | store));
  }

  static byte[] keyWrite(
      Store store, int flags, int seqnum, int redundancy, byte[] key, byte[] value) {
    return begin(store, flags, seqnum).put((byte) redundancy).put(key).put(value).array();
  }

  static byte[] append(Store store, int flags, int seqnum, int list, byte[] entry) {
    return begin(store, flags, seqnum).putInt(list).put(entry).array();
  }

  static byte[] keyIncrement(Store store, int flags, int redundancy, byte[] key, long increment) {
    return begin(store, flags, 0).put((byte) redundancy).put(key).putLong(increment).array();
  }

  static byte[] postcard(Store store, int flags, byte[] key, int hop, int value) {
    return begin(store, flags, 0).put(key).put((byte) hop).putInt(value).array();
  }

  @SuppressWarnings("ByteBufferBackingArray") // allocated by begin
  static byte[] sketchColumn(
      SketchStore store, int flags, int reporter, int epoch, int column, int... counters) {
    ByteBuffer out = begin(store, flags, 0).putShort((short) reporter).putInt(epoch).putInt(column);
    for (int counter : counters) {
      out.putInt(counter);
    }
    return out.array();
  }

  /** Reports back to back. */
  static byte[] datagram(byte[]... reports) {
    int length = 0;
    for (byte[] report : reports) {
      length += report.length;
    }
    ByteBuffer out = ByteBuffer.allocate(length);
    for (byte[] report : reports) {
      out.put(report);
    }
    return out.array();
  }
}
