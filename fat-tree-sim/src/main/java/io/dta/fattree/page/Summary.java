package io.dta.fattree.page;

import io.dta.fattree.network.DropReason;
import io.dta.fattree.output.Delivery;
import io.dta.fattree.scenario.ScenarioResult;
import io.dta.fattree.statistics.CompletionTimes;
import io.dta.fattree.statistics.RunSummary;
import io.dta.fattree.verify.Comparison;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * A run in figures, for scripts.
 *
 * @param complete false where the run was interrupted
 * @param simulatedSeconds of the network
 * @param wallSeconds that the run took
 * @param packetHops packets that came to the end of a link
 * @param droppedPackets by reason
 * @param completionTimes by size of the flows
 * @param busiestLink the share of its time that the busiest direction of a cable was sending
 * @param delivery of the reports; null where nobody got any
 * @param telemetry beside the truth
 */
public record Summary(
    String scenario,
    String about,
    boolean complete,
    long seed,
    int k,
    int hosts,
    double simulatedSeconds,
    double wallSeconds,
    long flows,
    long flowsStarted,
    long flowsCompleted,
    long packets,
    long packetHops,
    long retransmissions,
    long marked,
    Map<String, Long> droppedPackets,
    List<SizeClass> completionTimes,
    double busiestLink,
    Delivery delivery,
    List<Comparison> telemetry) {
  private static final double NANOS_PER_MICRO = 1000;

  /** Flows of a size; slowdown is the time divided by that in an empty network. */
  public record SizeClass(
      String size,
      long flows,
      double meanMicros,
      double p50Micros,
      double p99Micros,
      double meanSlowdown,
      double p50Slowdown,
      double p99Slowdown) {}

  /** Sums a run up. */
  public static Summary of(ScenarioResult result) {
    RunSummary run = result.summary();
    Map<String, Long> dropped = new LinkedHashMap<>();
    for (DropReason reason : DropReason.values()) {
      dropped.put(reason.label(), run.packets().dropped(reason));
    }
    List<SizeClass> classes = new ArrayList<>();
    for (CompletionTimes.SizeClass size : CompletionTimes.SizeClass.values()) {
      Histogram nanos = run.times().nanos(size);
      Histogram slowdown = run.times().slowdown(size);
      if (nanos.getTotalCount() > 0) {
        classes.add(
            new SizeClass(
                size.name().toLowerCase(Locale.ROOT),
                nanos.getTotalCount(),
                nanos.getMean() / NANOS_PER_MICRO,
                nanos.getValueAtPercentile(50) / NANOS_PER_MICRO,
                nanos.getValueAtPercentile(99) / NANOS_PER_MICRO,
                slowdown.getMean() / CompletionTimes.SLOWDOWN_UNIT,
                (double) slowdown.getValueAtPercentile(50) / CompletionTimes.SLOWDOWN_UNIT,
                (double) slowdown.getValueAtPercentile(99) / CompletionTimes.SLOWDOWN_UNIT));
      }
    }
    return new Summary(
        result.name(),
        result.scenario().about(),
        result.complete(),
        result.scenario().seed(),
        result.scenario().tree().k(),
        result.scenario().tree().hosts(),
        run.seconds(),
        result.wallSeconds(),
        result.offeredFlows(),
        run.flows().started(),
        run.flows().completed(),
        run.packets().sent(),
        run.packets().hops(),
        run.packets().retransmissions(),
        run.packets().marked(),
        dropped,
        classes,
        run.links().stream().mapToDouble(RunSummary.LinkLoad::utilization).max().orElse(0),
        result.delivery(),
        result.comparisons());
  }

  /** All that was dropped. */
  public long allDropped() {
    return droppedPackets.values().stream().mapToLong(Long::longValue).sum();
  }
}
