package io.dta.fattree.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.fattree.event.SimTime;
import io.dta.fattree.failure.FailurePlan;
import io.dta.fattree.failure.FailurePlan.Change;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.topology.Link;
import io.dta.fattree.workload.FlowPopulation;
import io.dta.fattree.workload.PoissonArrivals;
import io.dta.fattree.workload.ScheduledFlows;
import io.dta.fattree.workload.SizeDistribution;
import io.dta.fattree.workload.TrafficMatrices;
import io.dta.fattree.workload.TrafficMatrix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class NetworkPropertiesTest {
  private static final long MICRO = SimTime.PICOS_PER_MICRO;

  /** A small network with small queues and heavy load: marks, drops and time-outs happen. */
  private static Network network(
      long seed, TransportSettings transport, boolean fails, NetworkObserver observer) {
    SplittableRandom random = new SplittableRandom(seed);
    FatTree tree = new FatTree(4 + 2 * random.nextInt(2));
    TrafficMatrix matrix =
        switch (random.nextInt(5)) {
          case 0 -> TrafficMatrices.uniform(tree);
          case 1 -> TrafficMatrices.stride(tree, 1 + random.nextInt(tree.hosts() - 1));
          case 2 -> TrafficMatrices.permutation(tree, seed);
          case 3 -> TrafficMatrices.incast(tree, 2 + random.nextInt(8));
          default -> TrafficMatrices.hotRack(tree, random.nextInt(tree.edges()), 0.5);
        };
    LinkProfile links =
        LinkProfile.ofGigabits(10)
            .withBuffer(
                (4 + random.nextInt(30)) * Framing.MAX_WIRE_LENGTH,
                (1 + random.nextInt(20)) * Framing.MAX_WIRE_LENGTH);
    FlowPopulation population =
        new FlowPopulation(
            tree, matrix, SizeDistribution.constant(1 + random.nextInt(40_000)), random.nextLong());
    PoissonArrivals arrivals =
        new PoissonArrivals(
            population, 200, 0.3 + random.nextDouble(), 10_000_000_000L, random.nextLong());
    return new Network(
        tree,
        NetworkConfig.of(links, transport, seed),
        arrivals,
        fails ? failures(seed, tree) : FailurePlan.NONE,
        observer);
  }

  private static TransportSettings transport(int kind) {
    return switch (Math.floorMod(kind, 3)) {
      case 0 -> TransportSettings.DCTCP.withTimeout(200 * MICRO);
      case 1 -> TransportSettings.fixedWindow(12).withTimeout(200 * MICRO);
      default -> TransportSettings.LINE_RATE;
    };
  }

  private static FailurePlan failures(long seed, FatTree tree) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      long fails = random.nextLong(3000 * MICRO);
      long repaired = fails + random.nextLong(500 * MICRO);
      if (random.nextInt(3) == 0) {
        int switchId = 1 + random.nextInt(tree.switches());
        changes.add(Change.ofSwitch(fails, switchId, false));
        changes.add(Change.ofSwitch(repaired, switchId, true));
      } else {
        Link link = tree.links().get(random.nextInt(tree.links().size()));
        changes.add(Change.ofLink(fails, link.lower(), link.upper(), false));
        changes.add(Change.ofLink(repaired, link.lower(), link.upper(), true));
      }
    }
    return new FailurePlan(changes, random.nextLong(50 * MICRO));
  }

  @Property(tries = 25)
  void shouldHaveEveryPacketInOnePlaceAtAllTimes(@ForAll long seed, @ForAll int kind)
      throws IOException {
    Recorder recorder = new Recorder();
    Network network = network(seed, transport(kind), true, recorder);
    boolean more = true;
    while (more) {
      more = network.runHops(2997);
      PacketCounters packets = network.packets();
      assertEquals(
          packets.sent(),
          packets.delivered() + packets.allDropped() + network.countInFlight(),
          "seed " + seed);
      assertEquals(packets.inFlight(), network.countInFlight(), "seed " + seed);
    }
    PacketCounters packets = network.packets();
    assertEquals(0, packets.inFlight(), "seed " + seed);
    assertEquals(packets.delivered(), recorder.deliveries.size(), "seed " + seed);
    assertEquals(packets.allDropped(), recorder.drops.size(), "seed " + seed);
    assertEquals(packets.marked(), recorder.marks, "seed " + seed);
    FlowCounters flows = network.flows();
    assertEquals(200, flows.started(), "seed " + seed);
    assertEquals(200, flows.completed() + flows.abandoned(), "seed " + seed);
    assertEquals(200, recorder.ends.size(), "seed " + seed);
    assertEquals(0, flows.held(), "seed " + seed);
    if (transport(kind).kind() != TransportSettings.Kind.LINE_RATE) {
      assertEquals(0, flows.abandoned(), "seed " + seed);
    }
  }

  @Property(tries = 12)
  void shouldKeepTheOrderOfAFlowsPackets(@ForAll long seed) throws IOException {
    Recorder recorder = new Recorder();
    network(seed, TransportSettings.LINE_RATE, false, recorder).run(SimTime.NEVER);
    Map<Long, Integer> last = new HashMap<>();
    for (Recorder.Arrived arrived : recorder.deliveries) {
      Integer before = last.put(arrived.flow(), arrived.sequence());
      assertTrue(before == null || before < arrived.sequence(), "seed " + seed);
    }
    assertFalse(recorder.deliveries.isEmpty());
  }

  @Property(tries = 10)
  void shouldDoTheSameForTheSameSeed(@ForAll long seed, @ForAll int kind) throws IOException {
    Digest first = new Digest();
    Digest second = new Digest();
    Digest other = new Digest();
    network(seed, transport(kind), true, first).run(SimTime.NEVER);
    Network inSteps = network(seed, transport(kind), true, second);
    for (long time = 0; inSteps.run(time); time += 100 * MICRO) {
      assertEquals(time, inSteps.now());
    }
    network(seed + 1, transport(kind), true, other).run(SimTime.NEVER);
    assertEquals(first.value(), second.value(), "seed " + seed);
    assertNotEquals(first.value(), other.value(), "seed " + seed);
  }

  /** The same on every machine: a digest that was computed once. */
  @Test
  void shouldDoWhatItAlwaysDid() throws IOException {
    Digest digest = new Digest();
    network(1, transport(0), true, digest).run(SimTime.NEVER);
    assertEquals(DIGEST_OF_SEED_1, digest.value());
  }

  private static final long DIGEST_OF_SEED_1 = -1457008176578792311L;

  /**
   * No packet leaves by a link that is down, and once the switches have learned of it none is sent
   * to it either: what is lost later was on its way before, up a branch that has no way down.
   */
  @Property(tries = 12)
  void shouldNeverRouteOverAFailedLink(@ForAll long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    FatTree tree = new FatTree(4);
    Link link = tree.links().get(random.nextInt(tree.links().size()));
    long fails = 200 * MICRO;
    long convergence = 30 * MICRO;
    FailurePlan plan =
        new FailurePlan(
            List.of(Change.ofLink(fails, link.lower(), link.upper(), false)), convergence);
    Recorder recorder = new Recorder();
    FlowPopulation population =
        new FlowPopulation(
            tree, TrafficMatrices.uniform(tree), SizeDistribution.constant(20_000), seed);
    LinkProfile links = LinkProfile.ofGigabits(10).withBuffer(1 << 22, 50_000);
    Network network =
        new Network(
            tree,
            NetworkConfig.of(links, transport(0), seed),
            new PoissonArrivals(population, 200, 0.4, links.bitsPerSecond(), seed),
            plan,
            recorder);
    network.run(SimTime.NEVER);
    int up = network.wiring().portTowards(link.lower(), link.upper());
    int down = network.wiring().peer(up);
    long before = 0;
    for (Recorder.Seen hop : recorder.hops) {
      int port = network.wiring().port(hop.switchId(), hop.egress());
      if (port == up || port == down) {
        before++;
        assertTrue(hop.arrival() <= fails, "seed " + seed + " " + hop);
      }
    }
    assertTrue(before > 0, "seed " + seed);
    for (Recorder.Lost lost : recorder.drops) {
      long last = lost.reason() == DropReason.LINK_DOWN ? lost.time() : lost.sentAt();
      assertTrue(lost.time() >= fails && last < fails + convergence, "seed " + seed + " " + lost);
    }
    assertEquals(200, network.flows().completed(), "seed " + seed);
  }

  @Test
  void shouldLoseWhatHasNoWay() throws IOException {
    FatTree tree = new FatTree(4);
    int edge = tree.edgeOfHost(15);
    FailurePlan plan = new FailurePlan(List.of(Change.ofSwitch(0, edge, false)), 0);
    Recorder recorder = new Recorder();
    Network network =
        new Network(
            tree,
            NetworkConfig.of(LinkProfile.ofGigabits(10), TransportSettings.LINE_RATE, 1),
            new ScheduledFlows(
                tree,
                List.of(
                    new ScheduledFlows.Flow(0, 0, 15, 10_000),
                    new ScheduledFlows.Flow(0, 15, 0, 10_000))),
            plan,
            recorder);
    network.run(SimTime.NEVER);
    assertEquals(7, network.packets().dropped(DropReason.NO_ROUTE));
    assertEquals(7, network.packets().dropped(DropReason.LINK_DOWN));
    assertEquals(2, network.flows().abandoned());
  }
}
