package io.dta.softroce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dta.softroce.guest.GuestProcess;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Reads a collector's stream of events. */
final class Subscriber implements AutoCloseable {
  private static final String DATA = "data: ";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final HttpURLConnection connection;
  private final BufferedReader reader;

  /** Returns once no event is missed any more. */
  Subscriber(URI collector) throws IOException {
    connection = (HttpURLConnection) collector.resolve("/v1/events").toURL().openConnection();
    connection.setReadTimeout((int) GuestProcess.PATIENCE.toMillis());
    reader =
        new BufferedReader(
            new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
    String first = line();
    if (!first.contains("subscribed")) {
      throw new IOException("the stream of events begins with: " + first);
    }
  }

  /** Waits for an event. */
  JsonNode next() throws IOException {
    String line = line();
    while (!line.startsWith(DATA)) {
      line = line();
    }
    return MAPPER.readTree(line.substring(DATA.length()));
  }

  private String line() throws IOException {
    String line = reader.readLine();
    if (line == null) {
      throw new EOFException("the collector ended the stream of events");
    }
    return line;
  }

  @Override
  public void close() {
    connection.disconnect();
  }
}
