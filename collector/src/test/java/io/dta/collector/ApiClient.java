package io.dta.collector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dta.collector.api.OpenApiDocument;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Asks a collector over HTTP and holds every answer against the API's own description. */
final class ApiClient implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final String base;
  private final OpenApiDocument description;

  /** An answer. */
  record Answer(int status, JsonNode body) {
    String error() {
      return body.path("error").asText();
    }
  }

  ApiClient(URI uri) {
    base = uri.toString();
    description = new OpenApiDocument(json(text("/v1/openapi.json")));
  }

  OpenApiDocument description() {
    return description;
  }

  /** The body of a 200. */
  JsonNode get(String pathAndQuery) {
    return expect(200, send("GET", pathAndQuery, null));
  }

  /** The body of a 200. */
  JsonNode post(String path, String body) {
    return expect(200, send("POST", path, body));
  }

  /** The sentence of an error. */
  String error(int status, String method, String pathAndQuery, String body) {
    Answer answer = send(method, pathAndQuery, body);
    expect(status, answer);
    return answer.error();
  }

  private static JsonNode expect(int status, Answer answer) {
    assertEquals(status, answer.status(), () -> "answer: " + answer.body());
    return answer.body();
  }

  Answer send(String method, String pathAndQuery, String body) {
    HttpResponse<String> response = exchange(method, pathAndQuery, body);
    JsonNode json = response.body().isEmpty() ? null : json(response.body());
    String path = pathAndQuery.replaceFirst("\\?.*", "");
    assertEquals(List.of(), description.violations(method, path, response.statusCode(), json));
    return new Answer(response.statusCode(), json);
  }

  /** The body of a 200 that is not JSON. */
  String text(String path) {
    HttpResponse<String> response = exchange("GET", path, null);
    assertEquals(200, response.statusCode(), response::body);
    return response.body();
  }

  HttpResponse<String> exchange(String method, String pathAndQuery, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + pathAndQuery))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + pathAndQuery, e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException("not JSON: " + text, e);
    }
  }

  /** A query parameter's value as it goes into a URL. */
  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    http.close();
  }
}
