package io.dta.translator;

import io.dta.node.HttpEndpoint;
import io.dta.node.Readiness;
import io.dta.node.metrics.MetricSet;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** What a translator serves over HTTP: {@code /v1/accounting}, metrics, health and readiness. */
final class TranslatorEndpoint {
  private TranslatorEndpoint() {}

  /** Serves a translator that was started. */
  static HttpEndpoint start(TranslatorContext.Http http, Translator translator) {
    PrometheusRegistry registry = new PrometheusRegistry();
    MetricSet.register(registry, TranslatorMetrics.ALL, translator::reading);
    MetricSet.registerJvm(registry);
    HttpEndpoint endpoint =
        HttpEndpoint.builder()
            .listen(http.host(), http.port(), "translator.http.port")
            .get("/v1/accounting", request -> translator.accounting())
            .readiness(() -> Readiness.of(translator.problems()))
            .metrics(registry)
            .build();
    endpoint.start();
    return endpoint;
  }
}
