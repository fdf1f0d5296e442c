package io.dta.collector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dta.node.Json;
import io.dta.primitives.directory.Directory;
import io.dta.primitives.store.SketchBuilder;
import io.dta.primitives.store.Store;
import io.dta.rdma.CompletionStatus;
import io.dta.rdma.QueuePairState;
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
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is written by RoCEv2 over UDP is what HTTP answers, for every kind of store. */
@Timeout(60)
class RoceEndToEndTest {
  private static final ObjectMapper MAPPER = Json.mapper();
  private static final int KEYS = 50;

  private final CollectorFixture fixture = new CollectorFixture();
  private final ApiClient api = fixture.api;
  private final RoceRequester requester =
      new RoceRequester(
          DatagramUdpPort.bind(InetAddress.getLoopbackAddress(), 0),
          System::nanoTime,
          IcrcCheck.ANY_IDENTIFICATION);
  private final List<CompletionStatus> completions = new ArrayList<>();
  private Directory directory;
  private int queuePairNumber;
  private RoceQueuePair queuePair;

  @BeforeEach
  void connect() throws Exception {
    directory = MAPPER.treeToValue(api.get("/v1/directory"), Directory.class);
    queuePair = connect(TransportService.RC);
  }

  private RoceQueuePair connect(TransportService service) throws Exception {
    QueuePairRequest request = requester.request(service, 1024);
    JsonNode answer = api.post("/v1/queue-pairs", MAPPER.writeValueAsString(request));
    QueuePairReply reply = MAPPER.treeToValue(answer, QueuePairReply.class);
    queuePairNumber = reply.queuePairNumber();
    return requester.connect(
        request,
        reply,
        (workRequestId, status) -> completions.add(status),
        RetransmissionPolicy.defaults());
  }

  @AfterEach
  void stop() {
    queuePair.close();
    requester.close();
    fixture.close();
  }

  private RemoteRegion region(Store store) {
    return directory.entries().stream()
        .filter(entry -> entry.store().equals(store))
        .map(Directory.Entry::region)
        .map(region -> new RemoteRegion(region.address(), region.rkey(), region.length()))
        .findFirst()
        .orElseThrow();
  }

  /** Posts by the queue pair, and polls where it is full. */
  private StoreWriter writer() {
    return new StoreWriter(
        new StoreWriter.Path() {
          @Override
          public void write(Store store, long offset, DirectBuffer source, int index, int length) {
            while (true) {
              int code =
                  queuePair.write(
                      region(store), offset, source, index, length, RdmaQueuePair.UNSIGNALED);
              if (posted(code)) {
                return;
              }
            }
          }

          @Override
          public void fetchAdd(Store store, long offset, long addend) {
            while (!posted(
                queuePair.fetchAdd(region(store), offset, addend, RdmaQueuePair.UNSIGNALED))) {
              Thread.onSpinWait();
            }
          }
        });
  }

  private boolean posted(int code) {
    if (code == RdmaQueuePair.BACK_PRESSURED) {
      queuePair.poll();
      return false;
    }
    assertEquals(RdmaQueuePair.POSTED, code);
    return true;
  }

  private void settle() {
    queuePair.flush();
    while (queuePair.outstanding() > 0) {
      queuePair.poll();
    }
    assertEquals(QueuePairState.READY_TO_SEND, queuePair.state());
  }

  private static String flow(int i) {
    return "10.0.0.%d:%d>10.0.1.1:80/tcp".formatted(i + 1, 1000 + i);
  }

  private static String flowV6(int i) {
    return "[2001:db8::%x]:%d>[2001:db8::ffff]:443/udp".formatted(i + 1, 1000 + i);
  }

  private static byte[] path(int i) {
    byte[] path = new byte[20];
    UnsafeBuffer buffer = new UnsafeBuffer(path);
    for (int hop = 0; hop < 5; hop++) {
      buffer.putByte(4 * hop + 3, (byte) (i + hop));
    }
    return path;
  }

  private JsonNode batch(String path, List<String> keys) throws Exception {
    JsonNode answers =
        api.post(path + "/query", "{\"keys\":" + MAPPER.writeValueAsString(keys) + "}")
            .get("answers");
    assertEquals(keys.size(), answers.size());
    return answers;
  }

  @Test
  void shouldAnswerOverHttpWhatWasWrittenByRoce() throws Exception {
    StoreWriter writer = writer();
    List<String> flows = new ArrayList<>();
    List<String> flowsV6 = new ArrayList<>();
    List<String> hosts = new ArrayList<>();
    SketchBuilder sizes = new SketchBuilder(CollectorFixture.FLOW_SIZES);
    for (int i = 0; i < KEYS; i++) {
      flows.add(flow(i));
      flowsV6.add(flowV6(i));
      hosts.add("10.0.0." + (i + 1));
      writer.keyWrite(CollectorFixture.PATHS, flow(i), path(i));
      writer.postcards(
          CollectorFixture.POSTCARDS, flowV6(i), new int[] {i + 1, i + 2, i + 3, 0, 0}, 0b111);
      writer.increment(CollectorFixture.HOST_BYTES, hosts.get(i), 100);
      writer.increment(CollectorFixture.HOST_BYTES, hosts.get(i), i);
      writer.frame(CollectorFixture.EVENTS, 0, i + 1, List.of(new byte[] {0, 0, 0, (byte) i}));
      byte[] key = CollectorFixture.FLOW_SIZES.key().parseKey(flow(i));
      sizes.add(new UnsafeBuffer(key), 0, i);
    }
    writer.sketch(CollectorFixture.FLOW_SIZES, 1, sizes);
    settle();

    JsonNode values = batch("/v1/key-write/paths", flows);
    JsonNode paths = batch("/v1/postcarding/postcards", flowsV6);
    JsonNode counts = batch("/v1/key-increment/host-bytes", hosts);
    JsonNode estimates = batch("/v1/sketch-merge/flow-sizes", flows);
    for (int i = 0; i < KEYS; i++) {
      assertEquals(
          "[%d,%d,%d,%d,%d]".formatted(i, i + 1, i + 2, i + 3, i + 4),
          values.get(i).get("words").toString());
      assertEquals(
          "[%d,%d,%d]".formatted(i + 1, i + 2, i + 3), paths.get(i).get("path").toString());
      assertTrue(counts.get(i).get("count").asInt() >= 100 + i);
      assertTrue(estimates.get(i).get("estimate").asInt() >= i);
    }
    assertEquals(KEYS * (KEYS - 1) / 2, estimates.get(0).get("total").asInt());
    JsonNode list = api.get("/v1/append/events/0");
    int oldest = KEYS - CollectorFixture.EVENTS.frames();
    assertEquals(CollectorFixture.EVENTS.frames(), list.get("entries").size());
    assertEquals("%08x".formatted(oldest), list.get("entries").get(0).asText());
    assertEquals(KEYS + 1, list.get("next").asInt());
  }

  @Test
  void shouldListAndEndQueuePairs() throws Exception {
    writer().keyWrite(CollectorFixture.PATHS, flow(1), path(1));
    settle();
    JsonNode list = api.get("/v1/queue-pairs");
    assertEquals(1, list.get("queuePairs").size());
    JsonNode shown = list.get("queuePairs").get(0);
    assertEquals(queuePairNumber, shown.get("queuePairNumber").asInt());
    assertEquals("RC", shown.get("service").asText());
    assertEquals("127.0.0.1", shown.get("address").asText());
    assertEquals(CollectorFixture.PATHS.redundancy(), list.get("rnic").get("writes").asInt());
    assertTrue(
        api.text("/metrics")
            .contains(
                "dta_rnic_operations_total{operation=\"write\"} "
                    + (double) CollectorFixture.PATHS.redundancy()));

    assertEquals(204, api.send("DELETE", "/v1/queue-pairs/" + queuePairNumber, null).status());
    assertEquals(0, api.get("/v1/queue-pairs").get("queuePairs").size());
    assertEquals(
        "no queue pair %d; GET /v1/queue-pairs lists those that there are"
            .formatted(queuePairNumber),
        api.error(404, "DELETE", "/v1/queue-pairs/" + queuePairNumber, null));
  }

  @Test
  void shouldShowAQueuePairThatWroteOutsideItsRegionAsFailed() throws Exception {
    RemoteRegion paths = region(CollectorFixture.PATHS);
    RemoteRegion beyond = new RemoteRegion(paths.address(), paths.rkey(), 1L << 40);
    queuePair.write(beyond, 1L << 30, new UnsafeBuffer(new byte[8]), 0, 8, 1);
    queuePair.flush();
    while (queuePair.state() != QueuePairState.ERROR) {
      queuePair.poll();
    }
    JsonNode list = api.get("/v1/queue-pairs");
    assertEquals("ERROR", list.get("queuePairs").get(0).get("state").asText());
    assertTrue(api.text("/metrics").contains("dta_rnic_naks_total{syndrome=\"0x62\"} 1.0"));
    queuePair.close();
    assertEquals(List.of(CompletionStatus.REMOTE_ACCESS_ERROR), completions);
    queuePair = connect(TransportService.RC);
    writer().keyWrite(CollectorFixture.PATHS, flow(1), path(1));
    settle();
  }

  @Test
  void shouldRefuseQueuePairsThatMakeNoSense() throws Exception {
    QueuePairRequest request = requester.request(TransportService.RC, 1024);
    String json = MAPPER.writeValueAsString(request);
    assertEquals(
        "address is missing: expected the IP address that the requester sends from",
        api.error(400, "POST", "/v1/queue-pairs", json.replace("\"address\":\"127.0.0.1\",", "")));
    for (String wrong :
        List.of(
            json.replace("127.0.0.1", "nowhere"),
            json.replace("1024", "1000"),
            json.replace("\"RC\"", "\"RD\""),
            json.replace("\"RC\"", "null"),
            json.replaceFirst("\"udpPort\":\\d+", "\"udpPort\":0"))) {
      api.error(400, "POST", "/v1/queue-pairs", wrong);
    }
  }
}
