package io.dta.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever a client sends is answered, with JSON that says what is wrong, and never with a 500. */
final class HttpFuzzTest {
  record Query(List<String> keys, String policy, int limit, Nested nested) {}

  record Nested(Map<String, Long> counts, boolean flag) {
    Nested {
      if (counts == null) {
        throw new IllegalArgumentException("counts is missing");
      }
    }
  }

  /** A request that the JDK's server could parse, or its refusal. */
  private record Answer(int status, String contentType, String body) {}

  private static final HttpEndpoint ENDPOINT =
      HttpEndpoint.builder()
          .get("/v1/directory", request -> Map.of("collector", "c1"))
          .get(
              "/v1/append/{name}/{list}",
              request ->
                  Map.of(
                      "list",
                      request.pathNumber("list", 0, Long.MAX_VALUE),
                      "name",
                      request.path("name"),
                      "limit",
                      request.queryNumber("limit", 1, 100, 10),
                      "peek",
                      request.queryFlag("peek")),
              "limit",
              "peek")
          .post("/v1/query", request -> request.body(Query.class))
          .maxBody(2000)
          .build();

  @BeforeContainer
  static void start() {
    ENDPOINT.start();
  }

  @AfterContainer
  static void close() {
    ENDPOINT.close();
  }

  @Property(tries = 400)
  void shouldAnswerAnyPathAndQuery(@ForAll("paths") String path, @ForAll("queries") String query)
      throws IOException {
    assertWellFormed(
        send("GET " + path + (query.isEmpty() ? "" : "?" + query) + " HTTP/1.1", new byte[0]));
  }

  @Property(tries = 400)
  void shouldAnswerAnyBody(@ForAll("bodies") String body) throws IOException {
    assertWellFormed(send("POST /v1/query HTTP/1.1", body.getBytes(StandardCharsets.UTF_8)));
  }

  @Property(tries = 200)
  void shouldAnswerAnyBytes(@ForAll @Size(max = 3000) byte[] body) throws IOException {
    Answer answer = send("POST /v1/query HTTP/1.1", body);
    assertWellFormed(answer);
    assertTrue(answer.status() == 400 || answer.status() == 413, answer.toString());
  }

  /** The JDK's server answers these itself; they must not disturb what comes after. */
  @Property(tries = 100)
  void shouldOutliveWhatIsNotHttp(@ForAll byte[] bytes) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(bytes);
    }
    assertEquals(200, send("GET /v1/directory HTTP/1.1", new byte[0]).status());
  }

  @Provide
  Arbitrary<String> paths() {
    Arbitrary<String> segment =
        Arbitraries.oneOf(
            Arbitraries.of("v1", "append", "directory", "events", "7", "-1", "%00", "..", ""),
            Arbitraries.strings().ofMaxLength(8).map(HttpJsonClient::encode));
    return segment
        .list()
        .ofMaxSize(5)
        .map(segments -> "/" + String.join("/", segments))
        .filter(path -> !path.startsWith("//")); // The JDK's server takes that for a host.
  }

  @Provide
  Arbitrary<String> queries() {
    Arbitrary<String> part =
        Arbitraries.oneOf(
            Arbitraries.of("limit", "peek", "limit=5", "peek=true", "limit=%FF", "=", ""),
            Arbitraries.strings().ofMaxLength(8).map(HttpJsonClient::encode),
            Combinators.combine(
                    Arbitraries.of("limit", "peek"), Arbitraries.strings().ofMaxLength(6))
                .as((name, value) -> name + "=" + HttpJsonClient.encode(value)));
    return part.list().ofMaxSize(3).map(parts -> String.join("&", parts));
  }

  @Provide
  Arbitrary<String> bodies() {
    Arbitrary<String> token =
        Arbitraries.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"keys\"",
            "\"policy\"",
            "\"limit\"",
            "\"nested\"",
            "\"counts\"",
            "\"flag\"",
            "\"x\"",
            "1",
            "-1",
            "1.5",
            "1e999",
            "99999999999",
            "true",
            "null",
            "\"",
            "\\",
            " ",
            "\u0000",
            "{\"keys\":[",
            "{\"nested\":{\"counts\":{");
    return Arbitraries.oneOf(
        token.list().ofMaxSize(12).map(tokens -> String.join("", tokens)),
        Arbitraries.strings().ofMaxLength(40),
        Arbitraries.integers().between(0, 1900).map("["::repeat));
  }

  private static void assertWellFormed(Answer answer) throws IOException {
    assertTrue(answer.status() < 500, answer.toString());
    assertEquals("application/json", answer.contentType(), answer.toString());
    JsonNode json = Json.mapper().readTree(answer.body());
    assertTrue(json.isObject(), answer.toString());
    if (answer.status() >= 400) {
      assertTrue(json.get("error").isTextual(), answer.toString());
    }
  }

  private static Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), ENDPOINT.port());
  }

  private static Answer send(String requestLine, byte[] body) throws IOException {
    try (Socket socket = connect()) {
      String head =
          requestLine
              + "\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
              + body.length
              + "\r\n\r\n";
      OutputStream out = socket.getOutputStream();
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.write(body);
      out.flush();
      try (InputStream in = socket.getInputStream()) {
        return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
  }

  private static Answer parse(String response) {
    int end = response.indexOf("\r\n\r\n");
    assertTrue(end > 0, "no answer: '" + response + "'");
    String contentType =
        response
            .substring(0, end)
            .lines()
            .filter(line -> line.regionMatches(true, 0, "Content-Type: ", 0, 14))
            .map(line -> line.substring(14))
            .findFirst()
            .orElse("none");
    return new Answer(
        Integer.parseInt(response.substring(9, 12)), contentType, response.substring(end + 4));
  }
}
