package io.dta.fattree.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.fattree.event.SimTime;
import io.dta.fattree.failure.FailurePlan;
import io.dta.fattree.network.LinkProfile;
import io.dta.fattree.network.Network;
import io.dta.fattree.network.NetworkConfig;
import io.dta.fattree.network.NetworkObserver;
import io.dta.fattree.network.TransportSettings;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.topology.SwitchRole;
import io.dta.fattree.workload.FlowPopulation;
import io.dta.fattree.workload.PoissonArrivals;
import io.dta.fattree.workload.SizeDistribution;
import io.dta.fattree.workload.TrafficMatrices;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueueSeriesTest {
  private final FatTree tree = new FatTree(4);

  private RunSummary run(int capacity) throws IOException {
    LinkProfile links = LinkProfile.ofGigabits(10);
    NetworkConfig config =
        NetworkConfig.of(links, TransportSettings.DCTCP, 1).withTick(5 * SimTime.PICOS_PER_MICRO);
    FlowPopulation population =
        new FlowPopulation(
            tree, TrafficMatrices.incast(tree, 8), SizeDistribution.constant(50_000), 1);
    QueueSeries queues = new QueueSeries(capacity);
    CompletionTimes times = new CompletionTimes(tree, config);
    Network network =
        new Network(
            tree,
            config,
            new PoissonArrivals(population, 400, 0.5, links.bitsPerSecond(), 1),
            FailurePlan.NONE,
            NetworkObserver.all(queues, times));
    queues.attach(network);
    network.run(SimTime.NEVER);
    return RunSummary.of(network, times, queues);
  }

  @Test
  void shouldKeepPeaksAndMeansInFewerSamples() throws IOException {
    List<QueueSeries.Sample> all = run(1 << 16).queues().get(SwitchRole.EDGE);
    List<QueueSeries.Sample> few = run(16).queues().get(SwitchRole.EDGE);
    assertTrue(all.size() > 64, "samples " + all.size());
    assertTrue(few.size() > 8 && few.size() <= 16, "samples " + few.size());
    int deepest = all.stream().mapToInt(QueueSeries.Sample::deepestBytes).max().orElseThrow();
    assertTrue(deepest > 50_000, "deepest " + deepest);
    assertEquals(
        deepest, few.stream().mapToInt(QueueSeries.Sample::deepestBytes).max().orElseThrow());
    assertEquals(all.getLast().time(), few.getLast().time());
    QueueSeries.Sample first = few.getFirst();
    List<QueueSeries.Sample> covered =
        all.stream().filter(sample -> sample.time() <= first.time()).toList();
    assertEquals(
        covered.stream().mapToDouble(QueueSeries.Sample::meanBytes).average().orElseThrow(),
        first.meanBytes(),
        1e-6);
    assertThrows(IllegalArgumentException.class, () -> new QueueSeries(3));
  }

  @Test
  void shouldSumARunUp() throws IOException {
    RunSummary summary = run(64);
    assertEquals(400, summary.flows().completed());
    assertEquals(400, summary.times().allNanos().getTotalCount());
    assertEquals(400L * 50_000, summary.times().bytes());
    assertEquals(0, summary.times().incomplete());
    assertEquals(400, summary.times().nanos(CompletionTimes.SizeClass.SMALL).getTotalCount());
    long hops = summary.links().stream().mapToLong(RunSummary.LinkLoad::packets).sum();
    assertEquals(summary.packets().hops(), hops);
    long dropped = summary.links().stream().mapToLong(RunSummary.LinkLoad::dropped).sum();
    assertEquals(summary.packets().allDropped(), dropped);
    long marked = summary.links().stream().mapToLong(RunSummary.LinkLoad::marked).sum();
    assertEquals(summary.packets().marked(), marked);
    assertTrue(marked > 0);
    assertTrue(
        summary.links().stream()
            .allMatch(link -> link.utilization() >= 0 && link.utilization() <= 1));
    assertTrue(summary.seconds() > 0);
  }
}
