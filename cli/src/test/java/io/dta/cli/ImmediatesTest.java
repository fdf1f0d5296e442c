package io.dta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dta.cli.query.CollectorHttp;
import io.dta.collector.Collector;
import io.dta.collector.CollectorContext;
import io.dta.collector.event.EventFilter;
import io.dta.collector.event.EventSubscription;
import io.dta.collector.event.ImmediateEvent;
import io.dta.node.HttpJsonClient;
import io.dta.primitives.Primitive;
import io.dta.primitives.datagram.DatagramBuilder;
import io.dta.primitives.hash.SlotHasher;
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
import io.dta.primitives.wire.HeaderFormat;
import io.dta.translator.Translator;
import io.dta.translator.TranslatorContext;
import io.dta.translator.connection.RdmaSettings;
import io.dta.translator.connection.RdmaSettings.Transport;
import io.dta.translator.engine.EngineEvent;
import io.dta.translator.source.SourceSettings;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The immediate flag from a report's datagram to a subscriber, for every primitive: one event a
 * report (or path, or epoch), after everything that belongs to it is in memory.
 */
@Timeout(60)
class ImmediatesTest {
  private static final KeyWriteStore VALUES =
      new KeyWriteStore(5, "values", KeyFormat.U32, 4, 1 << 17, 2, null, null);
  private static final AppendStore LISTS = new AppendStore(1, "lists", 700, 4, 16, 4);
  private static final KeyIncrementStore COUNTS =
      new KeyIncrementStore(0, "counts", KeyFormat.U32, 1 << 10, 2);
  private static final PostcardingStore PATHS =
      new PostcardingStore(
          2, "paths", KeyFormat.U32, 3, 1 << 10, 2, PathVerification.CHECKSUM, null);
  private static final SketchStore SKETCH =
      new SketchStore(3, "sketch", KeyFormat.U32, SketchKind.COUNT_MIN, 2, 16, 4, 1, 0);
  private static final List<Store> STORES = List.of(VALUES, LISTS, COUNTS, PATHS, SKETCH);
  private static final String KEY = "10.1.2.3";
  private static final int IMMEDIATE = BaseHeader.IMMEDIATE_FLAG;
  private static final int EPOCH = 0x2_0003;

  @TempDir Path directory;

  private final UnsafeBuffer key = new UnsafeBuffer(new byte[] {10, 1, 2, 3});
  private final UnsafeBuffer value = new UnsafeBuffer(new byte[] {0, 0, 0, 7});
  private final UnsafeBuffer datagram = new UnsafeBuffer(new byte[1400]);
  private final DatagramBuilder reports = new DatagramBuilder(HeaderFormat.FULL);
  private final BlockingQueue<ImmediateEvent> heard = new LinkedBlockingQueue<>();
  private DatagramSocket socket;
  private Translator translator;
  private HttpJsonClient queries;

  private CollectorContext collector(Transport transport) {
    boolean local = transport == Transport.LOCAL;
    return new CollectorContext(
        "test",
        new CollectorContext.Http(null, 0),
        new CollectorContext.Rdma(
            null, 0, local ? CollectorContext.RdmaMode.NONE : null, null, null),
        local
            ? new CollectorContext.Regions(
                CollectorContext.Backing.FILE, directory.toString(), null)
            : null,
        STORES,
        null);
  }

  @ParameterizedTest
  @EnumSource(
      value = Transport.class,
      names = {"ROCEV2", "LOCAL"})
  void shouldTellOfEachPrimitiveAsDocumented(Transport transport) throws Exception {
    try (DatagramSocket open = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Collector collector = new Collector(collector(transport))) {
      socket = open;
      collector.start();
      queries = CollectorHttp.client(collector.uri());
      TranslatorContext context =
          new TranslatorContext(
              new SourceSettings("127.0.0.1", 0, 1, null),
              null,
              List.of(collector.uri().toString()),
              new RdmaSettings(transport, null, null, 0, null),
              null,
              new TranslatorContext.Http(null, 0),
              null,
              null);
      try (Translator running = new Translator(context);
          EventSubscription _ = collector.subscribe(EventFilter.ALL, heard::add)) {
        translator = running;
        translator.start();
        keyWrite();
        append();
        postcards();
        keyIncrement();
        sketch();
      }
      assertTrue(heard.isEmpty(), heard::toString);
      assertEquals(1, translator.snapshot().count(EngineEvent.IMMEDIATE_IGNORED));
    }
  }

  private void send() throws IOException {
    socket.send(
        new DatagramPacket(
            datagram.byteArray(),
            reports.length(),
            InetAddress.getLoopbackAddress(),
            translator.port()));
    reports.wrap(datagram, 0, datagram.capacity());
  }

  private ImmediateEvent next(Store store) throws InterruptedException {
    ImmediateEvent event = heard.take();
    assertEquals(store, event.store(), event::toString);
    return event;
  }

  private JsonNode query(Primitive primitive, Store store, String rest) {
    return queries.get("/v1/" + primitive.label() + "/" + store.name() + rest, JsonNode.class);
  }

  private void keyWrite() throws Exception {
    reports.wrap(datagram, 0, datagram.capacity());
    reports.keyWrite(VALUES, 0, 0, 2, key, 0, new UnsafeBuffer(new byte[4]), 0);
    reports.keyWrite(VALUES, IMMEDIATE, 0, 2, key, 0, value, 0);
    send();
    ImmediateEvent event = next(VALUES);
    SlotHasher hasher = new SlotHasher(VALUES.hashes(), 4, 2);
    hasher.hash(key, 0);
    assertEquals(hasher.slot(1) & (VALUES.slots() - 1) & 0xFFFF, event.detail());
    JsonNode answer = query(Primitive.KEY_WRITE, VALUES, "?key=" + KEY);
    assertEquals("value", answer.get("outcome").asText());
    assertEquals("00000007", answer.get("value").asText());
    assertEquals(2, answer.get("matched").asInt(), "both copies are in memory: " + answer);
  }

  private void append() throws Exception {
    reports.append(LISTS, 0, 0, 600, value, 0);
    reports.append(LISTS, 0, 0, 601, value, 0); // Waits for its batch.
    reports.append(LISTS, IMMEDIATE, 0, 600, value, 0);
    send();
    assertEquals(600, next(LISTS).detail());
    JsonNode page = query(Primitive.APPEND, LISTS, "/600");
    assertEquals("[\"00000007\",\"00000007\"]", page.get("entries").toString());
  }

  private void postcards() throws Exception {
    reports.postcard(PATHS, IMMEDIATE, 0, key, 0, 1, 11);
    reports.postcard(PATHS, 0, 0, key, 0, 2, 12);
    reports.postcard(PATHS, 0, 0, key, 0, 3, 13);
    send();
    next(PATHS);
    JsonNode answer = query(Primitive.POSTCARDING, PATHS, "?key=" + KEY);
    assertEquals("[11,12,13]", answer.get("path").toString());
    assertEquals(2, answer.get("matched").asInt(), answer::toString);
  }

  /** FETCH_ADD cannot carry one. */
  private void keyIncrement() throws Exception {
    reports.keyIncrement(COUNTS, IMMEDIATE, 0, 2, key, 0, 3);
    reports.keyWrite(VALUES, IMMEDIATE, 0, 1, key, 0, value, 0);
    send();
    next(VALUES);
  }

  private void sketch() throws Exception {
    int[] counters = new int[SKETCH.rows()];
    for (int column = 0; column < SKETCH.columns(); column++) {
      reports.sketchColumn(SKETCH, column == 4 ? IMMEDIATE : 0, 0, 0, EPOCH, column, counters, 0);
    }
    send();
    assertEquals(EPOCH & 0xFFFF, next(SKETCH).detail());
    JsonNode epochs = query(Primitive.SKETCH_MERGE, SKETCH, "").get("epochs");
    assertEquals(EPOCH, epochs.get(0).get("epoch").asInt());
    assertEquals("complete", epochs.get(0).get("state").asText());
  }
}
