package io.dta.collector.api;

import io.dta.collector.query.QueryException;
import io.dta.node.RequestException;
import io.dta.node.RequestHandler;
import io.dta.primitives.Primitive;
import io.dta.primitives.store.Outcome;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What is known of the questions that were asked. Usable by all threads. */
final class QueryMetrics {
  /** The outcome of a question that was refused. */
  private static final String NONE = "none";

  private static final int OK = 200;
  private static final int INTERNAL_ERROR = 500;

  private final Counter queries;
  private final Histogram seconds;

  QueryMetrics(PrometheusRegistry registry) {
    queries =
        Counter.builder()
            .name("dta_collector_queries_total")
            .help(
                "Questions, each key of a batch one, by primitive, outcome (none where refused) and"
                    + " HTTP status")
            .labelNames("primitive", "outcome", "status")
            .register(registry);
    seconds =
        Histogram.builder()
            .name("dta_collector_query_seconds")
            .help("Time to answer a request, single or batch, without writing the answer")
            .unit(Unit.SECONDS)
            .labelNames("primitive")
            .classicOnly()
            .classicUpperBounds(
                0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3)
            .register(registry);
    for (Primitive primitive : Primitive.values()) {
      seconds.initLabelValues(primitive.label());
      for (Outcome outcome : Outcome.values()) {
        queries.initLabelValues(primitive.label(), label(outcome), Integer.toString(OK));
      }
    }
  }

  private static String label(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }

  /**
   * A handler whose time and refusals are counted, and whose {@link QueryException}s have a status.
   */
  RequestHandler measured(Primitive primitive, RequestHandler handler) {
    return request -> {
      int status = INTERNAL_ERROR;
      long startNs = System.nanoTime();
      try {
        Object answer = handler.handle(request);
        status = OK;
        return answer;
      } catch (QueryException e) {
        RequestException refusal =
            e.isNotFound()
                ? RequestException.notFound(e.getMessage())
                : RequestException.badRequest(e.getMessage());
        status = refusal.status();
        throw refusal;
      } catch (RequestException e) {
        status = e.status();
        throw e;
      } finally {
        seconds
            .labelValues(primitive.label())
            .observe(Unit.nanosToSeconds(System.nanoTime() - startNs));
        if (status != OK) {
          queries.labelValues(primitive.label(), NONE, Integer.toString(status)).inc();
        }
      }
    };
  }

  /** Questions were answered. */
  <A> void answered(Primitive primitive, List<A> answers, Function<A, Outcome> outcomeOf) {
    for (Outcome outcome : Outcome.values()) {
      long count = answers.stream().filter(answer -> outcomeOf.apply(answer) == outcome).count();
      queries.labelValues(primitive.label(), label(outcome), Integer.toString(OK)).inc(count);
    }
  }
}
