package io.dta.fattree.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.dta.fattree.event.SimTime;
import io.dta.fattree.failure.FailurePlan;
import io.dta.fattree.statistics.CompletionTimes;
import io.dta.fattree.statistics.IdealTime;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.workload.FlowArrivals;
import io.dta.fattree.workload.FlowPopulation;
import io.dta.fattree.workload.PoissonArrivals;
import io.dta.fattree.workload.PublishedSizes;
import io.dta.fattree.workload.ScheduledFlows;
import io.dta.fattree.workload.SizeDistribution;
import io.dta.fattree.workload.SplitMix64;
import io.dta.fattree.workload.TrafficMatrices;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where theory is exact. */
class TheoryTest {
  private static final int BATCHES = 50;
  private static final int FLOWS_PER_BATCH = 4000;

  /** One-packet flows of one host to another of another pod, all on one path. */
  private static FlowArrivals singlePackets(FatTree tree, double meanPicos) {
    SplitMix64 random = new SplitMix64(17);
    double[] time = {0};
    long[] number = {0};
    return flow -> {
      if (number[0] == (long) BATCHES * FLOWS_PER_BATCH) {
        return false;
      }
      time[0] -= StrictMath.log(1 - random.nextDouble()) * meanPicos;
      int last = tree.hosts() - 1;
      flow.set(number[0]++, 0, last, Framing.MAX_PAYLOAD, 1, 2);
      flow.startTime((long) time[0]);
      return true;
    };
  }

  /**
   * M/D/1: with Poisson arrivals and a constant service time S a packet waits ρ/(2(1 − ρ))·S in the
   * mean. In a row of such queues all waiting together is that at the slowest (Friedman, 1965), be
   * that the host's own link, or one in the middle. Batches of packets give the standard error.
   */
  @ParameterizedTest
  @CsvSource({"10, 10, 0.3", "10, 10, 0.7", "100, 10, 0.3", "100, 10, 0.7"})
  void shouldWaitAsLongAsTheorySays(int hostGigabits, int podGigabits, double utilization)
      throws IOException {
    FatTree tree = new FatTree(4);
    LinkProfile host = LinkProfile.ofGigabits(hostGigabits).withBuffer(1 << 26, 1 << 26);
    LinkProfile pod = LinkProfile.ofGigabits(podGigabits).withBuffer(1 << 26, 1 << 26);
    NetworkConfig config = new NetworkConfig(host, pod, host, TransportSettings.LINE_RATE, 1, 0);
    long service = Framing.MAX_WIRE_LENGTH * Math.max(host.picosPerByte(), pod.picosPerByte());
    long ideal = new IdealTime(tree, config).picos(0, tree.hosts() - 1, Framing.MAX_PAYLOAD);
    double[] waits = new double[BATCHES];
    NetworkObserver observer =
        new NetworkObserver() {
          @Override
          public void onFlowEnd(FlowView flow, long now, boolean complete) {
            assertTrue(complete);
            waits[(int) (flow.number() / FLOWS_PER_BATCH)] +=
                (double) (now - flow.startTime() - ideal) / FLOWS_PER_BATCH;
          }
        };
    new Network(
            tree, config, singlePackets(tree, service / utilization), FailurePlan.NONE, observer)
        .run(SimTime.NEVER);
    double mean = 0;
    for (double wait : waits) {
      mean += wait / BATCHES;
    }
    double variance = 0;
    for (double wait : waits) {
      variance += (wait - mean) * (wait - mean) / (BATCHES - 1);
    }
    double expected = utilization / (2 * (1 - utilization)) * service;
    double error = Math.sqrt(variance / BATCHES);
    assertEquals(expected, mean, 4.5 * error);
    assertTrue(error < 0.03 * expected, "error " + error);
  }

  @Property(tries = 60)
  void shouldTakeTheIdealTimeAlone(@ForAll long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    int[] rates = {1, 10, 25, 40, 100, 400};
    LinkProfile[] links = new LinkProfile[3];
    for (int i = 0; i < 3; i++) {
      links[i] =
          LinkProfile.ofGigabits(rates[random.nextInt(rates.length)])
              .withDelay(random.nextLong(5_000_000))
              .withBuffer(1 << 28, LinkProfile.NO_MARKS);
    }
    FatTree tree = new FatTree(4);
    NetworkConfig config =
        new NetworkConfig(links[0], links[1], links[2], TransportSettings.LINE_RATE, seed, 0);
    int destination = 1 + random.nextInt(tree.hosts() - 1);
    long bytes = 1 + random.nextLong(20L * Framing.MAX_PAYLOAD);
    Recorder recorder = new Recorder();
    CompletionTimes times = new CompletionTimes(tree, config);
    new Network(
            tree,
            config,
            new ScheduledFlows(tree, List.of(new ScheduledFlows.Flow(5, 0, destination, bytes))),
            FailurePlan.NONE,
            NetworkObserver.all(recorder, times))
        .run(SimTime.NEVER);
    assertEquals(
        new IdealTime(tree, config).picos(0, destination, bytes),
        recorder.ends.getFirst().time() - 5,
        "seed " + seed);
    CompletionTimes.SizeClass size = CompletionTimes.SizeClass.of(bytes);
    assertEquals(1000, times.slowdown(size).getMaxValue(), "seed " + seed);
  }

  /**
   * Two flows that share one link for long have half of it each, with DCTCP and its short queue.
   */
  @Test
  void shouldShareALinkFairlyWithAShortQueue() throws IOException {
    FatTree tree = new FatTree(6);
    LinkProfile links = LinkProfile.ofGigabits(10).withBuffer(1 << 22, 30_000);
    Recorder recorder = new Recorder();
    long bytes = 10_000_000;
    Network network =
        new Network(
            tree,
            NetworkConfig.of(links, TransportSettings.DCTCP, 1),
            new ScheduledFlows(
                tree,
                List.of(
                    new ScheduledFlows.Flow(0, 0, 2, bytes),
                    new ScheduledFlows.Flow(0, 1, 2, bytes))),
            FailurePlan.NONE,
            recorder);
    network.run(SimTime.NEVER);
    long both = 2L * Framing.packets(bytes) * Framing.MAX_WIRE_LENGTH * 800;
    assertEquals((double) both, (double) recorder.ends.getLast().time(), 0.05 * both);
    assertEquals((double) both, (double) recorder.ends.getFirst().time(), 0.2 * both);
    assertEquals(0, network.packets().allDropped());
    int port = network.wiring().port(tree.edgeOfHost(2), 2);
    assertTrue(network.peakBytes(port) < 200_000, "peak " + network.peakBytes(port));
    assertTrue(network.utilization(port) > 0.95, "used " + network.utilization(port));
    assertTrue(recorder.marks > 100);
  }

  @Test
  void shouldAllocateNothingPerPacket() throws IOException {
    FatTree tree = new FatTree(4);
    LinkProfile links = LinkProfile.ofGigabits(10);
    FlowPopulation population =
        new FlowPopulation(
            tree, TrafficMatrices.uniform(tree), SizeDistribution.of(PublishedSizes.WEB_SEARCH), 1);
    Network network =
        new Network(
            tree,
            NetworkConfig.of(links, TransportSettings.DCTCP, 1),
            new PoissonArrivals(
                population, FlowPopulation.MAX_FLOWS, 0.5, links.bitsPerSecond(), 1),
            FailurePlan.NONE,
            NetworkObserver.NONE);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    network.runHops(100_000);
    long before = threads.getCurrentThreadAllocatedBytes();
    network.runHops(400_000);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < 200_000, "allocated " + allocated);
    assertTrue(network.packets().inFlight() < 4096);
    assertTrue(network.flows().held() < 512);
  }
}
