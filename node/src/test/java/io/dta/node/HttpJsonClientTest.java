package io.dta.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HttpJsonClientTest {
  private static final String REMEDY = "start one with `dta collector --config FILE`";

  record Count(String key, long count) {}

  record Other(String key) {}

  private final AtomicInteger deleted = new AtomicInteger();
  private final HttpEndpoint endpoint =
      HttpEndpoint.builder()
          .get("/v1/counts/{store}", request -> new Count(request.query("key"), 42), "key")
          .post("/v1/counts", request -> request.body(Count.class))
          .delete(
              "/v1/counts/{id}",
              request -> {
                deleted.set((int) request.pathNumber("id", 0, 100));
                return null;
              })
          .get("/v1/nothing", request -> null)
          .build();
  private HttpJsonClient client;

  @BeforeEach
  void start() {
    endpoint.start();
    client = new HttpJsonClient(URI.create(endpoint.uri() + "/"), "collector", REMEDY);
  }

  @AfterEach
  void close() {
    endpoint.close();
  }

  @Test
  void shouldGetPostAndDelete() {
    String key = "10.0.0.1:1234>10.0.2.3:80/tcp & ü+=%";
    Count count = client.get(HttpJsonClient.path("/v1/counts/bytes", "key", key), Count.class);
    assertEquals(new Count(key, 42), count);
    assertEquals(new Count("a", 1), client.post("/v1/counts", new Count("a", 1), Count.class));
    client.delete("/v1/counts/17");
    assertEquals(17, deleted.get());
    assertNull(client.get("/v1/nothing", Count.class));
  }

  @Test
  void shouldLeaveAbsentParametersOut() {
    assertEquals("/a?x=1&z=b%20c", HttpJsonClient.path("/a", "x", 1, "y", null, "z", "b c"));
    assertEquals("/a", HttpJsonClient.path("/a"));
  }

  @Test
  void shouldPassOnTheServersSentence() {
    PeerException missing =
        assertThrows(PeerException.class, () -> client.get("/v1/counts/bytes", Count.class));
    assertEquals(400, missing.status());
    assertEquals(
        "query parameter 'key' is missing (GET %s/v1/counts/bytes: HTTP 400)"
            .formatted(endpoint.uri()),
        missing.getMessage());
    PeerException method = assertThrows(PeerException.class, () -> client.delete("/v1/counts"));
    assertEquals(405, method.status());
  }

  @Test
  void shouldSayThatAnAnswerIsOfAnotherVersion() {
    OperatorException e =
        assertThrows(OperatorException.class, () -> client.get("/v1/counts/b?key=1", Other.class));
    assertTrue(e.getMessage().contains("is not a collector of this version"), e.getMessage());
  }

  @Test
  void shouldSayThatNobodyAnswers() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    URI uri = URI.create("http://127.0.0.1:" + port);
    HttpJsonClient absent = new HttpJsonClient(uri, "collector", REMEDY);
    assertEquals(
        "no collector answers at %s: is it running? %s".formatted(uri, REMEDY),
        assertThrows(OperatorException.class, () -> absent.get("/healthz", Count.class))
            .getMessage());
  }

  @Test
  void shouldSayThatTheHostIsUnknownOrTheAddressMalformed() {
    HttpJsonClient unknown =
        new HttpJsonClient(URI.create("http://no.such.invalid:1"), "collector", REMEDY);
    assertEquals(
        "the host of http://no.such.invalid:1 is unknown: check the address of the collector",
        assertThrows(OperatorException.class, () -> unknown.get("/", Count.class)).getMessage());
    assertEquals(
        "'localhost:80' is not the address of a collector: expected the form http://HOST:PORT",
        assertThrows(
                OperatorException.class,
                () -> new HttpJsonClient(URI.create("localhost:80"), "collector", REMEDY))
            .getMessage());
  }

  @Test
  void shouldGiveUpOnAServerThatNeverAnswers() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI uri = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      HttpJsonClient hasty = new HttpJsonClient(uri, "collector", REMEDY, Duration.ofMillis(50));
      assertEquals(
          "the collector at %s did not answer in time (GET /healthz)".formatted(uri),
          assertThrows(OperatorException.class, () -> hasty.get("/healthz", Count.class))
              .getMessage());
    }
  }
}
