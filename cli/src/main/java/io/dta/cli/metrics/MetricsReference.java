package io.dta.cli.metrics;

import io.dta.collector.metrics.CollectorMetrics;
import io.dta.node.metrics.LabelValue;
import io.dta.node.metrics.MetricDescription;
import io.dta.translator.TranslatorMetrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All metrics of the project, from the code's own descriptions. */
final class MetricsReference {
  private static final String HEADER =
      """
      <!-- Generated from the descriptions in the code; do not edit. Regenerate: ./dta metrics --markdown > docs/metrics.md -->

      # Metrics

      The translator serves them at `http://HOST:8041/metrics`, the collector at `:8040`, and a simulation (`dta demo --serve`) at
      `:8042`. Each is counted in plain fields by the thread that does the work, and read when it is scraped; what a scrape shows of
      a translator is one moment, in which `received = written + uncertain + in flight + dropped` for every primitive.

      Dashboards and alerts on them are in [`grafana/`](../grafana/README.md). `./dta metrics NAME` explains one on the command line.
      """;

  private static final String JVM =
      """

      ## JVM and process

      Both services expose the Prometheus Java client's [`jvm_*` and
      `process_*`](https://prometheus.github.io/client_java/instrumentation/jvm/) metrics: memory, garbage collection, threads,
      classes, CPU time, open files. A translator that allocates or pauses is looked for there:
      `rate(jvm_gc_collection_seconds_sum[1m])`.
      """;

  private MetricsReference() {}

  /** By service, in the order in which they are shown. */
  static Map<String, List<MetricDescription>> byService() {
    Map<String, List<MetricDescription>> services = new LinkedHashMap<>();
    List<MetricDescription> translator = new ArrayList<>(TranslatorMetrics.descriptions());
    List<MetricDescription> queuePairs = take(translator, "dta_translator_queue_pair_");
    List<MetricDescription> collector = new ArrayList<>(CollectorMetrics.descriptions());
    List<MetricDescription> rnic = take(collector, "dta_rnic_");
    services.put("Translator", translator);
    services.put("Translator: queue pairs", queuePairs);
    services.put("Collector", collector);
    services.put("Collector: RNIC", rnic);
    services.put("Simulation", SimulationMetrics.descriptions());
    return services;
  }

  private static List<MetricDescription> take(List<MetricDescription> from, String prefix) {
    List<MetricDescription> taken =
        from.stream().filter(metric -> metric.name().startsWith(prefix)).toList();
    from.removeAll(taken);
    return taken;
  }

  static List<MetricDescription> all() {
    return byService().values().stream().flatMap(List::stream).toList();
  }

  /** {@code docs/metrics.md}. */
  static String markdown() {
    StringBuilder page = new StringBuilder(HEADER);
    byService()
        .forEach(
            (service, metrics) -> {
              page.append("\n## ").append(service).append("\n\n");
              page.append("| metric | what it says | why it moves | what to do |\n");
              page.append("|---|---|---|---|\n");
              for (MetricDescription metric : metrics) {
                page.append(
                    "| %s | %s | %s | %s |%n"
                        .formatted(name(metric), metric.help(), metric.cause(), metric.remedy()));
              }
              metrics.stream()
                  .filter(metric -> !metric.values().isEmpty())
                  .forEach(metric -> values(metric, page));
            });
    return page.append(JVM).toString();
  }

  private static String name(MetricDescription metric) {
    String labels =
        metric.labels().isEmpty() ? "" : " `{" + String.join(", ", metric.labels()) + "}`";
    return "`%s`%s<br>%s".formatted(metric.name(), labels, metric.type().label());
  }

  private static void values(MetricDescription metric, StringBuilder page) {
    page.append("\n`").append(metric.name()).append("`:\n\n");
    page.append("| ").append(metric.values().getFirst().label());
    page.append(" | what it is | what to do |\n|---|---|---|\n");
    for (LabelValue value : metric.values()) {
      page.append("| `%s` | %s | %s |%n".formatted(value.value(), value.cause(), value.remedy()));
    }
  }
}
