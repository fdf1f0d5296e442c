package io.dta.collector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dta.collector.event.EventFilter;
import io.dta.collector.event.ImmediateEvent;
import io.dta.node.Json;
import io.dta.primitives.Primitive;
import io.dta.primitives.directory.Directory;
import io.dta.primitives.store.Store;
import io.dta.primitives.wire.ImmediateData;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.IcrcCheck;
import io.dta.rdma.roce.RetransmissionPolicy;
import io.dta.rdma.roce.RoceQueuePair;
import io.dta.rdma.roce.RoceRequester;
import io.dta.rdma.udp.DatagramUdpPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From a WRITE with immediate over RoCEv2 to subscribers, in Java and over HTTP. */
@Timeout(60)
class EventsApiTest {
  private final CollectorFixture fixture = new CollectorFixture();
  private final ApiClient api = fixture.api;
  private final RoceRequester requester =
      new RoceRequester(
          DatagramUdpPort.bind(InetAddress.getLoopbackAddress(), 0),
          System::nanoTime,
          IcrcCheck.ANY_IDENTIFICATION);
  private RoceQueuePair queuePair;
  private int queuePairNumber;

  @BeforeEach
  void connect() throws IOException {
    QueuePairRequest request = requester.request(TransportService.RC, 1024);
    JsonNode answer = api.post("/v1/queue-pairs", Json.compact(request));
    QueuePairReply reply = Json.mapper().treeToValue(answer, QueuePairReply.class);
    queuePairNumber = reply.queuePairNumber();
    queuePair =
        requester.connect(request, reply, (id, status) -> {}, RetransmissionPolicy.defaults());
  }

  @AfterEach
  void stop() {
    requester.close();
    fixture.close();
  }

  private void write(Store store, long offset, DirectBuffer source, int length, int immediate) {
    Directory.Region region =
        fixture.collector.directory().entries().stream()
            .filter(entry -> entry.store().equals(store))
            .findFirst()
            .orElseThrow()
            .region();
    assertEquals(
        RdmaQueuePair.POSTED,
        queuePair.writeImmediate(
            new RemoteRegion(region.address(), region.rkey(), region.length()),
            offset,
            source,
            0,
            length,
            immediate,
            1));
    queuePair.flush();
    while (queuePair.outstanding() > 0) {
      queuePair.poll();
    }
  }

  private void report(Store store, int detail) {
    write(
        store,
        0,
        new UnsafeBuffer(new byte[8]),
        8,
        ImmediateData.of(store.primitive(), store.id(), detail));
  }

  /** A frame of a list, whose only entry is its sequence. */
  private void frame(int list, int sequence) {
    StoreWriter writer =
        new StoreWriter(
            new StoreWriter.Path() {
              @Override
              public void write(
                  Store store, long offset, DirectBuffer source, int index, int length) {
                UnsafeBuffer frame = new UnsafeBuffer(new byte[length]);
                frame.putBytes(0, source, index, length);
                int immediate = ImmediateData.of(Primitive.APPEND, store.id(), list);
                EventsApiTest.this.write(store, offset, frame, length, immediate);
              }

              @Override
              public void fetchAdd(Store store, long offset, long addend) {
                throw new UnsupportedOperationException();
              }
            });
    writer.frame(
        CollectorFixture.EVENTS, list, sequence, List.of(new byte[] {0, 0, 0, (byte) sequence}));
  }

  /** A subscription over HTTP. */
  private final class Listener implements AutoCloseable {
    private final HttpURLConnection connection;
    private final BufferedReader in;

    Listener(String query) {
      try {
        connection =
            (HttpURLConnection)
                fixture.collector.uri().resolve("/v1/events" + query).toURL().openConnection();
        assertEquals("text/event-stream", connection.getContentType());
        in =
            new BufferedReader(
                new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
        assertEquals(List.of(": subscribed"), block());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** The lines up to the next empty one; null where the stream has ended. */
    List<String> block() throws IOException {
      List<String> lines = new ArrayList<>();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.isEmpty()) {
          return lines;
        }
        lines.add(line);
      }
      return null;
    }

    /** An event's data, held against the API's description. */
    JsonNode event() throws IOException {
      List<String> block = block();
      assertEquals(3, block.size(), block::toString);
      assertEquals("event: immediate", block.get(1));
      JsonNode data = Json.mapper().readTree(block.get(2).substring("data: ".length()));
      assertEquals("id: " + data.get("id"), block.getFirst());
      assertEquals(List.of(), api.description().violations("Event", data));
      return data;
    }

    @Override
    public void close() {
      connection.disconnect();
    }
  }

  @Test
  void shouldTellOverHttpWhatArrivedByRoce() throws Exception {
    try (Listener listener = new Listener("")) {
      Instant before = Instant.now().minusSeconds(1);
      report(CollectorFixture.PATHS, 0x1_2345);
      report(CollectorFixture.FLOWS, 0);
      JsonNode first = listener.event();
      JsonNode second = listener.event();
      assertEquals("paths", first.get("store").asText());
      assertEquals("key-write", first.get("primitive").asText());
      assertEquals(0x2345, first.get("detail").asInt());
      assertEquals(queuePairNumber, first.get("queuePairNumber").asInt());
      assertEquals(8, first.get("length").asInt());
      assertTrue(Instant.parse(first.get("time").asText()).isAfter(before));
      assertEquals("flows", second.get("store").asText());
      assertEquals(first.get("id").asInt() + 1, second.get("id").asInt());
    }
    String metrics = api.text("/metrics");
    assertTrue(metrics.contains("dta_collector_immediates_total 2.0"), metrics);
    assertTrue(metrics.contains("dta_collector_events_missed_total 0.0"), metrics);
  }

  @Test
  void shouldTellInJava() throws Exception {
    BlockingQueue<ImmediateEvent> heard = new LinkedBlockingQueue<>();
    try (var _ = fixture.collector.subscribe(EventFilter.ALL, heard::add)) {
      report(CollectorFixture.POSTCARDS, 17);
      ImmediateEvent event = heard.take();
      assertEquals(CollectorFixture.POSTCARDS, event.store());
      assertEquals(17, event.detail());
    }
    report(CollectorFixture.POSTCARDS, 18);
    assertTrue(heard.isEmpty());
  }

  @Test
  void shouldTellTheNewEntriesOfAList() throws Exception {
    frame(1, 1);
    try (Listener listener = new Listener("?store=events&content=true")) {
      frame(1, 2);
      JsonNode list = listener.event().get("list");
      assertEquals("[\"00000002\"]", list.get("entries").toString());
      assertEquals(3, list.get("next").asInt());
      frame(0, 1);
      assertEquals("[\"00000001\"]", listener.event().get("list").get("entries").toString());
      frame(1, 3);
      frame(1, 4);
      List<String> entries = new ArrayList<>();
      for (int i = 0; i < 2; i++) { // The first event may bring both.
        listener.event().get("list").get("entries").forEach(each -> entries.add(each.asText()));
      }
      assertEquals(List.of("00000003", "00000004"), entries);
      report(CollectorFixture.EVENTS, 999);
      assertFalse(listener.event().has("list"));
    }
  }

  @Test
  void shouldTellHowFarASketchIs() throws Exception {
    fixture
        .writer()
        .sketch(
            CollectorFixture.FLOW_SIZES,
            0x1_0002,
            new io.dta.primitives.store.SketchBuilder(CollectorFixture.FLOW_SIZES));
    try (Listener listener = new Listener("?content=true")) {
      write(
          CollectorFixture.PATHS,
          0,
          new UnsafeBuffer(new byte[8]),
          8,
          ImmediateData.of(Primitive.SKETCH_MERGE, 0, 0x1_0002));
      JsonNode epoch = listener.event().get("epoch");
      assertEquals(0x1_0002, epoch.get("epoch").asInt());
      assertEquals("complete", epoch.get("state").asText());
    }
  }

  @Test
  void shouldFilter() throws Exception {
    try (Listener stores = new Listener("?store=events,flows");
        Listener primitives = new Listener("?primitive=key-write,postcarding")) {
      report(CollectorFixture.PATHS, 1);
      report(CollectorFixture.FLOWS, 2);
      report(CollectorFixture.POSTCARDS, 3);
      report(CollectorFixture.EVENTS, 4);
      assertEquals(2, stores.event().get("detail").asInt());
      assertEquals(4, stores.event().get("detail").asInt());
      assertEquals(1, primitives.event().get("detail").asInt());
      assertEquals(3, primitives.event().get("detail").asInt());
    }
  }

  @Test
  void shouldRefuseWhatMakesNoSense() {
    assertEquals(
        "query parameter 'store': no store is named 'event'; there are: events, paths, flows, blobs, postcards, host-bytes, flow-sizes, flow-count"
            .split(";", 2)[0],
        api.error(400, "GET", "/v1/events?store=event", null).split(";", 2)[0]);
    api.error(400, "GET", "/v1/events?primitive=write", null);
    api.error(400, "GET", "/v1/events?content=1", null);
    api.error(400, "GET", "/v1/events?shop=1", null);
    List<Listener> listeners = new ArrayList<>();
    for (int i = 0; i < CollectorFixture.LIMITS.subscribers(); i++) {
      listeners.add(new Listener(""));
    }
    String refused = api.error(503, "GET", "/v1/events", null);
    assertTrue(refused.contains("limits.subscribers"), refused);
    listeners.forEach(Listener::close);
  }

  @Test
  void shouldEndStreamsWithTheCollector() throws Exception {
    try (Listener listener = new Listener("")) {
      fixture.collector.close();
      assertNull(listener.block());
    }
  }
}
