package io.dta.node;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/** Writes streamed bodies and knows how many are under way. */
final class Streams {
  private static final System.Logger LOGGER = System.getLogger(Streams.class.getName());
  private static final long GRACE_MILLIS = 1_000;

  private int active;

  /** Writes one; on its request's thread. */
  void send(HttpExchange exchange, StreamedBody stream) throws IOException, InterruptedException {
    begin();
    try (stream) {
      Headers headers = exchange.getResponseHeaders();
      headers.set("Content-Type", stream.contentType());
      headers.set("Cache-Control", "no-store");
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(200, -1);
        return;
      }
      exchange.sendResponseHeaders(200, 0);
      try (OutputStream out = exchange.getResponseBody()) {
        stream.writeTo(out);
      }
    } catch (RuntimeException e) {
      // The headers are gone: nothing but the log can tell of it.
      LOGGER.log(Level.ERROR, exchange.getRequestURI().getRawPath() + " failed in its stream", e);
    } finally {
      end();
    }
  }

  private synchronized void begin() {
    active++;
  }

  private synchronized void end() {
    active--;
    notifyAll();
  }

  /**
   * Waits a second at most, so that streams whose source has ended, end as their clients expect it.
   */
  synchronized void awaitEnd() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GRACE_MILLIS);
    while (active > 0 && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.timedWait(this, GRACE_MILLIS);
    }
  }
}
