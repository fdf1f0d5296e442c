package io.dta.grafana;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.grafana.Dashboard.Panel;
import io.dta.grafana.Dashboard.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DashboardsTest {
  private static final int MOST_BYTES = 25_000;
  private static final Pattern METRIC = Pattern.compile("\\bdta_[a-z0-9_]+");

  static Stream<Dashboard> dashboards() {
    return Dashboard.all().stream();
  }

  @Test
  void shouldBeTheFiveThatOperatorsKnow() {
    assertEquals(
        List.of("collector", "fat-tree", "overview", "rdma", "translator"),
        dashboards().map(Dashboard::name).toList());
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void shouldBeSmallAndWithoutWhatGrafanaAddsByItself(Dashboard dashboard) throws IOException {
    Path file = Dashboard.FOLDER.resolve(dashboard.name() + ".json");
    assertTrue(Files.size(file) < MOST_BYTES, "see whether Grafana's defaults have crept in");
    assertEquals("dta-" + dashboard.name(), dashboard.json().path("uid").asText());
    assertTrue(dashboard.json().path("id").isMissingNode());
    assertTrue(dashboard.json().path("version").isMissingNode());
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void shouldSayUnderEachPanelWhatToDo(Dashboard dashboard) {
    Set<Integer> ids = new HashSet<>();
    for (Panel panel : dashboard.panels()) {
      assertTrue(ids.add(panel.json().path("id").asInt()), panel.title());
      if (panel.type().equals("text")) {
        continue;
      }
      assertTrue(panel.description().endsWith("."), panel.title());
      assertTrue(
          dashboard.panels().stream()
              .anyMatch(
                  text ->
                      text.type().equals("text")
                          && text.x() == panel.x()
                          && text.y() == panel.y() + panel.height()
                          && text.json()
                              .path("options")
                              .path("content")
                              .asText()
                              .equals(panel.description())),
          panel.title());
      assertTrue(!panel.unit().isEmpty(), panel.title());
      assertTrue(!panel.thresholds().isEmpty(), panel.title());
      assertTrue(!panel.targets().isEmpty(), panel.title());
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void shouldNotOverlap(Dashboard dashboard) {
    boolean[][] taken = new boolean[200][24];
    for (Panel panel : dashboard.panels()) {
      for (int y = panel.y(); y < panel.y() + panel.height(); y++) {
        for (int x = panel.x(); x < panel.x() + panel.width(); x++) {
          assertTrue(!taken[y][x], panel.title() + " lies on another");
          taken[y][x] = true;
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void shouldAskForWhatThereIs(Dashboard dashboard) throws IOException {
    String known = Files.readString(Path.of("..", "docs", "metrics.md"));
    for (Panel panel : dashboard.panels()) {
      for (Target target : panel.targets()) {
        assertTrue(target.expression().contains("$instance"), panel.title());
        Matcher matcher = METRIC.matcher(target.expression());
        while (matcher.find()) {
          String metric = matcher.group().replaceAll("_(bucket|sum|count)$", "");
          assertTrue(known.contains("`" + metric + "`"), panel.title() + ": " + metric);
        }
      }
    }
  }

  @Test
  void shouldWatchWhatThereIs() throws IOException {
    String known = Files.readString(Path.of("..", "docs", "metrics.md"));
    Matcher matcher = METRIC.matcher(Files.readString(Path.of("alerts.yml")));
    while (matcher.find()) {
      assertTrue(known.contains("`" + matcher.group() + "`"), matcher.group());
    }
  }
}
