package io.dta.node;

/** Answers the requests of one route. Called on a virtual thread of its own for each request. */
@FunctionalInterface
public interface RequestHandler {
  /**
   * Answers a request.
   *
   * @return what becomes the JSON body of a 200, or a {@link StreamedBody}; null for a 204 without
   *     a body
   * @throws RequestException for an error that the client is to see
   * @throws Exception anything else is logged, and the client gets a 500
   */
  Object handle(Request request) throws Exception;
}
