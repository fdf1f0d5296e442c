package io.dta.node;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A request to one route. Whatever is missing or malformed in it is answered with a sentence and a
 * 400 (413 for a body that is too long) by the {@link RequestException}s that these methods throw.
 */
public final class Request {
  /** How Jackson names a place within its sentences. */
  private static final Pattern SOURCE =
      Pattern.compile("\\[Source: [^;]*; line: ([0-9]+), column: ([0-9]+)]");

  private final HttpExchange exchange;
  private final Map<String, String> pathParameters;
  private final Map<String, String> queryParameters;
  private final int maxBody;

  Request(
      HttpExchange exchange,
      Map<String, String> pathParameters,
      List<String> allowed,
      int maxBody) {
    this.exchange = exchange;
    this.pathParameters = pathParameters;
    this.queryParameters = parse(exchange.getRequestURI().getRawQuery(), allowed);
    this.maxBody = maxBody;
  }

  /** A parameter of the path, decoded. */
  public String path(String name) {
    String value = pathParameters.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the route has no path parameter " + name);
    }
    return value;
  }

  /**
   * A parameter of the path that a parser understands; its {@link IllegalArgumentException} becomes
   * a 400.
   */
  public <T> T path(String name, Function<String, T> parser) {
    return parsed("path parameter", name, path(name), parser);
  }

  /** A whole number in the path. */
  public long pathNumber(String name, long first, long last) {
    return path(name, text -> number(text, first, last));
  }

  /** A query parameter that must be there. */
  public String query(String name) {
    String value = queryParameters.get(name);
    if (value == null) {
      throw RequestException.badRequest("query parameter '" + name + "' is missing");
    }
    return value;
  }

  /**
   * A query parameter that must be there and that a parser understands; its {@link
   * IllegalArgumentException} becomes a 400.
   */
  public <T> T query(String name, Function<String, T> parser) {
    return parsed("query parameter", name, query(name), parser);
  }

  /** A query parameter that a parser understands, or what stands for it where it is not there. */
  public <T> T query(String name, Function<String, T> parser, T absent) {
    return has(name) ? query(name, parser) : absent;
  }

  /** A whole number as a query parameter, or what stands for it where it is not there. */
  public long queryNumber(String name, long first, long last, long absent) {
    return query(name, text -> number(text, first, last), absent);
  }

  /** A query parameter that is {@code true} or {@code false}; false where it is not there. */
  public boolean queryFlag(String name) {
    return query(name, Request::flag, false);
  }

  /** Whether a query parameter is there. */
  public boolean has(String name) {
    return queryParameters.containsKey(name);
  }

  /** The JSON body. */
  public <T> T body(Class<T> type) throws IOException {
    byte[] bytes = exchange.getRequestBody().readNBytes(maxBody + 1);
    if (bytes.length > maxBody) {
      throw new RequestException(
          413, "the body is longer than %,d bytes: send less at a time".formatted(maxBody));
    }
    if (bytes.length == 0) {
      throw RequestException.badRequest("the body is empty: expected JSON");
    }
    try {
      T value = Json.mapper().readValue(bytes, type);
      if (value == null) {
        throw RequestException.badRequest("the body is null: expected an object");
      }
      return value;
    } catch (JsonMappingException e) {
      if (e.getCause() instanceof JsonParseException syntax) {
        throw notJson(syntax);
      }
      throw RequestException.badRequest(
          "body: " + BindingProblem.of(e, () -> Json.mapper().readTree(bytes)).reason());
    } catch (JsonProcessingException e) {
      throw notJson(e);
    }
  }

  private static RequestException notJson(JsonProcessingException e) {
    String reason = e.getOriginalMessage().lines().findFirst().orElse("malformed");
    return RequestException.badRequest(
        "the body is not JSON: line %d, column %d: %s"
            .formatted(
                e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                e.getLocation() == null ? 1 : e.getLocation().getColumnNr(),
                SOURCE.matcher(reason).replaceAll("line $1, column $2")));
  }

  /** Decodes one part of a path or query. */
  static String decode(String text, boolean plusIsSpace) {
    try {
      return URLDecoder.decode(
          plusIsSpace ? text : text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw RequestException.badRequest("'" + text + "' is not percent-encoded UTF-8");
    }
  }

  private static Map<String, String> parse(String query, List<String> allowed) {
    Map<String, String> parameters = new HashMap<>();
    if (query == null || query.isEmpty()) {
      return parameters;
    }
    for (String part : query.split("&", -1)) {
      int equals = part.indexOf('=');
      String name = decode(equals < 0 ? part : part.substring(0, equals), true);
      if (!allowed.contains(name)) {
        throw RequestException.badRequest(
            "unknown query parameter '" + name + "'" + Nearest.hint(name, allowed));
      }
      String value = equals < 0 ? "" : decode(part.substring(equals + 1), true);
      if (parameters.put(name, value) != null) {
        throw RequestException.badRequest("query parameter '" + name + "' is given twice");
      }
    }
    return parameters;
  }

  private static <T> T parsed(String kind, String name, String value, Function<String, T> parser) {
    try {
      return parser.apply(value);
    } catch (IllegalArgumentException e) {
      throw RequestException.badRequest(kind + " '" + name + "': " + e.getMessage());
    }
  }

  private static long number(String text, long first, long last) {
    try {
      long number = Long.parseLong(text);
      if (number >= first && number <= last) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Not a number at all: the same sentence.
    }
    throw new IllegalArgumentException(
        "'%s': expected a whole number from %d to %d".formatted(text, first, last));
  }

  private static boolean flag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("'" + text + "': expected true or false");
    };
  }
}
