package io.dta.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A client of our own HTTP endpoints. Safe on any thread.
 *
 * <p>It uses {@link HttpURLConnection} because commands such as {@code dta query} live for one
 * request, and {@code java.net.http.HttpClient} takes several times as long to load.
 */
public final class HttpJsonClient {
  private static final int CONNECT_TIMEOUT_MS = 3_000;

  private final URI base;
  private final String peer;
  private final String remedy;
  private final int timeoutMs;

  /**
   * A client that waits 30 s for an answer.
   *
   * @param base such as {@code http://127.0.0.1:8080}
   * @param peer what answers there, for errors: {@code collector}
   * @param remedy what to do where nothing answers: {@code start one with `dta collector --config
   *     FILE`}
   */
  public HttpJsonClient(URI base, String peer, String remedy) {
    this(base, peer, remedy, Duration.ofSeconds(30));
  }

  /** A client that waits for a given time. */
  public HttpJsonClient(URI base, String peer, String remedy, Duration timeout) {
    if (base.getHost() == null || !"http".equals(base.getScheme())) {
      throw new OperatorException(
          "'%s' is not the address of a %s: expected the form http://HOST:PORT"
              .formatted(base, peer));
    }
    this.base = base;
    this.peer = peer;
    this.remedy = remedy;
    this.timeoutMs = Math.toIntExact(timeout.toMillis());
  }

  /**
   * GETs a record.
   *
   * @param path with its query; see {@link #path}
   * @throws PeerException where the peer answers with an error
   * @throws UnreachableException where it does not answer
   * @throws OperatorException where its answer is not what was expected
   */
  public <T> T get(String path, Class<T> type) {
    return exchange("GET", path, null, type);
  }

  /** POSTs an object as JSON and reads a record. */
  public <T> T post(String path, Object body, Class<T> type) {
    return exchange("POST", path, body, type);
  }

  /**
   * GETs a stream of events, until the consumer wants no more or the peer ends it.
   *
   * @throws PeerException where the peer answers with an error
   * @throws OperatorException where it does not answer, or says nothing for the client's time-out
   */
  public void events(String path, ServerSentEvents.Consumer consumer) {
    exchange(
        "GET",
        path,
        null,
        ServerSentEvents.CONTENT_TYPE,
        connection -> {
          try (BufferedReader in =
              new BufferedReader(
                  new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            ServerSentEvents.read(in, consumer);
          }
          return null;
        });
  }

  /** DELETEs. */
  public void delete(String path) {
    exchange("DELETE", path, null, Void.class);
  }

  /**
   * A path with a query, encoded.
   *
   * @param path without a query; its segments are encoded already, or need it not
   * @param namesAndValues in turn; a pair whose value is null is left out
   */
  public static String path(String path, Object... namesAndValues) {
    StringBuilder text = new StringBuilder(path);
    char separator = '?';
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (namesAndValues[i + 1] != null) {
        text.append(separator)
            .append(encode(String.valueOf(namesAndValues[i])))
            .append('=')
            .append(encode(String.valueOf(namesAndValues[i + 1])));
        separator = '&';
      }
    }
    return text.toString();
  }

  /** One segment of a path, or one part of a query, encoded. */
  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Reads the body of an answer that is no error. */
  @FunctionalInterface
  private interface AnswerReader<T> {
    T read(HttpURLConnection connection) throws IOException;
  }

  private <T> T exchange(String method, String path, Object body, Class<T> type) {
    return exchange(
        method,
        path,
        body,
        "application/json",
        connection -> {
          byte[] answer = read(connection.getInputStream());
          return answer.length == 0 ? null : Json.mapper().readValue(answer, type);
        });
  }

  private <T> T exchange(
      String method, String path, Object body, String accept, AnswerReader<T> reader) {
    URI uri = URI.create(base.toString().replaceAll("/+$", "") + path);
    try {
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setRequestMethod(method);
      connection.setConnectTimeout(CONNECT_TIMEOUT_MS);
      connection.setReadTimeout(timeoutMs);
      connection.setInstanceFollowRedirects(false);
      connection.setRequestProperty("Accept", accept);
      if (body != null) {
        send(connection, Json.mapper().writeValueAsBytes(body));
      }
      int status = connection.getResponseCode();
      if (status < 200 || status >= 300) {
        byte[] answer =
            read(status >= 400 ? connection.getErrorStream() : connection.getInputStream());
        throw new PeerException(
            status, "%s (%s %s: HTTP %d)".formatted(sentence(answer), method, uri, status));
      }
      return reader.read(connection);
    } catch (ConnectException e) {
      throw new UnreachableException(
          "no %s answers at %s: is it running? %s".formatted(peer, base, remedy), e);
    } catch (UnknownHostException e) {
      throw new OperatorException(
          "the host of %s is unknown: check the address of the %s".formatted(base, peer), e);
    } catch (SocketTimeoutException e) {
      throw new UnreachableException(
          "the %s at %s did not answer in time (%s %s)".formatted(peer, base, method, path), e);
    } catch (JsonProcessingException e) {
      throw new OperatorException(
          "%s answered what is not a %s of this version: %s"
              .formatted(uri, peer, e.getOriginalMessage().lines().findFirst().orElse("")),
          e);
    } catch (IOException e) {
      throw new UnreachableException(
          "the connection to the %s at %s broke: %s".formatted(peer, base, e.getMessage()), e);
    }
  }

  private static void send(HttpURLConnection connection, byte[] body) throws IOException {
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/json");
    connection.setFixedLengthStreamingMode(body.length);
    try (OutputStream out = connection.getOutputStream()) {
      out.write(body);
    }
  }

  private static byte[] read(InputStream stream) throws IOException {
    if (stream == null) {
      return new byte[0];
    }
    try (stream) {
      return stream.readAllBytes();
    }
  }

  /** The server's sentence, or what it sent instead of one. */
  private static String sentence(byte[] answer) {
    try {
      JsonNode error = Json.mapper().readTree(answer).get("error");
      if (error != null && error.isTextual()) {
        return error.asText();
      }
    } catch (IOException e) {
      // Not our JSON: perhaps a proxy's page.
    }
    String text = new String(answer, StandardCharsets.UTF_8).strip();
    return text.isEmpty() ? "no reason was given" : text.substring(0, Math.min(200, text.length()));
  }
}
