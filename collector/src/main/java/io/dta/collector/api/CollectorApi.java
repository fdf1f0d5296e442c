package io.dta.collector.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.dta.collector.connection.Rnic;
import io.dta.collector.event.EventStream;
import io.dta.collector.query.QueryService;
import io.dta.collector.region.StoreRegions;
import io.dta.node.HttpEndpoint;
import io.dta.node.Metrics;
import io.dta.primitives.directory.Directory;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The collector's HTTP API, version 1, as {@code openapi.yaml} beside this class describes it. */
public final class CollectorApi {
  private static final String DESCRIPTION = "openapi.yaml";

  private final StoreRegions regions;
  private final Directory directory;
  private final Rnic rnic;
  private final EventStream events;
  private final QueryService queries;
  private final int batchLimit;

  /**
   * Makes an API over the parts of a collector.
   *
   * @param directory its stores, as translators address them
   * @param rnic null where there is none
   * @param batchLimit the most keys, and entries of a list, in one question
   */
  public CollectorApi(
      Directory directory, StoreRegions regions, Rnic rnic, EventStream events, int batchLimit) {
    this.regions = regions;
    this.directory = directory;
    this.rnic = rnic;
    this.events = events;
    this.queries =
        new QueryService(regions.stores(), store -> regions.region(store).segment(), batchLimit);
    this.batchLimit = batchLimit;
  }

  /** Adds the routes and the metrics to an endpoint. */
  public void register(HttpEndpoint.Builder endpoint) {
    PrometheusRegistry registry = new PrometheusRegistry();
    new Metrics(registry).jvm();
    RegionMetrics.register(registry, regions);
    if (rnic != null) {
      RnicMetrics.register(registry, rnic);
    }
    EventRoutes.register(registry, events);
    endpoint.metrics(registry);
    routes(new Routes(endpoint), registry);
  }

  List<Routes.Route> routes(Routes routes, PrometheusRegistry registry) {
    JsonNode description = description();
    routes.get("/v1/openapi.json", request -> description);
    routes.get("/v1/directory", request -> directory);
    routes.get("/v1/stores", request -> stores());
    new ConnectionRoutes(rnic).register(routes);
    new EventRoutes(events, queries, regions.stores(), batchLimit).register(routes);
    new QueryRoutes(queries, new QueryMetrics(registry), batchLimit).register(routes);
    return routes.all();
  }

  private StoreStatus.All stores() {
    return new StoreStatus.All(
        regions.stores().stream()
            .map(store -> StoreStatus.of(store, regions.region(store)))
            .toList());
  }

  private static JsonNode description() {
    try (InputStream yaml = CollectorApi.class.getResourceAsStream(DESCRIPTION)) {
      return new YAMLMapper().readTree(yaml);
    } catch (IOException e) {
      throw new UncheckedIOException("the API's description is not in the build", e);
    }
  }
}
