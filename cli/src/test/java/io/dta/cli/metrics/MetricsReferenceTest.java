package io.dta.cli.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.cli.CommandRun;
import io.dta.node.metrics.MetricDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MetricsReferenceTest {
  @Test
  void shouldBeWhatTheDocumentationSays() throws IOException {
    Path page = Path.of("..", "docs", "metrics.md");
    assertEquals(
        MetricsReference.markdown(),
        Files.readString(page),
        "docs/metrics.md is old: run ./dta metrics --markdown > docs/metrics.md");
  }

  @Test
  void shouldDefineEachMetricOnce() {
    Set<String> names = new HashSet<>();
    for (MetricDescription metric : MetricsReference.all()) {
      assertTrue(names.add(metric.name()), metric.name() + " is defined twice");
    }
    assertTrue(names.size() > 60, names::toString);
  }

  @Test
  void shouldExplainTheMetricsThatHaveAName() {
    CommandRun run = CommandRun.of("metrics", "reports_dropped");
    assertEquals(0, run.exitCode());
    List.of(
            "dta_translator_reports_dropped_total  counter {primitive, reason}",
            "reason=ring-full",
            "what to do")
        .forEach(text -> assertTrue(run.out().contains(text), run::out));
    assertEquals(MetricsReference.all().size(), CommandRun.of("metrics", "--json").json().size());
    assertEquals(MetricsReference.markdown(), CommandRun.of("metrics", "--markdown").out());
    assertTrue(CommandRun.of("metrics").out().contains("dta_sim_flows_total"));
  }

  @Test
  void shouldNameTheNearestWhereThereIsNone() {
    CommandRun run = CommandRun.of("metrics", "dta_translator_report_dropped_total");
    assertEquals(2, run.exitCode());
    assertTrue(run.err().contains("'dta_translator_reports_dropped_total'"), run::err);
  }
}
