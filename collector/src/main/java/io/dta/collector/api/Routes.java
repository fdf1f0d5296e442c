package io.dta.collector.api;

import io.dta.node.HttpEndpoint;
import io.dta.node.RequestHandler;
import java.util.ArrayList;
import java.util.List;

/**
 * Adds routes to an endpoint and remembers them, so that they can be held against the description.
 */
final class Routes {
  /**
   * A route.
   *
   * @param operation such as {@code GET /v1/stores}
   * @param queryParameters those that it understands
   */
  record Route(String operation, List<String> queryParameters) {}

  private final HttpEndpoint.Builder endpoint;
  private final List<Route> routes = new ArrayList<>();

  Routes(HttpEndpoint.Builder endpoint) {
    this.endpoint = endpoint;
  }

  void get(String path, RequestHandler handler, String... queryParameters) {
    endpoint.get(path, handler, queryParameters);
    routes.add(new Route("GET " + path, List.of(queryParameters)));
  }

  void post(String path, RequestHandler handler) {
    endpoint.post(path, handler);
    routes.add(new Route("POST " + path, List.of()));
  }

  void delete(String path, RequestHandler handler) {
    endpoint.delete(path, handler);
    routes.add(new Route("DELETE " + path, List.of()));
  }

  /** All routes added so far. */
  List<Route> all() {
    return List.copyOf(routes);
  }
}
