package io.dta.collector.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.dta.collector.event.EventStream;
import io.dta.collector.region.StoreRegions;
import io.dta.node.HttpEndpoint;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.rdma.memory.MemoryRegion;
import io.dta.rdma.memory.Pages;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The description describes what there is, all of it, and nothing else. */
class OpenApiTest {
  /** Those that every node has, and that its endpoint adds by itself. */
  private static final Set<String> OF_EVERY_NODE =
      Set.of("GET /healthz", "GET /readyz", "GET /metrics");

  private static JsonNode description() throws IOException {
    return new YAMLMapper().readTree(OpenApiTest.class.getResourceAsStream("openapi.yaml"));
  }

  private static Map<String, List<String>> routes() {
    KeyIncrementStore store = new KeyIncrementStore(0, "hosts", KeyFormat.U32, 16, 1);
    Map<String, List<String>> routes = new TreeMap<>();
    try (StoreRegions regions = new StoreRegions(List.of(store), null, Pages.BASE);
        EventStream events = new EventStream(List.of(store), 1, 2)) {
      new CollectorApi(
              regions.directory("test", MemoryRegion::remote),
              regions,
              null,
              events,
              100,
              0.1,
              Duration.ofHours(1))
          .routes(new Routes(HttpEndpoint.builder()))
          .forEach(
              route ->
                  routes.put(
                      route.operation(), route.queryParameters().stream().sorted().toList()));
    }
    return routes;
  }

  @Test
  void shouldDescribeEveryRouteAndNoOther() throws IOException {
    Set<String> served = new TreeSet<>(routes().keySet());
    served.addAll(OF_EVERY_NODE);
    assertEquals(served, new OpenApiDocument(description()).operations());
  }

  @Test
  void shouldDescribeEveryQueryParameterAndNoOther() throws IOException {
    JsonNode document = description();
    Map<String, List<String>> described = new TreeMap<>();
    for (String operation : routes().keySet()) {
      String[] methodAndPath = operation.split(" ", 2);
      JsonNode node =
          document
              .get("paths")
              .get(methodAndPath[1])
              .get(methodAndPath[0].toLowerCase(Locale.ROOT));
      List<String> names = new ArrayList<>();
      for (JsonNode reference : node.path("parameters")) {
        JsonNode parameter = document.at(reference.get("$ref").asText().substring(1));
        if (parameter.get("in").asText().equals("query")) {
          names.add(parameter.get("name").asText());
        }
      }
      described.put(operation, names.stream().sorted().toList());
    }
    assertEquals(routes(), described);
  }

  @Test
  void shouldReferToWhatItHas() throws IOException {
    JsonNode document = description();
    List<String> broken = new ArrayList<>();
    for (JsonNode reference : document.findValues("$ref")) {
      if (document.at(reference.asText().substring(1)).isMissingNode()) {
        broken.add(reference.asText());
      }
    }
    assertEquals(List.of(), broken);
  }
}
