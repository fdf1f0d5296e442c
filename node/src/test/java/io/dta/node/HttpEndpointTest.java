package io.dta.node;

import static io.dta.node.metrics.MetricDescription.counter;
import static io.dta.node.metrics.MetricDescription.gauge;
import static io.dta.node.metrics.MetricDescription.histogram;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dta.node.metrics.Metric;
import io.dta.node.metrics.MetricDescription;
import io.dta.node.metrics.MetricSet;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HttpEndpointTest {
  private static final int MAX_BODY = 1000;

  record Keys(List<String> keys, int limit) {
    Keys {
      keys = List.copyOf(keys);
      if (limit < 0) {
        throw new IllegalArgumentException("limit " + limit + ": expected at least 0");
      }
    }
  }

  /** Has no end as JSON. */
  record Endless() {
    public Endless getNext() {
      return this;
    }
  }

  private final List<String> reasons = new ArrayList<>();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final HttpEndpoint endpoint =
      HttpEndpoint.builder()
          .listen("127.0.0.1", 0, "--http-port")
          .get("/v1/directory", request -> Map.of("collector", "c1"))
          .get(
              "/v1/append/{name}/{list}",
              request ->
                  Map.of(
                      "name",
                      request.path("name"),
                      "list",
                      request.pathNumber("list", 0, 9),
                      "limit",
                      request.queryNumber("limit", 1, 100, 10),
                      "peek",
                      request.queryFlag("peek")),
              "limit",
              "peek")
          .get("/v1/append/{name}/heads", request -> Map.of("heads", request.path("name")))
          .get("/v1/key", request -> Map.of("key", request.query("key")), "key")
          .post("/v1/keys", request -> request.body(Keys.class))
          .delete("/v1/queue-pairs/{qpn}", request -> null)
          .get(
              "/v1/conflict",
              request -> {
                throw RequestException.conflict("queue pair 5 is in use");
              })
          .get(
              "/v1/broken",
              request -> {
                throw new IllegalStateException("a bug");
              })
          .get("/v1/not-json", request -> Map.of("self", new Endless()))
          .readiness(() -> Readiness.of(reasons))
          .metrics(registry)
          .maxBody(MAX_BODY)
          .build();
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeEach
  void start() {
    endpoint.start();
  }

  @AfterEach
  void close() {
    client.close();
    endpoint.close();
  }

  @Test
  void shouldServeJson() throws Exception {
    HttpResponse<String> response = get("/v1/directory");

    assertEquals(200, response.statusCode());
    assertEquals("{\"collector\":\"c1\"}", response.body());
    assertEquals("application/json", response.headers().firstValue("Content-Type").orElseThrow());
    assertTrue(endpoint.port() > 0);
    assertEquals(URI.create("http://127.0.0.1:" + endpoint.port()), endpoint.uri());
  }

  @Test
  void shouldDecodeParameters() throws Exception {
    JsonNode answer = json(get("/v1/append/a%20%2Fb+%C3%BC/7?peek=true&limit=5"), 200);
    assertEquals("a /b+ü", answer.get("name").asText());
    assertEquals(7, answer.get("list").asInt());
    assertEquals(5, answer.get("limit").asInt());
    assertTrue(answer.get("peek").asBoolean());

    answer = json(get("/v1/key?key=10.0.0.1:1234%3E10.0.2.3:80/tcp"), 200);
    assertEquals("10.0.0.1:1234>10.0.2.3:80/tcp", answer.get("key").asText());
    assertEquals("a b", json(get("/v1/key?key=a+b"), 200).get("key").asText());
  }

  @Test
  void shouldPreferLiteralSegments() throws Exception {
    assertEquals("events", json(get("/v1/append/events/heads"), 200).get("heads").asText());
  }

  @Test
  void shouldAnswerWrongRequestsWithASentence() throws Exception {
    assertError(400, "query parameter 'key' is missing", get("/v1/key"));
    assertError(400, "unknown query parameter 'kye'; did you mean 'key'?", get("/v1/key?kye=1"));
    assertError(400, "unknown query parameter 'x'; none is allowed here", get("/v1/directory?x=1"));
    assertError(400, "query parameter 'key' is given twice", get("/v1/key?key=1&key=2"));
    assertError(
        400,
        "query parameter 'limit': 'ten': expected a whole number from 1 to 100",
        get("/v1/append/events/1?limit=ten"));
    assertError(
        400,
        "query parameter 'limit': '101': expected a whole number from 1 to 100",
        get("/v1/append/events/1?limit=101"));
    assertError(
        400, "query parameter 'peek': '': expected true or false", get("/v1/append/events/1?peek"));
    assertError(
        400,
        "path parameter 'list': 'x': expected a whole number from 0 to 9",
        get("/v1/append/events/x"));
    assertError(404, "no such path: /v1/nothing", get("/v1/nothing"));
    assertError(
        404, "no such path: /v1/directory/; there are: /v1/directory", get("/v1/directory/"));
    assertError(
        404,
        "no such path: /v1/append//1; there are: /v1/append/{name}/{list}, /v1/append/{name}/heads",
        get("/v1/append//1"));
    assertEquals(
        "{\"error\":\"query parameter 'peek': '" + "x".repeat(1975) + "…\"}",
        get("/v1/append/events/1?peek=" + "x".repeat(5000)).body());
    assertError(409, "queue pair 5 is in use", get("/v1/conflict"));
    assertError(500, "internal error: see this node's log", get("/v1/broken"));
  }

  @Test
  void shouldSayWhichMethodsAreAllowed() throws Exception {
    HttpResponse<String> response = send("PUT", "/v1/keys", "{}");

    assertError(405, "PUT is not allowed here; allowed: POST", response);
    assertEquals("POST", response.headers().firstValue("Allow").orElseThrow());
    assertError(405, "POST is not allowed here; allowed: GET", send("POST", "/readyz", "{}"));
  }

  @Test
  void shouldAnswerItsOwnDefectsWithAnInternalError() throws Exception {
    reasons.add(null); // the readiness fails
    assertError(500, "internal error: see this node's log", get("/readyz"));
    MetricSet.register(
        registry,
        List.of(
            MetricDescription.gauge("dta_broken", "Fails.", "A bug.", "None.")
                .read((source, samples) -> samples.add(1))),
        () -> {
          throw new IllegalStateException("a bug");
        });
    assertError(500, "internal error: see this node's log", get("/metrics"));
    assertError(500, "internal error: see this node's log", get("/v1/not-json"));
  }

  @Test
  void shouldReadBodies() throws Exception {
    HttpResponse<String> response = post("/v1/keys", "{\"keys\":[\"a\",\"b\"],\"limit\":5}");
    assertEquals("{\"keys\":[\"a\",\"b\"],\"limit\":5}", response.body());
    assertEquals(204, send("DELETE", "/v1/queue-pairs/17", "").statusCode());
  }

  @Test
  void shouldAnswerWrongBodiesWithASentence() throws Exception {
    assertError(400, "the body is empty: expected JSON", post("/v1/keys", ""));
    assertError(400, "the body is null: expected an object", post("/v1/keys", "null"));
    assertError(
        400, "body: unknown key 'kes'; did you mean 'keys'?", post("/v1/keys", "{\"kes\":[]}"));
    assertError(
        400, "body: limit -1: expected at least 0", post("/v1/keys", "{\"keys\":[],\"limit\":-1}"));
    assertError(400, "body: limit: expected a whole number", post("/v1/keys", "{\"limit\":\"5\"}"));
    assertError(400, "body: a key is missing; the keys are keys, limit", post("/v1/keys", "{}"));
    assertError(400, "body: expected the keys keys, limit", post("/v1/keys", "[1]"));
    String malformed = error(post("/v1/keys", "{\"keys\":[\"a\""), 400);
    assertTrue(malformed.startsWith("the body is not JSON: line 1, column "), malformed);
    String twice = error(post("/v1/keys", "{\"limit\":1,\"limit\":2}"), 400);
    assertTrue(twice.contains("Duplicate field 'limit'"), twice);
  }

  @Test
  void shouldRefuseLongBodiesAndGoOn() throws Exception {
    String body = "{\"keys\":[\"" + "x".repeat(MAX_BODY) + "\"]}";
    assertError(
        413, "the body is longer than 1,000 bytes: send less at a time", post("/v1/keys", body));
    assertEquals(200, get("/v1/directory").statusCode());
  }

  @Test
  void shouldSayWhetherItIsAliveAndReady() throws Exception {
    assertEquals("{\"status\":\"alive\"}", get("/healthz").body());
    assertEquals("{\"ready\":true,\"reasons\":[]}", get("/readyz").body());
    reasons.add("no collector answers");
    HttpResponse<String> response = get("/readyz");
    assertEquals(503, response.statusCode());
    assertEquals("{\"ready\":false,\"reasons\":[\"no collector answers\"]}", response.body());
    assertEquals(200, get("/healthz").statusCode());
  }

  @Test
  void shouldExposeMetricsInTheFormatAskedFor() throws Exception {
    List<Metric<Double>> metrics =
        List.of(
            counter("dta_reports_total", "Reports received.", "They come.", "None.")
                .read((source, samples) -> samples.add(28 * source)),
            counter("dta_dropped_total", "Reports dropped.", "Reasons.", "None.", "reason")
                .read((source, samples) -> samples.add(7, "duplicate")),
            gauge("dta_in_flight", "Reports in flight.", "They come.", "None.")
                .read((source, samples) -> samples.add(source)),
            gauge("dta_heads", "Heads.", "They grow.", "None.", "list")
                .read((source, samples) -> samples.add(2, "0")),
            histogram("dta_seconds", "Times.", "They pass.", "None.", "of")
                .read(
                    (source, samples) ->
                        samples.add(new double[] {0.5, 1}, new long[] {3, 2, 1}, 4.5, "all")));
    MetricSet.register(registry, metrics, () -> 1.5);
    MetricSet.registerJvm(registry);

    HttpResponse<String> text = get("/metrics");
    assertTrue(contentType(text).startsWith("text/plain; version=0.0.4"), contentType(text));
    assertTrue(text.body().contains("# TYPE dta_reports_total counter\n"), text.body());
    assertTrue(text.body().contains("\ndta_reports_total 42.0\n"), text.body());
    assertTrue(text.body().contains("\ndta_dropped_total{reason=\"duplicate\"} 7.0\n"));
    assertTrue(text.body().contains("\ndta_in_flight 1.5\n"));
    assertTrue(text.body().contains("\ndta_heads{list=\"0\"} 2.0\n"));
    assertTrue(
        text.body().contains("\ndta_seconds_bucket{of=\"all\",le=\"0.5\"} 3\n"), text.body());
    assertTrue(text.body().contains("\ndta_seconds_bucket{of=\"all\",le=\"1.0\"} 5\n"));
    assertTrue(text.body().contains("\ndta_seconds_bucket{of=\"all\",le=\"+Inf\"} 6\n"));
    assertTrue(text.body().contains("\ndta_seconds_count{of=\"all\"} 6\n"));
    assertTrue(text.body().contains("\ndta_seconds_sum{of=\"all\"} 4.5\n"));
    assertTrue(text.body().contains("\njvm_memory_used_bytes{area=\"heap\"} "));
    assertFalse(text.body().contains("# EOF"));

    HttpResponse<String> open =
        client.send(
            request("/metrics").header("Accept", "application/openmetrics-text").build(),
            BodyHandlers.ofString());
    assertTrue(contentType(open).startsWith("application/openmetrics-text"), contentType(open));
    assertTrue(open.body().endsWith("# EOF\n"), open.body());
  }

  @Test
  void shouldAnswerHeadLikeGetWithoutABody() throws Exception {
    HttpResponse<String> response = send("HEAD", "/v1/directory", "");
    assertEquals(200, response.statusCode());
    assertEquals("", response.body());
    assertEquals("18", response.headers().firstValue("Content-Length").orElseThrow());
  }

  @Test
  void shouldSayThatAPortIsInUse() {
    HttpEndpoint second =
        HttpEndpoint.builder().listen("127.0.0.1", endpoint.port(), "--http-port").build();

    String message = assertThrows(OperatorException.class, second::start).getMessage();

    assertEquals(
        "port %d on 127.0.0.1 is in use: stop the other process, or choose another port with --http-port"
            .formatted(endpoint.port()),
        message);
    second.close();
  }

  @Test
  void shouldSayThatAnAddressIsNotOurs() {
    HttpEndpoint elsewhere = HttpEndpoint.builder().listen("192.0.2.1", 0, "http.address").build();
    assertEquals(
        "192.0.2.1 is not an address of this host: choose another with http.address",
        assertThrows(OperatorException.class, elsewhere::start).getMessage());
    HttpEndpoint unknown =
        HttpEndpoint.builder().listen("no.such.invalid", 0, "http.address").build();
    assertEquals(
        "host 'no.such.invalid' is unknown: choose another with http.address",
        assertThrows(OperatorException.class, unknown::start).getMessage());
  }

  @Test
  void shouldNotAnswerOnceClosed() {
    URI uri = endpoint.uri();
    endpoint.close();
    HttpJsonClient own = new HttpJsonClient(uri, "collector", "start one");
    assertThrows(OperatorException.class, () -> own.get("/healthz", Map.class));
  }

  @Test
  void shouldFinishWhatItIsServingWhenClosed() throws Exception {
    get("/v1/directory"); // So that all classes are loaded before anything is timed.
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    HttpEndpoint slow =
        HttpEndpoint.builder()
            .get(
                "/slow",
                request -> {
                  begun.countDown();
                  closing.await();
                  return Map.of("finished", true);
                })
            .build();
    slow.start();
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(
            HttpRequest.newBuilder(URI.create(slow.uri() + "/slow")).build(),
            BodyHandlers.ofString());
    begun.await();
    Thread closer = Thread.ofVirtual().start(slow::close);
    while (closer.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait(); // Until it waits for the request.
    }
    assertError(
        503,
        "this node is shutting down",
        client.send(
            HttpRequest.newBuilder(URI.create(slow.uri() + "/healthz")).build(),
            BodyHandlers.ofString()));
    closing.countDown();
    closer.join();

    assertEquals("{\"finished\":true}", answer.get().body());
  }

  @Test
  void shouldRefuseTwoRoutesOfOneShape() {
    HttpEndpoint.Builder builder = HttpEndpoint.builder().get("/a/{x}", request -> null);
    assertThrows(IllegalArgumentException.class, () -> builder.get("/a/{y}", request -> null));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return send("POST", path, body);
  }

  private HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    return client.send(
        request(path).method(method, BodyPublishers.ofString(body)).build(),
        BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(endpoint.uri() + path));
  }

  private static JsonNode json(HttpResponse<String> response, int status) throws IOException {
    assertEquals(status, response.statusCode(), response.body());
    return Json.mapper().readTree(response.body());
  }

  private static String error(HttpResponse<String> response, int status) throws IOException {
    JsonNode body = json(response, status);
    assertEquals(1, body.size());
    assertNotEquals("", body.get("error").asText());
    return body.get("error").asText();
  }

  private static void assertError(int status, String sentence, HttpResponse<String> response)
      throws IOException {
    assertEquals(sentence, error(response, status));
  }

  private static String contentType(HttpResponse<String> response) {
    return response.headers().firstValue("Content-Type").orElseThrow();
  }
}
