package io.dta.collector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dta.primitives.store.SketchBuilder;
import java.util.HexFormat;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CollectorApiTest {
  private static final String FLOW = "10.0.0.1:1234>10.0.2.3:80/tcp";
  private static final String OTHER_FLOW = "10.0.0.2:1234>10.0.2.3:80/tcp";
  private static final String FLOW_V6 = "[2001:db8::1]:1234>[2001:db8::2]:443/udp";
  private static final byte[] PATH =
      HexFormat.of().parseHex("0000000100000002000000030000000400000005");

  private static CollectorFixture fixture;
  private static ApiClient api;

  @BeforeAll
  static void start() {
    fixture = new CollectorFixture();
    api = fixture.api;
    StoreWriter writer = fixture.writer();
    writer.keyWrite(CollectorFixture.PATHS, FLOW, PATH);
    writer.keyWrite(CollectorFixture.BLOBS, "0x010203", new byte[] {1, 2, 3, 4, 5});
    writer.postcards(CollectorFixture.POSTCARDS, FLOW_V6, new int[] {7, 0, 9, 0, 0}, 0b101);
    writer.increment(CollectorFixture.HOST_BYTES, "10.0.0.1", 1500);
    writer.increment(CollectorFixture.HOST_BYTES, "7", -1);
    writer.frame(
        CollectorFixture.EVENTS, 1, 1, List.of(new byte[] {0, 0, 0, 1}, new byte[] {0, 0, 0, 2}));
    byte[] flow = CollectorFixture.FLOW_SIZES.key().parseKey(FLOW);
    byte[] other = CollectorFixture.FLOW_SIZES.key().parseKey(OTHER_FLOW);
    writer.frame(CollectorFixture.FLOWS, 0, 1, List.of(flow, other));
    SketchBuilder sizes = new SketchBuilder(CollectorFixture.FLOW_SIZES);
    sizes.add(new UnsafeBuffer(flow), 0, 90);
    sizes.add(new UnsafeBuffer(other), 0, 10);
    writer.sketch(CollectorFixture.FLOW_SIZES, 3, sizes);
    SketchBuilder count = new SketchBuilder(CollectorFixture.FLOW_COUNT);
    count.add(new UnsafeBuffer(flow), 0, 1);
    count.add(new UnsafeBuffer(other), 0, 1);
    writer.sketch(CollectorFixture.FLOW_COUNT, 3, count);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static String key(String text) {
    return "key=" + ApiClient.encode(text);
  }

  @Test
  void shouldAnswerTheValueOfAFlow() {
    JsonNode answer = api.get("/v1/key-write/paths?" + key(FLOW));
    assertEquals(
        """
        {"key":"10.0.0.1:1234>10.0.2.3:80/tcp","outcome":"value","copies":4,"matched":4,"agreed":4,\
        "value":"0000000100000002000000030000000400000005","words":[1,2,3,4,5]}\
        """,
        answer.toString());
  }

  @Test
  void shouldNotSplitAValueIntoWordsThatIsNoneOfThem() {
    JsonNode answer = api.get("/v1/key-write/blobs?" + key("0x010203"));
    assertEquals("0102030405", answer.get("value").asText());
    assertFalse(answer.has("words"));
  }

  @Test
  void shouldAnswerEmptyForAKeyThatWasNeverWritten() {
    JsonNode answer = api.get("/v1/key-write/paths?" + key(OTHER_FLOW));
    assertEquals(
        """
        {"key":"10.0.0.2:1234>10.0.2.3:80/tcp","outcome":"empty","copies":4,"matched":0,"agreed":0}\
        """,
        answer.toString());
  }

  @Test
  void shouldApplyThePolicyAndTheRedundancyThatAreAskedFor() {
    String contested = "10.9.9.9:1>10.9.9.8:2/udp";
    StoreWriter writer = fixture.writer();
    writer.keyWrite(CollectorFixture.PATHS, contested, new byte[20], 0, 1);
    writer.keyWrite(CollectorFixture.PATHS, contested, PATH, 1, 4);
    String ask = "/v1/key-write/paths?" + key(contested);
    assertEquals(3, api.get(ask).get("agreed").asInt());
    assertEquals(1, api.get(ask).get("words").get(0).asInt());
    assertEquals(0, api.get(ask + "&policy=first-match").get("words").get(0).asInt());
    assertEquals("empty", api.get(ask + "&policy=consensus:4").get("outcome").asText());
    JsonNode two = api.get(ask + "&redundancy=2");
    assertEquals("ambiguous", two.get("outcome").asText());
    assertEquals(2, two.get("copies").asInt());
  }

  @Test
  void shouldAnswerABatchInTheOrderOfItsKeys() {
    JsonNode answers =
        api.post(
                "/v1/key-write/paths/query",
                "{\"keys\":[\"%s\",\"%s\",\"%s\"],\"policy\":\"consensus:4\",\"redundancy\":4}"
                    .formatted(OTHER_FLOW, FLOW, OTHER_FLOW))
            .get("answers");
    assertEquals(3, answers.size());
    assertEquals("empty", answers.get(0).get("outcome").asText());
    assertEquals("value", answers.get(1).get("outcome").asText());
    assertEquals(OTHER_FLOW, answers.get(2).get("key").asText());
    assertEquals(0, api.post("/v1/key-write/paths/query", "{\"keys\":[]}").get("answers").size());
  }

  @Test
  void shouldAnswerAPathWithTheHopsThatAreMissing() {
    JsonNode answer = api.get("/v1/postcarding/postcards?" + key(FLOW_V6));
    assertEquals(
        """
        {"key":"[2001:db8::1]:1234>[2001:db8::2]:443/udp","outcome":"value","copies":2,"matched":2,\
        "agreed":2,"path":[7,9],"hops":[{"hop":1,"value":7},{"hop":3,"value":9}],"missing":[2]}\
        """,
        answer.toString());
    JsonNode batch =
        api.post(
            "/v1/postcarding/postcards/query",
            "{\"keys\":[\"%s\",\"[::1]:1>[::2]:2/6\"]}".formatted(FLOW_V6));
    assertEquals(answer, batch.get("answers").get(0));
    assertEquals("empty", batch.get("answers").get(1).get("outcome").asText());
  }

  @Test
  void shouldReadCountersAsUnsignedNumbers() {
    assertEquals(
        "{\"key\":\"167772161\",\"count\":1500,\"copies\":2}",
        api.get("/v1/key-increment/host-bytes?" + key("10.0.0.1")).toString());
    JsonNode batch =
        api.post("/v1/key-increment/host-bytes/query", "{\"keys\":[\"7\",\"8\"]}").get("answers");
    assertEquals("18446744073709551615", batch.get(0).get("count").asText());
    assertEquals(0, batch.get(1).get("count").asInt());
  }

  @Test
  void shouldFollowAList() {
    JsonNode page = api.get("/v1/append/events/1");
    assertEquals(
        "{\"list\":1,\"entries\":[\"00000001\",\"00000002\"],\"next\":2,\"lostFrames\":0}",
        page.toString());
    JsonNode rest = api.get("/v1/append/events/1?from=2&limit=10");
    assertEquals(0, rest.get("entries").size());
    assertEquals(2, rest.get("next").asInt());
    assertEquals(
        "{\"store\":\"events\",\"next\":[1,2]}", api.get("/v1/append/events/heads").toString());
  }

  @Test
  void shouldEstimateFromTheMergedSketch() {
    assertEquals(1, api.get("/v1/sketch-merge/flow-sizes").get("epochs").size());
    JsonNode answer = api.get("/v1/sketch-merge/flow-sizes/estimate?" + key(FLOW));
    assertEquals(3, answer.get("epoch").asInt());
    assertEquals(90, answer.get("estimate").asInt());
    assertEquals(100, answer.get("total").asInt());
    for (String epoch : List.of("3", "\"3\"", "\"latest\"")) {
      JsonNode batch =
          api.post(
              "/v1/sketch-merge/flow-sizes/query",
              "{\"keys\":[\"%s\"],\"epoch\":%s}".formatted(FLOW, epoch));
      assertEquals(answer, batch.get("answers").get(0));
    }
  }

  @Test
  void shouldFindHeavyHittersAmongKeysAndAmongTheEntriesOfAList() {
    String path = "/v1/sketch-merge/flow-sizes/heavy-hitters";
    JsonNode ofKeys =
        api.post(path, "{\"keys\":[\"%s\",\"%s\"],\"threshold\":0.5}".formatted(OTHER_FLOW, FLOW));
    assertEquals(1, ofKeys.get("heavyHitters").size());
    assertEquals(FLOW, ofKeys.get("heavyHitters").get(0).get("key").asText());
    assertEquals(0.9, ofKeys.get("heavyHitters").get(0).get("share").asDouble(), 1e-9);
    JsonNode ofList =
        api.post(path, "{\"list\":{\"store\":\"flows\",\"list\":0},\"threshold\":0.5}");
    assertEquals(ofKeys, ofList);
    assertEquals(
        "expected the candidates either as keys, a list of keys, or as list, such as {\"store\":"
            + " \"flows\", \"list\": 0}",
        api.error(400, "POST", path, "{}"));
  }

  @Test
  void shouldCountDifferentKeys() {
    JsonNode cardinality = api.get("/v1/sketch-merge/flow-count/cardinality");
    assertEquals(2, cardinality.get("estimate").asDouble(), 0.1);
  }

  @Test
  void shouldNameTheStoresThatThereAreNearestFirst() {
    assertEquals(
        "no key-write store is named 'path'; there are: paths, blobs",
        api.error(404, "GET", "/v1/key-write/path?" + key(FLOW), null));
    assertEquals(
        "no append store is named 'flow'; there are: flows, events",
        api.error(404, "GET", "/v1/append/flow/0", null));
    assertEquals(
        "no append store is named 'paths'; store 'paths' is for key-write: ask /v1/key-write/paths",
        api.error(404, "GET", "/v1/append/paths/0", null));
  }

  @Test
  void shouldShowHowAKeyIsWritten() {
    assertEquals(
        "query parameter 'key' is missing", api.error(400, "GET", "/v1/key-write/paths", null));
    String u32 = api.error(400, "GET", "/v1/key-increment/host-bytes?key=x", null);
    assertEquals(
        "u32 key 'x': expected a number from 0 to 4294967295 or an IPv4 address; example: 42 or"
            + " 10.0.0.1",
        u32);
    String tuple = api.error(400, "GET", "/v1/key-write/paths?key=10.0.0.1", null);
    assertTrue(tuple.contains("10.0.0.1:1234>10.0.2.3:80/tcp"), tuple);
    String ipv6 = api.error(400, "GET", "/v1/key-write/paths?" + key(FLOW_V6), null);
    assertTrue(ipv6.contains("IPv4"), ipv6);
    String second =
        api.error(400, "POST", "/v1/key-write/blobs/query", "{\"keys\":[\"0x010203\",\"0x01\"]}");
    assertTrue(second.startsWith("keys[1]: raw:3 key '0x01': "), second);
  }

  @Test
  void shouldRefuseWhatIsOutOfRange() {
    String paths = "/v1/key-write/paths?" + key(FLOW);
    assertEquals(
        "redundancy 5: expected 1 to 4, the redundancy of store 'paths'",
        api.error(400, "GET", paths + "&redundancy=5", null));
    assertEquals(
        "query parameter 'policy': policy 'majority': expected first-match, plurality, or"
            + " consensus:T with T from 1 to 8",
        api.error(400, "GET", paths + "&policy=majority", null));
    assertEquals(
        "unknown query parameter 'polcy'; did you mean 'policy'?",
        api.error(400, "GET", paths + "&polcy=plurality", null));
    assertEquals(
        "list 2: store 'events' has the lists 0 to 1",
        api.error(404, "GET", "/v1/append/events/2", null));
    String hundredAndOne = "\"0x010203\",".repeat(100) + "\"0x010203\"";
    assertEquals(
        "101 keys: expected at most 100 in one request",
        api.error(400, "POST", "/v1/key-write/blobs/query", "{\"keys\":[" + hundredAndOne + "]}"));
    assertEquals(
        "keys is missing: expected a list of keys",
        api.error(400, "POST", "/v1/key-write/blobs/query", "{}"));
    assertEquals(
        "body: policy: expected text",
        api.error(400, "POST", "/v1/key-write/blobs/query", "{\"keys\":[],\"policy\":3}"));
    String tooLong = "{\"keys\":[\"" + " ".repeat(10_000) + "\"]}";
    assertEquals(413, api.send("POST", "/v1/key-write/blobs/query", tooLong).status());
  }

  @Test
  void shouldListTheStoresWithTheirMemory() {
    JsonNode stores = api.get("/v1/stores").get("stores");
    assertEquals(CollectorFixture.STORES.size(), stores.size());
    JsonNode paths = stores.get(0);
    assertEquals("paths", paths.get("name").asText());
    assertEquals(1024, paths.get("capacity").asInt());
    assertEquals("slots", paths.get("unit").asText());
    assertEquals("key-write", paths.get("configuration").get("primitive").asText());
    assertEquals(
        "{\"length\":24576,\"backing\":\"anonymous\",\"hugePages\":\"not-requested\"}",
        paths.get("region").toString());
  }

  @Test
  void shouldServeTheDirectoryThatItHas() {
    JsonNode directory = api.get("/v1/directory");
    assertEquals("test", directory.get("collector").asText());
    assertEquals(
        fixture.collector.directory().entries().getFirst().region().rkey(),
        directory.get("entries").get(0).get("region").get("rkey").asInt());
  }

  @Test
  void shouldBeAliveAndReady() {
    assertEquals("alive", api.get("/healthz").get("status").asText());
    assertTrue(api.get("/readyz").get("ready").asBoolean());
  }

  @Test
  void shouldExposeMetrics() {
    api.get("/v1/key-write/paths?" + key(FLOW));
    api.error(404, "GET", "/v1/key-write/nothing?" + key(FLOW), null);
    String metrics = api.text("/metrics");
    for (String line :
        List.of(
            "dta_collector_queries_total{primitive=\"key-write\",status=\"404\",store=\"none\"} ",
            "dta_collector_queries_total{primitive=\"key-write\",status=\"200\",store=\"paths\"} ",
            "dta_collector_answers_total{kind=\"value\",primitive=\"key-write\",store=\"paths\"} ",
            "dta_collector_store_slots{primitive=\"key-write\",store=\"paths\"} 1024.0",
            "dta_collector_query_seconds_bucket{primitive=\"key-write\",le=\"0.001\"} ",
            "dta_collector_region_bytes{primitive=\"key-write\",store=\"paths\"} 24576.0",
            "dta_collector_region_huge_pages{primitive=\"key-write\",store=\"paths\"} 0.0",
            "dta_rnic_packets_total ",
            "dta_rnic_operations_total{operation=\"write\"} ",
            "dta_rnic_written_bytes_total ",
            "dta_rnic_naks_total{syndrome=\"0x60\"} ",
            "dta_rnic_dropped_packets_total{reason=\"wrong-icrc\"} ",
            "dta_rnic_queue_pairs{state=\"receiving\"} ",
            "jvm_memory_used_bytes{")) {
      assertTrue(metrics.contains("\n" + line), () -> line + " is not in\n" + metrics);
    }
  }
}
