package io.dta.cli.demo;

import io.dta.cli.metrics.SimulationStatus;
import io.dta.cli.terminal.Progress;
import io.dta.fattree.ProgressListener;
import io.dta.fattree.send.SendCounters;
import io.dta.fattree.telemetry.EventType;
import io.dta.fattree.traffic.FlowTable;
import java.util.LinkedHashMap;
import java.util.Map;

/** Shows how far a demo is, on the terminal and in its metrics. */
final class DemoProgress implements ProgressListener {
  private static final String QUEUE_FULL = "queue-full";

  private final FlowTable table;
  private final SimulationStatus status;
  private final Progress progress;
  private final Map<String, Long> drops = new LinkedHashMap<>();
  private int passed;
  private long packets;

  DemoProgress(FlowTable table, SimulationStatus status, Progress progress) {
    this.table = table;
    this.status = status;
    this.progress = progress;
    drops.put(QUEUE_FULL, 0L);
  }

  @Override
  public void onProgress(int flows, int of, long reports) {
    progress.stepTo(flows);
    while (passed < flows) {
      packets += table.packets(passed++);
    }
    status.traffic(passed, packets);
    status.drops(drops);
  }

  @Override
  public void onIncident(EventType type, int detail) {
    switch (type) {
      case QUEUE_FULL_DROP -> drops.merge(QUEUE_FULL, (long) detail, Long::sum);
      case LINK_DOWN_DROP -> drops.merge("link-down", (long) detail, Long::sum);
      case NO_ROUTE_DROP -> drops.merge("no-route", (long) detail, Long::sum);
      case CONGESTION, PATH_CHANGE -> {}
    }
  }

  @Override
  public void onReports(SendCounters counters) {
    status.reports(counters);
  }
}
