package io.dta.fattree.flows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.dta.fattree.event.SimTime;
import io.dta.fattree.failure.FailurePlan;
import io.dta.fattree.network.Hop;
import io.dta.fattree.network.LinkProfile;
import io.dta.fattree.network.Network;
import io.dta.fattree.network.NetworkConfig;
import io.dta.fattree.network.NetworkObserver;
import io.dta.fattree.network.TransportSettings;
import io.dta.fattree.routing.UpDownRoutes;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.topology.Wiring;
import io.dta.fattree.workload.FlowPopulation;
import io.dta.fattree.workload.PoissonArrivals;
import io.dta.fattree.workload.PublishedSizes;
import io.dta.fattree.workload.SizeDistribution;
import io.dta.fattree.workload.TrafficMatrices;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FlowCursorTest {
  private static final long SEED = 21;

  private final FatTree tree = new FatTree(8);

  private FlowPopulation population(SizeDistribution sizes) {
    return new FlowPopulation(tree, TrafficMatrices.uniform(tree), sizes, SEED);
  }

  @Test
  void shouldKnowTheWayThatPacketsTake() throws IOException {
    Map<Long, List<Integer>> ways = new HashMap<>();
    NetworkObserver observer =
        new NetworkObserver() {
          @Override
          public void onHop(Hop hop) {
            ways.computeIfAbsent(hop.packet().flowNumber(), any -> new ArrayList<>())
                .add(hop.switchId());
          }
        };
    LinkProfile links = LinkProfile.ofGigabits(10);
    SizeDistribution sizes = SizeDistribution.constant(100);
    new Network(
            tree,
            NetworkConfig.of(links, TransportSettings.LINE_RATE, SEED),
            new PoissonArrivals(population(sizes), 2000, 0.3, links.bitsPerSecond(), SEED),
            FailurePlan.NONE,
            observer)
        .run(SimTime.NEVER);
    FlowCursor cursor = new FlowCursor(population(sizes), new UpDownRoutes(new Wiring(tree), SEED));
    assertEquals(2000, ways.size());
    ways.forEach(
        (number, way) -> {
          cursor.seek(number);
          assertEquals(way.size(), cursor.hops());
          assertEquals(1, cursor.packets());
          for (int hop = 1; hop <= way.size(); hop++) {
            assertEquals(way.get(hop - 1), cursor.switchAt(hop));
          }
        });
  }

  @Test
  void shouldAllocateNothing() {
    FlowCursor cursor =
        new FlowCursor(
            population(SizeDistribution.of(PublishedSizes.HADOOP)),
            new UpDownRoutes(new Wiring(tree), SEED));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    cursor.seek(0);
    int flows = 100_000;
    long before = threads.getCurrentThreadAllocatedBytes();
    long sum = 0;
    for (int i = 0; i < flows; i++) {
      cursor.seek(i);
      sum += cursor.hops();
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(sum > 3L * flows);
    assertTrue(allocated < flows / 10, "allocated " + allocated);
  }
}
