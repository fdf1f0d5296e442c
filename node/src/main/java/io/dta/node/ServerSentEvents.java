package io.dta.node;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The text/event-stream format (WHATWG HTML, section 9.2): writing, and reading what we write. */
public final class ServerSentEvents {
  public static final String CONTENT_TYPE = "text/event-stream";

  /** Events beyond it are not ours. */
  private static final int MAX_LINE = 64 << 20;

  private ServerSentEvents() {}

  /**
   * An event.
   *
   * @param id null where it has none
   * @param type null where it has none
   * @param data its lines joined by line feeds
   */
  public record Event(String id, String type, String data) {
    /** As it goes over the wire. */
    public byte[] encode() {
      StringBuilder text = new StringBuilder();
      field(text, "id", id);
      field(text, "event", type);
      data.lines().forEach(line -> field(text, "data", line));
      return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void field(StringBuilder text, String name, String value) {
      if (value != null) {
        text.append(name).append(": ").append(value).append('\n');
      }
    }
  }

  /** A line that readers pass over, to see whether the other side is still there. */
  public static byte[] comment(String text) {
    return (": " + text + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Reads events until it is told to stop, or the stream ends. */
  @FunctionalInterface
  public interface Consumer {
    /**
     * Takes an event.
     *
     * @return whether more are wanted
     */
    boolean accept(Event event);
  }

  /**
   * Reads events.
   *
   * @throws IOException where the stream breaks, or a line is too long for one of ours
   */
  static void read(BufferedReader in, Consumer consumer) throws IOException {
    String id = null;
    String type = null;
    List<String> data = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      if (c != '\n') {
        if (line.length() == MAX_LINE) {
          throw new IOException("an event is longer than " + MAX_LINE + " characters");
        }
        line.append((char) c);
        continue;
      }
      String text = line.toString();
      line.setLength(0);
      int colon = text.indexOf(':');
      if (text.isEmpty()) {
        if (!data.isEmpty() && !consumer.accept(new Event(id, type, String.join("\n", data)))) {
          return;
        }
        type = null;
        data.clear();
      } else if (colon > 0) {
        String value = text.substring(colon + 1);
        value = value.startsWith(" ") ? value.substring(1) : value;
        switch (text.substring(0, colon)) {
          case "id" -> id = value;
          case "event" -> type = value;
          case "data" -> data.add(value);
          default -> {} // The format's other fields, and those to come.
        }
      }
    }
  }
}
