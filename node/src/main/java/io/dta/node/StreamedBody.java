package io.dta.node;

import java.io.IOException;
import java.io.OutputStream;

/**
 * An answer that is written as it comes about, for as long as the client listens. A {@link
 * RequestHandler} returns it in the place of what becomes JSON.
 */
public interface StreamedBody extends AutoCloseable {
  /** The value of the Content-Type header. */
  String contentType();

  /**
   * Writes all there is to write; the status and the headers have been sent.
   *
   * @param out {@linkplain OutputStream#flush() flushed} where the client is to see what was
   *     written
   * @throws IOException where the client went away
   * @throws InterruptedException where the node is shutting down
   */
  void writeTo(OutputStream out) throws IOException, InterruptedException;

  /** Called once in any case, also where nothing was to be written. */
  @Override
  void close();
}
