package io.dta.translator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.Primitive;
import io.dta.primitives.datagram.DatagramBuilder;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendReader;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.EpochInfo;
import io.dta.primitives.store.KeyIncrementReader;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteAnswer;
import io.dta.primitives.store.KeyWriteReader;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.Outcome;
import io.dta.primitives.store.PathAnswer;
import io.dta.primitives.store.PathVerification;
import io.dta.primitives.store.PostcardingReader;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.QueryPolicy;
import io.dta.primitives.store.SketchBuilder;
import io.dta.primitives.store.SketchKind;
import io.dta.primitives.store.SketchReader;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.store.Store;
import io.dta.primitives.wire.HeaderFormat;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reports of all primitives, sent as a reporter sends them, and what memory must say afterwards.
 */
final class Traffic implements AutoCloseable {
  static final KeyWriteStore PATHS =
      new KeyWriteStore(3, "paths", KeyFormat.IPV4_5_TUPLE, 20, 1 << 14, 2, null, null);
  static final AppendStore EVENTS = new AppendStore(0, "events", 7, 12, 4, 256);
  static final KeyIncrementStore BYTES =
      new KeyIncrementStore(1, "bytes", KeyFormat.U32, 1 << 14, 2);
  static final PostcardingStore POSTCARDS =
      new PostcardingStore(
          0, "postcards", KeyFormat.U32, 5, 1 << 12, 2, PathVerification.CHECKSUM, null);
  static final SketchStore SKETCH =
      new SketchStore(0, "sketch", KeyFormat.U32, SketchKind.COUNT_MIN, 2, 64, 2, 1, 0);
  static final Store[] STORES = {PATHS, EVENTS, BYTES, POSTCARDS, SKETCH};

  static final int FLOWS = 300;
  private static final int MAX_DATAGRAM = 700;
  private static final int HOPS = 5;

  private final DatagramSocket socket;
  private final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocate(MAX_DATAGRAM));
  private final UnsafeBuffer key = new UnsafeBuffer(new byte[KeyFormat.MAX_LENGTH]);
  private final UnsafeBuffer value = new UnsafeBuffer(new byte[64]);
  private final DatagramBuilder builder = new DatagramBuilder(HeaderFormat.FULL);
  private final InetSocketAddress target;
  private long reports;

  Traffic(int port) throws IOException {
    this.socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    builder.wrap(buffer, 0, MAX_DATAGRAM);
  }

  /** Sends reports of all primitives, mixed within datagrams. */
  void send() throws IOException {
    SketchBuilder sketch = new SketchBuilder(SKETCH);
    for (int flow = 0; flow < FLOWS; flow++) {
      pathOf(flow);
      put(() -> builder.keyWrite(PATHS, 0, 0, 2, key, 0, value, 0));
      int list = flow % EVENTS.lists();
      value.putInt(0, flow);
      put(() -> builder.append(EVENTS, 0, 0, list, value, 0));
      key.putInt(0, flow);
      int bytes = 1000 + flow;
      put(() -> builder.keyIncrement(BYTES, 0, 0, 2, key, 0, bytes));
      put(() -> builder.keyIncrement(BYTES, 0, 0, 2, key, 0, 1));
      for (int hop = 1; hop <= HOPS; hop++) {
        int number = hop;
        int of = flow;
        put(() -> builder.postcard(POSTCARDS, 0, 0, key, 0, number, switchOf(of, number)));
      }
      sketch.add(key, 0, flow);
    }
    for (int column = 0; column < SKETCH.columns(); column++) {
      int at = column;
      put(
          () ->
              builder.sketchColumn(SKETCH, 0, 0, 0, 1, at, sketch.counters(), at * SKETCH.rows()));
    }
    flush();
  }

  private void pathOf(int flow) {
    key.setMemory(0, key.capacity(), (byte) 0);
    key.putInt(1, flow * 7919);
    for (int i = 0; i < PATHS.valueLength(); i++) {
      value.putByte(i, (byte) (flow + i));
    }
  }

  private static int switchOf(int flow, int hop) {
    return flow * 10 + hop;
  }

  private void put(BooleanSupplier report) throws IOException {
    if (!report.getAsBoolean()) {
      flush();
      assertTrue(report.getAsBoolean());
    }
    reports++;
  }

  private void flush() throws IOException {
    sendBytes(buffer.byteBuffer().array(), builder.length());
    builder.wrap(buffer, 0, MAX_DATAGRAM);
  }

  void sendBytes(byte[] bytes, int length) throws IOException {
    socket.send(new DatagramPacket(bytes, length, target));
  }

  /** How many reports were sent. */
  long reports() {
    return reports;
  }

  /** Checks that the collector's memory holds everything that {@link #send} sent, once. */
  void check(StubCollector collector) {
    KeyWriteReader paths = new KeyWriteReader(PATHS, collector.memory(PATHS));
    KeyWriteAnswer path = new KeyWriteAnswer(PATHS);
    KeyIncrementReader counts = new KeyIncrementReader(BYTES, collector.memory(BYTES));
    PostcardingReader postcards = new PostcardingReader(POSTCARDS, collector.memory(POSTCARDS));
    PathAnswer hops = new PathAnswer(POSTCARDS);
    int found = 0;
    int exact = 0;
    int complete = 0;
    for (int flow = 0; flow < FLOWS; flow++) {
      pathOf(flow);
      paths.lookup(key, 0, QueryPolicy.FIRST_MATCH, path);
      if (path.outcome() == Outcome.VALUE) {
        found++;
        assertEquals(
            0,
            path.value().compareTo(new UnsafeBuffer(value, 0, PATHS.valueLength())),
            "flow " + flow);
      }
      key.putInt(0, flow);
      long count = counts.count(key, 0);
      assertTrue(count >= 1001 + flow, "flow " + flow + " counts " + count);
      exact += count == 1001 + flow ? 1 : 0;
      postcards.lookup(key, 0, QueryPolicy.FIRST_MATCH, hops);
      if (hops.outcome() == Outcome.VALUE && hops.hops() == 0b11111) {
        complete++;
        for (int hop = 1; hop <= HOPS; hop++) {
          assertEquals(switchOf(flow, hop), hops.value(hop), "flow " + flow + " hop " + hop);
        }
      }
    }
    // Both copies of a key may be overwritten: q² with q = 1 − exp(−αN), at most 0.1 of 300 here.
    assertTrue(found >= FLOWS - 3, "paths found: " + found);
    assertTrue(exact >= FLOWS - 3, "exact counts: " + exact);
    assertTrue(complete >= FLOWS - 15, "complete paths: " + complete);
    checkLists(collector);
    SketchReader sketches = new SketchReader(SKETCH, collector.memory(SKETCH));
    EpochInfo epoch = new EpochInfo();
    assertTrue(sketches.newest(false, epoch), "no finished epoch");
    assertEquals(1, epoch.epoch());
    assertEquals((long) FLOWS * (FLOWS - 1) / 2, sketches.total(epoch));
  }

  /** Sends the Key-Write reports of {@link #send} alone. */
  void sendPaths() throws IOException {
    for (int flow = 0; flow < FLOWS; flow++) {
      pathOf(flow);
      put(() -> builder.keyWrite(PATHS, 0, 0, 2, key, 0, value, 0));
    }
    flush();
  }

  /** Checks that the paths of all flows can be read. */
  void checkPaths(StubCollector collector) {
    int found = paths(collector);
    assertTrue(found >= FLOWS - 3, "paths found: " + found);
  }

  /** How many flows' paths can be read. */
  int paths(StubCollector collector) {
    KeyWriteReader paths = new KeyWriteReader(PATHS, collector.memory(PATHS));
    KeyWriteAnswer path = new KeyWriteAnswer(PATHS);
    int found = 0;
    for (int flow = 0; flow < FLOWS; flow++) {
      pathOf(flow);
      paths.lookup(key, 0, QueryPolicy.FIRST_MATCH, path);
      found += path.outcome() == Outcome.VALUE ? 1 : 0;
    }
    return found;
  }

  private static void checkLists(StubCollector collector) {
    for (int list = 0; list < EVENTS.lists(); list++) {
      List<Integer> entries = new ArrayList<>();
      AppendReader reader =
          new AppendReader(EVENTS, collector.memory(EVENTS), list, AppendStore.FIRST_SEQUENCE);
      reader.poll(
          (sequence, position, entry, index, length) -> entries.add(entry.getInt(index)),
          Integer.MAX_VALUE);
      List<Integer> expected = new ArrayList<>();
      for (int flow = list; flow < FLOWS; flow += EVENTS.lists()) {
        expected.add(flow);
      }
      assertEquals(expected, entries, "list " + list);
    }
  }

  /** Checks that all that was sent is written. */
  void checkWritten(Accounting accounting) {
    assertEquals(reports, accounting.received(), accounting.toString());
    assertEquals(reports, accounting.written(), accounting.toString());
    assertEquals(0, accounting.inFlight(), accounting.toString());
    assertEquals(FLOWS, accounting.primitives().get(Primitive.KEY_WRITE.label()).written());
  }

  @Override
  public void close() {
    socket.close();
  }
}
