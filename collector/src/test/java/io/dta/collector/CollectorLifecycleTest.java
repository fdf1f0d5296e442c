package io.dta.collector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dta.collector.CollectorContext.Backing;
import io.dta.collector.CollectorContext.Http;
import io.dta.collector.CollectorContext.Rdma;
import io.dta.collector.CollectorContext.RdmaMode;
import io.dta.collector.CollectorContext.Regions;
import io.dta.node.OperatorException;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.Store;
import io.dta.rdma.control.ConnectionOffer;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.disni.DisniLibrary;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollectorLifecycleTest {
  private static final String KEY = "10.0.0.1:1234>10.0.2.3:80/tcp";
  private static final String ASK = "/v1/key-write/paths?key=" + ApiClient.encode(KEY);

  @TempDir private Path directory;

  private Regions files() {
    return new Regions(Backing.FILE, directory.toString(), null);
  }

  private static CollectorContext context(Regions regions, Rdma rdma, Http http, Store store) {
    return new CollectorContext(null, http, rdma, regions, List.of(store), null);
  }

  private static CollectorContext context(Regions regions, Store store) {
    return context(
        regions, CollectorFixture.EPHEMERAL_RDMA, CollectorFixture.EPHEMERAL_HTTP, store);
  }

  private static String failure(CollectorContext context) {
    try (Collector collector = new Collector(context)) {
      return assertThrows(OperatorException.class, collector::start).getMessage();
    }
  }

  @Test
  void shouldKeepTheContentOfRegionFilesOverARestart() {
    try (CollectorFixture first = new CollectorFixture(CollectorFixture.context(files()))) {
      first.writer().keyWrite(CollectorFixture.PATHS, KEY, new byte[20]);
      assertEquals("value", first.api.get(ASK).get("outcome").asText());
      JsonNode store = first.api.get("/v1/stores").get("stores").get(0);
      assertEquals("file", store.get("region").get("backing").asText());
      assertEquals(
          directory.resolve("paths.region").toString(), store.get("region").get("file").asText());
      assertEquals(
          directory.resolve("paths.region").toString(),
          first.collector.directory().entries().getFirst().region().file());
    }
    try (CollectorFixture second = new CollectorFixture(CollectorFixture.context(files()))) {
      assertEquals("value", second.api.get(ASK).get("outcome").asText());
    }
  }

  @Test
  void shouldStartEmptyWithAnonymousMemory() {
    try (CollectorFixture fixture = new CollectorFixture()) {
      assertEquals("empty", fixture.api.get(ASK).get("outcome").asText());
    }
  }

  @Test
  void shouldRefuseARegionFileOfAnotherLayout() {
    new CollectorFixture(context(files(), CollectorFixture.PATHS)).close();
    Store changed = new KeyWriteStore(0, "paths", KeyFormat.U32, 20, 1024, 4, null, null);
    String message = failure(context(files(), changed));
    assertTrue(
        message.startsWith(
            "key-write store 'paths', 24,576 bytes: %s was made for {"
                .formatted(directory.resolve("paths.region"))),
        message);
    assertTrue(message.contains("\"key\":\"ipv4-5-tuple\""), message);
    assertTrue(message.contains("and the configuration now says {"), message);
    assertTrue(message.endsWith("away to start empty"), message);
  }

  @Test
  void shouldRefuseARegionFileWhoseLayoutIsUnreadable() throws IOException {
    new CollectorFixture(context(files(), CollectorFixture.PATHS)).close();
    Files.writeString(directory.resolve("paths.region.json"), "{");
    String message = failure(context(files(), CollectorFixture.PATHS));
    assertTrue(message.contains("does not say what"), message);
  }

  @Test
  void shouldRefuseARegionFileThatAnotherCollectorHas() {
    try (CollectorFixture first = new CollectorFixture(context(files(), CollectorFixture.PATHS))) {
      assertEquals("empty", first.api.get(ASK).get("outcome").asText());
      String message = failure(context(files(), CollectorFixture.PATHS));
      assertTrue(message.contains(directory.resolve("paths.region").toString()), message);
      assertTrue(message.contains("use"), message);
    }
  }

  @Test
  void shouldSayThatTheDiskIsTooSmall() {
    Store huge = new KeyWriteStore(0, "huge", KeyFormat.U32, 1024, 1L << 32, 1, null, null);
    String message = failure(context(files(), huge));
    assertTrue(message.startsWith("key-write store 'huge', 4,432,406,249,472 bytes: "), message);
    assertTrue(message.contains(directory.resolve("huge.region").toString()), message);
  }

  @Test
  void shouldSayThatMemoryIsTooSmall() {
    Store huge = new KeyWriteStore(0, "huge", KeyFormat.U32, 1024, 1L << 32, 1, null, null);
    String message = failure(context(null, huge));
    assertTrue(message.contains("make the stores smaller"), message);
  }

  @Test
  void shouldSayThatTheDirectoryCannotBeMade() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    String message =
        failure(
            context(
                new Regions(Backing.FILE, file.resolve("below").toString(), null),
                CollectorFixture.PATHS));
    assertTrue(message.startsWith("regions.directory " + file + "/below cannot be made"), message);
  }

  @Test
  void shouldNameTheHttpPortThatIsInUse() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String message =
          failure(
              context(
                  null,
                  CollectorFixture.EPHEMERAL_RDMA,
                  new Http("127.0.0.1", taken.getLocalPort()),
                  CollectorFixture.PATHS));
      assertEquals(
          "port %d on 127.0.0.1 is in use: stop the other process, or choose another port with http.port"
              .formatted(taken.getLocalPort()),
          message);
    }
  }

  @Test
  void shouldNameTheRdmaPortThatIsInUse() throws IOException {
    try (DatagramSocket taken =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      String message =
          failure(
              context(
                  null,
                  new Rdma("127.0.0.1", taken.getLocalPort(), null, null, null),
                  CollectorFixture.EPHEMERAL_HTTP,
                  CollectorFixture.PATHS));
      assertTrue(
          message.startsWith(
              "cannot bind UDP 127.0.0.1:%d for RoCEv2: ".formatted(taken.getLocalPort())),
          message);
      assertTrue(message.contains("rdma.port"), message);
    }
  }

  @Test
  void shouldSayWhatDisniNeeds() {
    assumeTrue(DisniLibrary.find().isEmpty(), "libdisni.so is installed here");
    Rdma disni = new Rdma("127.0.0.1", null, RdmaMode.DISNI, null, 0);
    String message =
        failure(context(files(), disni, CollectorFixture.EPHEMERAL_HTTP, CollectorFixture.PATHS));
    assertTrue(message.startsWith("rdma.mode 'disni': libdisni.so not found: "), message);
  }

  @Test
  void shouldGiveBackWhatItTookWhereItCannotStart() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      failure(
          context(
              files(),
              CollectorFixture.EPHEMERAL_RDMA,
              new Http("127.0.0.1", taken.getLocalPort()),
              CollectorFixture.PATHS));
    }
    new CollectorFixture(context(files(), CollectorFixture.PATHS)).close();
  }

  @Test
  void shouldRefuseConnectionsWithoutAnRnic() {
    Rdma none = new Rdma(null, null, RdmaMode.NONE, null, null);
    try (CollectorFixture fixture =
        new CollectorFixture(
            context(files(), none, CollectorFixture.EPHEMERAL_HTTP, CollectorFixture.PATHS))) {
      assertNull(fixture.collector.offer());
      assertTrue(fixture.api.get("/readyz").get("ready").asBoolean());
      assertEquals(
          "{\"queuePairs\":[],\"rnic\":{}}", fixture.api.get("/v1/queue-pairs").toString());
      assertEquals(
          "this collector has no RNIC (rdma.mode: none): translators on its host map the files that"
              + " GET /v1/directory names",
          fixture.api.error(409, "POST", "/v1/queue-pairs", "{}"));
      assertEquals(409, fixture.api.send("DELETE", "/v1/queue-pairs/1", null).status());
      assertEquals(409, fixture.api.send("GET", "/v1/rdma", null).status());
      assertFalse(fixture.api.text("/metrics").contains("dta_rnic"));
    }
  }

  @Test
  void shouldChooseFreePortsWhereAskedFor() {
    try (CollectorFixture fixture = new CollectorFixture()) {
      assertNotEquals(0, fixture.collector.uri().getPort());
      assertNotEquals(0, fixture.collector.offer().udpPort());
    }
  }

  @Test
  void shouldSayHowTranslatorsConnect() throws Exception {
    try (CollectorFixture fixture = new CollectorFixture()) {
      ConnectionOffer offer = fixture.collector.offer();
      assertEquals("127.0.0.1", offer.address());
      assertTrue(offer.byControl(TransportService.RC));
      assertTrue(offer.byControl(TransportService.UC));
      assertEquals(
          offer,
          new ObjectMapper()
              .readValue(fixture.api.get("/v1/rdma").toString(), ConnectionOffer.class));
    }
  }

  @Test
  void shouldStartOnceOnly() {
    try (CollectorFixture fixture = new CollectorFixture()) {
      assertThrows(IllegalStateException.class, fixture.collector::start);
      assertTrue(fixture.api.get("/readyz").get("ready").asBoolean());
    }
  }

  @Test
  void shouldCloseWithoutHavingStartedAndTwice() {
    Collector collector = new Collector(CollectorFixture.context(null));
    collector.close();
    collector.close();
  }
}
