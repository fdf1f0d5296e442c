package io.dta.node;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Finds the route of a request. Where several fit, the one whose leftmost differing segment is
 * literal wins.
 */
final class Router {
  private final List<Route> routes = new ArrayList<>();

  /**
   * A route.
   *
   * @param segments of the path; a parameter is in braces
   * @param queryParameters those that it understands
   */
  record Route(
      String method, List<String> segments, List<String> queryParameters, RequestHandler handler) {}

  /** A route and the path's parameters. */
  record Match(Route route, Map<String, String> pathParameters) {}

  void add(String method, String path, RequestHandler handler, List<String> queryParameters) {
    List<String> segments = split(path);
    for (Route other : routes) {
      if (other.method().equals(method) && shape(other.segments()).equals(shape(segments))) {
        throw new IllegalArgumentException("two routes are " + method + " " + path);
      }
    }
    routes.add(new Route(method, segments, List.copyOf(queryParameters), handler));
  }

  /**
   * Finds a route.
   *
   * @param rawPath as it was in the request line, still encoded
   * @throws RequestException 404 where no route has the path
   * @throws MethodNotAllowed where none has it with this method
   */
  Match match(String method, String rawPath) throws MethodNotAllowed {
    List<String> segments = split(rawPath);
    Route best = null;
    TreeSet<String> methods = new TreeSet<>();
    for (Route route : routes) {
      if (fits(route.segments(), segments)) {
        methods.add(route.method());
        if (route.method().equals(method) && (best == null || moreLiteral(route, best))) {
          best = route;
        }
      }
    }
    if (best != null) {
      return new Match(best, parameters(best.segments(), segments));
    }
    if (methods.isEmpty()) {
      throw RequestException.notFound("no such path: " + rawPath + alike(segments));
    }
    throw new MethodNotAllowed(String.join(", ", methods));
  }

  /** The path exists, but not with this method. */
  static final class MethodNotAllowed extends Exception {
    private static final long serialVersionUID = 1;

    private final String allowed;

    MethodNotAllowed(String allowed) {
      super("allowed: " + allowed);
      this.allowed = allowed;
    }

    /** The value of the Allow header. */
    String allowed() {
      return allowed;
    }
  }

  /** The paths that begin with the same two segments, which say what a request is about. */
  private String alike(List<String> segments) {
    List<String> known =
        segments.size() < 3
            ? List.of()
            : routes.stream()
                .filter(route -> route.segments().size() > 2)
                .filter(route -> route.segments().subList(0, 3).equals(segments.subList(0, 3)))
                .map(route -> String.join("/", route.segments()))
                .distinct()
                .toList();
    return known.isEmpty() ? "" : "; there are: " + String.join(", ", known);
  }

  private static boolean fits(List<String> pattern, List<String> segments) {
    if (pattern.size() != segments.size()) {
      return false;
    }
    for (int i = 0; i < pattern.size(); i++) {
      boolean fits =
          isParameter(pattern.get(i))
              ? !segments.get(i).isEmpty()
              : pattern.get(i).equals(segments.get(i));
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private static boolean moreLiteral(Route route, Route than) {
    for (int i = 0; i < route.segments().size(); i++) {
      boolean literal = !isParameter(route.segments().get(i));
      if (literal == isParameter(than.segments().get(i))) {
        return literal;
      }
    }
    return false;
  }

  private static Map<String, String> parameters(List<String> pattern, List<String> segments) {
    Map<String, String> parameters = new HashMap<>();
    for (int i = 0; i < pattern.size(); i++) {
      String name = pattern.get(i);
      if (isParameter(name)) {
        parameters.put(
            name.substring(1, name.length() - 1), Request.decode(segments.get(i), false));
      }
    }
    return parameters;
  }

  private static List<String> shape(List<String> segments) {
    return segments.stream().map(segment -> isParameter(segment) ? "{}" : segment).toList();
  }

  private static boolean isParameter(String segment) {
    return segment.startsWith("{");
  }

  private static List<String> split(String path) {
    return List.of(path.split("/", -1));
  }
}
