package io.dta.fattree.page;

import io.dta.fattree.event.SimTime;
import io.dta.fattree.failure.FailurePlan;
import io.dta.fattree.output.Delivery;
import io.dta.fattree.scenario.ScenarioResult;
import io.dta.fattree.statistics.CompletionTimes;
import io.dta.fattree.statistics.QueueSeries;
import io.dta.fattree.statistics.RunSummary;
import io.dta.fattree.topology.SwitchRole;
import io.dta.fattree.topology.Wiring;
import io.dta.fattree.verify.Comparison;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** A run as one HTML file that needs nothing else: no script, no font, no picture. */
public final class ReportPage {
  private static final int POINTS = 200;
  private static final int BUSIEST = 5;
  private static final double NANOS_PER_MILLI = 1e6;

  private final ScenarioResult result;
  private final Summary summary;
  private final StringBuilder html = new StringBuilder();

  private ReportPage(ScenarioResult result) {
    this.result = result;
    summary = Summary.of(result);
  }

  /** Makes the page. */
  public static String of(ScenarioResult result) {
    return new ReportPage(result).make();
  }

  private String make() {
    String name = result.name().replaceAll("^.*/|\\.ya?ml$", "");
    html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<meta name=\"color-scheme\" content=\"light dark\">\n")
        .append("<link rel=\"icon\" href=\"data:,\">\n<title>")
        .append(Text.escape(name))
        .append(" – dta sim</title>\n<style>\n")
        .append(style())
        .append("</style>\n</head>\n<body>\n<header>\n<p class=\"kind\">dta sim</p>\n<h1>")
        .append(Text.escape(name))
        .append("</h1>\n<p class=\"about\">")
        .append(Text.escape(summary.about()))
        .append("</p>\n");
    if (!summary.complete()) {
      html.append("<p class=\"incomplete\"><b>Incomplete.</b> The run was interrupted after ")
          .append(Text.time(summary.simulatedSeconds() * 1e9))
          .append(" of simulated time; what follows is from before that.</p>\n");
    }
    tiles();
    html.append("</header>\n<main>\n");
    topology();
    completionTimes();
    queues();
    html.append(TruthTables.of(summary.telemetry()));
    delivery();
    html.append("</main>\n<footer><p>Seed ")
        .append(summary.seed())
        .append(": the same scenario and seed make the same run. It took ")
        .append(Text.time(summary.wallSeconds() * 1e9))
        .append(".</p></footer>\n</body>\n</html>\n");
    return html.toString();
  }

  private static String style() {
    try (InputStream in = ReportPage.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("the resource report.css is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the resource report.css is not readable", e);
    }
  }

  private void tile(String value, String label) {
    html.append("<div><b>%s</b><span>%s</span></div>\n".formatted(value, label));
  }

  private void tiles() {
    html.append("<div class=\"tiles\">\n");
    tile(Text.shortCount(summary.hosts()), "hosts, k = " + summary.k());
    tile(
        Text.count(summary.flowsCompleted()),
        "of %s flows completed".formatted(Text.count(summary.flows())));
    tile(Text.time(summary.simulatedSeconds() * 1e9), "simulated");
    tile(Text.shortCount(summary.packetHops()), "packet-hops");
    tile(Text.shortCount(summary.allDropped()), "packets dropped");
    if (summary.delivery() != null) {
      tile(Text.shortCount(summary.delivery().reports()), "reports sent");
      long asked = summary.telemetry().stream().mapToLong(Comparison::asked).sum();
      long right = summary.telemetry().stream().mapToLong(Comparison::right).sum();
      if (asked > 0) {
        tile(Text.percent((double) right / asked), "of the answers right");
      }
    }
    html.append("</div>\n");
  }

  private void section(String title, String remark) {
    html.append("<section>\n<h2>%s</h2>\n<p>%s</p>\n".formatted(title, remark));
  }

  private void topology() {
    section(
        "The network and the load of its links",
        "%s say for which share of the time the busier direction of a link was sending. The busiest one: %s."
            .formatted(
                TopologyDrawing.drawsLinks(summary.k())
                    ? "Color and width"
                    : "Colors, a cell a switch and a column a pod,",
                Text.percent(summary.busiestLink())));
    html.append(
        new TopologyDrawing(result.scenario().tree(), result.summary().links(), result.failures())
            .svg());
    busiestLinks();
    html.append("</section>\n");
  }

  private void busiestLinks() {
    Wiring wiring = new Wiring(result.scenario().tree());
    html.append("<div class=\"wide\"><table>\n<thead><tr><th>the busiest links</th><th>load</th>")
        .append("<th>packets</th><th>marked</th><th>dropped</th><th>deepest queue</th></tr>")
        .append("</thead>\n<tbody>\n");
    result.summary().links().stream()
        .sorted(Comparator.comparingDouble(RunSummary.LinkLoad::utilization).reversed())
        .limit(BUSIEST)
        .forEach(
            link ->
                html.append(
                    "<tr><th>%s → %s</th><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n"
                        .formatted(
                            node(wiring, link.port()),
                            node(wiring, wiring.peer(link.port())),
                            Text.percent(link.utilization()),
                            Text.count(link.packets()),
                            Text.count(link.marked()),
                            Text.count(link.dropped()),
                            Text.bytes(link.peakBytes()))));
    html.append("</tbody></table></div>\n");
  }

  private static String node(Wiring wiring, int port) {
    return wiring.isHostPort(port) ? wiring.name(port) : wiring.tree().name(wiring.switchOf(port));
  }

  private void completionTimes() {
    CompletionTimes times = result.summary().times();
    section(
        "How long flows took",
        "Slowdown is a flow's time divided by that which it would take alone. Small flows have up"
            + " to 100 kB, large ones 10 MB and more.");
    if (summary.completionTimes().isEmpty()) {
      html.append("<p>No flow was completed.</p></section>\n");
      return;
    }
    double longest = 2;
    double slowest = 2000;
    for (CompletionTimes.SizeClass size : CompletionTimes.SizeClass.values()) {
      longest = Math.max(longest, times.slowdown(size).getMaxValue() / 1000.0);
      slowest = Math.max(slowest, (double) times.nanos(size).getMaxValue());
    }
    LineChart slowdowns =
        new LineChart(
            "Share of the flows that were slowed down by at most …",
            new LineChart.Axis("slowdown", 1, longest, true, Text::digits),
            new LineChart.Axis("", 0, 1, false, share -> Math.round(100 * share) + " %"));
    LineChart durations =
        new LineChart(
            "Share of the flows that took at most …",
            new LineChart.Axis("", leastNanos(times), slowest, true, Text::time),
            new LineChart.Axis("", 0, 1, false, share -> Math.round(100 * share) + " %"));
    int color = 1;
    for (CompletionTimes.SizeClass size : CompletionTimes.SizeClass.values()) {
      if (times.nanos(size).getTotalCount() > 0) {
        String label = size.name().toLowerCase(Locale.ROOT);
        distribution(slowdowns, label, color, times.slowdown(size), CompletionTimes.SLOWDOWN_UNIT);
        distribution(durations, label, color, times.nanos(size), 1);
      }
      color++;
    }
    html.append("<div class=\"pair\">\n").append(slowdowns.svg()).append(durations.svg());
    html.append("</div>\n<div class=\"wide\"><table>\n<thead><tr><th>flows</th><th>completed</th>")
        .append("<th>mean</th><th>median</th><th>p99</th><th>mean slowdown</th>")
        .append("<th>p99 slowdown</th></tr></thead>\n<tbody>\n");
    for (Summary.SizeClass size : summary.completionTimes()) {
      html.append(
          "<tr><th>%s</th><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n"
              .formatted(
                  size.size(),
                  Text.count(size.flows()),
                  Text.time(1000 * size.meanMicros()),
                  Text.time(1000 * size.p50Micros()),
                  Text.time(1000 * size.p99Micros()),
                  Text.digits(size.meanSlowdown()),
                  Text.digits(size.p99Slowdown())));
    }
    html.append("</tbody></table></div>\n</section>\n");
  }

  private static double leastNanos(CompletionTimes times) {
    double least = Double.MAX_VALUE;
    for (CompletionTimes.SizeClass size : CompletionTimes.SizeClass.values()) {
      if (times.nanos(size).getTotalCount() > 0) {
        least = Math.min(least, (double) Math.max(1, times.nanos(size).getMinValue()));
      }
    }
    return least;
  }

  private static void distribution(
      LineChart chart, String label, int color, Histogram histogram, double unit) {
    double[] xs = new double[POINTS + 1];
    double[] ys = new double[POINTS + 1];
    for (int i = 0; i <= POINTS; i++) {
      ys[i] = (double) i / POINTS;
      xs[i] = histogram.getValueAtPercentile(100 * ys[i]) / unit;
    }
    chart.line(label, color, xs, ys, false);
  }

  private void queues() {
    section(
        "Queues and drops",
        "The deepest queue of every layer at each look, and the mean over all ports of the layer.");
    double end = Math.max(1e-6, summary.simulatedSeconds() * 1e9 / NANOS_PER_MILLI);
    double deepest = 1538;
    double meanest = 1;
    Map<SwitchRole, List<QueueSeries.Sample>> queues = result.summary().queues();
    for (List<QueueSeries.Sample> samples : queues.values()) {
      for (QueueSeries.Sample sample : samples) {
        deepest = Math.max(deepest, sample.deepestBytes());
        meanest = Math.max(meanest, sample.meanBytes());
      }
    }
    LineChart deepChart = queueChart("The deepest queue", end, deepest);
    LineChart meanChart = queueChart("The mean over all ports", end, meanest);
    for (FailurePlan.Change change : result.failures().changes()) {
      double at = SimTime.toNanos(change.time()) / NANOS_PER_MILLI;
      if (at <= end) {
        deepChart.mark(at);
        meanChart.mark(at);
      }
    }
    int color = 1;
    for (SwitchRole role : SwitchRole.values()) {
      List<QueueSeries.Sample> samples = queues.getOrDefault(role, List.of());
      double[] xs = samples.stream().mapToDouble(ReportPage::millis).toArray();
      deepChart.line(
          role.label(),
          color,
          xs,
          samples.stream().mapToDouble(QueueSeries.Sample::deepestBytes).toArray(),
          true);
      meanChart.line(
          role.label(),
          color,
          xs,
          samples.stream().mapToDouble(QueueSeries.Sample::meanBytes).toArray(),
          true);
      color++;
    }
    html.append("<div class=\"pair\">\n").append(deepChart.svg()).append(meanChart.svg());
    html.append("</div>\n<div class=\"wide\"><table>\n<thead><tr><th>packets</th><th>number</th>")
        .append("<th>of all sent</th></tr></thead>\n<tbody>\n");
    row("sent", summary.packets());
    summary.droppedPackets().forEach((reason, count) -> row("dropped, " + reason, count));
    row("sent again", summary.retransmissions());
    row("marked (ECN)", summary.marked());
    html.append("</tbody></table></div>\n</section>\n");
  }

  private static double millis(QueueSeries.Sample sample) {
    return SimTime.toNanos(sample.time()) / NANOS_PER_MILLI;
  }

  private static LineChart queueChart(String title, double end, double deepest) {
    return new LineChart(
        title,
        new LineChart.Axis("ms", 0, end, false, Text::digits),
        new LineChart.Axis("", 0, deepest, false, Text::bytes));
  }

  private void row(String label, long count) {
    html.append(
        "<tr><th>%s</th><td>%s</td><td>%s</td></tr>\n"
            .formatted(
                label,
                Text.count(count),
                Text.percent((double) count / Math.max(1, summary.packets()))));
  }

  private void delivery() {
    Delivery delivery = summary.delivery();
    if (delivery == null) {
      return;
    }
    section("Where the reports went", "To " + Text.escape(delivery.to()) + ".");
    html.append("<div class=\"wide\"><table>\n<tbody>\n");
    cell("reports, those sent again included", delivery.reports());
    if (delivery.datagrams() > 0) {
      cell("datagrams", delivery.datagrams());
    }
    delivery.fate().forEach(this::cell);
    if (delivery.operations() >= 0) {
      cell("RDMA operations", delivery.operations());
    }
    if (delivery.queuePairs() >= 0) {
      cell("queue pairs at the collectors", delivery.queuePairs());
    }
    html.append("</tbody></table></div>\n</section>\n");
  }

  private void cell(String label, long count) {
    html.append(
        "<tr><th>%s</th><td>%s</td></tr>\n".formatted(Text.escape(label), Text.count(count)));
  }
}
