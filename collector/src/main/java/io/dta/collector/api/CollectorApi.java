package io.dta.collector.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.dta.collector.connection.Rnic;
import io.dta.collector.event.EventStream;
import io.dta.collector.metrics.CollectorMetrics;
import io.dta.collector.metrics.ListReaders;
import io.dta.collector.metrics.QueryCounts;
import io.dta.collector.query.QueryService;
import io.dta.collector.region.StoreRegions;
import io.dta.node.HttpEndpoint;
import io.dta.primitives.directory.Directory;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
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
  private final double plannedLoad;
  private final Duration window;
  private final QueryCounts counts;
  private final ListReaders readers;

  /**
   * Makes an API over the parts of a collector.
   *
   * @param directory its stores, as translators address them
   * @param rnic null where there is none
   * @param batchLimit the most keys, and entries of a list, in one question
   * @param plannedLoad distinct keys a slot that the stores were sized for, within the window
   * @param window how old the oldest key is that queries should find
   */
  public CollectorApi(
      Directory directory,
      StoreRegions regions,
      Rnic rnic,
      EventStream events,
      int batchLimit,
      double plannedLoad,
      Duration window) {
    this.regions = regions;
    this.directory = directory;
    this.rnic = rnic;
    this.events = events;
    this.queries =
        new QueryService(regions.stores(), store -> regions.region(store).segment(), batchLimit);
    this.batchLimit = batchLimit;
    this.plannedLoad = plannedLoad;
    this.window = window;
    this.counts = new QueryCounts(regions.stores());
    this.readers = new ListReaders(regions.stores(), store -> regions.region(store).segment());
  }

  /** Adds the routes and the metrics to an endpoint. */
  public void register(HttpEndpoint.Builder endpoint) {
    PrometheusRegistry registry = new PrometheusRegistry();
    CollectorMetrics.register(
        registry, regions, rnic, events, counts, readers, plannedLoad, window);
    endpoint.metrics(registry);
    routes(new Routes(endpoint));
  }

  List<Routes.Route> routes(Routes routes) {
    JsonNode description = description();
    routes.get("/v1/openapi.json", request -> description);
    routes.get("/v1/directory", request -> directory);
    routes.get("/v1/stores", request -> stores());
    new ConnectionRoutes(rnic).register(routes);
    new EventRoutes(events, queries, regions.stores(), batchLimit).register(routes);
    new QueryRoutes(queries, counts, readers, batchLimit).register(routes);
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
