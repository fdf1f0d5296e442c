package io.dta.cli.query;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import io.dta.node.HttpJsonClient;
import io.dta.node.Json;
import java.net.URI;
import java.util.List;

/** The collector's HTTP API as our commands call it. */
public final class CollectorHttp {
  private CollectorHttp() {}

  /** A client of a collector. */
  public static HttpJsonClient client(URI collector) {
    return new HttpJsonClient(
        collector,
        "collector",
        "start one with 'dta collector --config FILE' or 'dta demo --serve', or name another with --collector URL");
  }

  /** Posts a batch query and reads {@code {"answers": […]}}. */
  static <T> List<T> batch(HttpJsonClient client, String path, Object body, Class<T> type) {
    JsonNode answers = client.post(path, body, JsonNode.class).path("answers");
    JavaType list = Json.mapper().getTypeFactory().constructCollectionType(List.class, type);
    return Json.mapper().convertValue(answers, list);
  }
}
