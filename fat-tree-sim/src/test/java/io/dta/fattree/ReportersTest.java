package io.dta.fattree;

import static io.dta.translator.engine.DropReason.SUPERSEDED;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.fattree.event.SimTime;
import io.dta.fattree.failure.FailurePlan;
import io.dta.fattree.network.DropReason;
import io.dta.fattree.network.Framing;
import io.dta.fattree.network.Hop;
import io.dta.fattree.network.LinkProfile;
import io.dta.fattree.network.Network;
import io.dta.fattree.network.NetworkConfig;
import io.dta.fattree.network.NetworkObserver;
import io.dta.fattree.network.TransportSettings;
import io.dta.fattree.output.CollectorMemory;
import io.dta.fattree.output.EngineSink;
import io.dta.fattree.reporter.CongestionReporter;
import io.dta.fattree.reporter.HostBytesReporter;
import io.dta.fattree.reporter.IntMdReporter;
import io.dta.fattree.reporter.IntMetadata;
import io.dta.fattree.reporter.IntXdReporter;
import io.dta.fattree.reporter.LossyFlowReporter;
import io.dta.fattree.reporter.NetSeerReporter;
import io.dta.fattree.reporter.SketchReporter;
import io.dta.fattree.reporter.TurboFlowReporter;
import io.dta.fattree.send.Reporters;
import io.dta.fattree.telemetry.EventType;
import io.dta.fattree.telemetry.NetworkEvent;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.workload.FlowPopulation;
import io.dta.fattree.workload.PoissonArrivals;
import io.dta.fattree.workload.SizeDistribution;
import io.dta.fattree.workload.TrafficMatrices;
import io.dta.primitives.key.FiveTuple;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendReader;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.EpochInfo;
import io.dta.primitives.store.KeyIncrementReader;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteAnswer;
import io.dta.primitives.store.KeyWriteReader;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.Outcome;
import io.dta.primitives.store.PathAnswer;
import io.dta.primitives.store.PostcardingReader;
import io.dta.primitives.store.QueryPolicy;
import io.dta.primitives.store.SketchReader;
import io.dta.primitives.store.Store;
import io.dta.translator.engine.EngineSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * All reporters on one network, through a real engine into real memory, and what is read there
 * beside what happened.
 */
class ReportersTest {
  private static final int FLOWS = 240;
  private static final long SEED = 7;
  private static final long MICRO = SimTime.PICOS_PER_MICRO;
  private static final int DEPTH = 8 * Framing.MAX_WIRE_LENGTH;

  private final FatTree tree = new FatTree(4);
  private final DemoStores stores = DemoStores.forTopology(4, FLOWS, 8);
  private final KeyWriteStore depths =
      new KeyWriteStore(
          1,
          "depths",
          KeyFormat.IPV4_5_TUPLE,
          20,
          1 << 14,
          2,
          stores.paths().checksum(),
          stores.paths().hashes());
  private final AppendStore congestion = new AppendStore(1, "congestion", 5, 4, 4, 1 << 12);
  private final AppendStore lossy = new AppendStore(2, "lossy", 5, 13, 4, 1 << 12);
  private final KeyIncrementStore flowBytes =
      new KeyIncrementStore(1, "flow-bytes", KeyFormat.IPV4_5_TUPLE, 1 << 18, 2);

  /** What happened. */
  private static final class Witness implements NetworkObserver {
    final Map<String, List<Integer>> paths = new TreeMap<>();
    final Map<String, Long> bytes = new HashMap<>();
    final Map<Long, Long> hostBytes = new HashMap<>();
    final Map<String, Integer> drops = new HashMap<>();
    final Set<String> congested = new HashSet<>();
    final Set<String> sentAgain = new HashSet<>();
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[13]);

    private String key(Hop hop) {
      hop.packet().putKey(key, 0);
      return FiveTuple.fromBytes(key.byteArray()).toString();
    }

    @Override
    public void onEntry(Hop hop) {
      String flow = key(hop);
      bytes.merge(flow, (long) hop.packet().length(), Long::sum);
      hostBytes.merge(hop.packet().addresses() >>> 32, (long) hop.packet().length(), Long::sum);
      if (hop.packet().isRetransmission()) {
        sentAgain.add(flow);
      }
    }

    @Override
    public void onHop(Hop hop) {
      String flow = key(hop);
      if (!hop.packet().isAcknowledgement()) {
        List<Integer> path = paths.computeIfAbsent(flow, any -> new ArrayList<>());
        if (path.size() == hop.packet().hop() - 1) {
          path.add(hop.switchId());
        }
        assertEquals(path.get(hop.packet().hop() - 1), hop.switchId());
      }
      if (hop.queueBytes() >= DEPTH) {
        congested.add(flow + hop.switchId());
      }
    }

    @Override
    public void onDrop(Hop hop, DropReason reason) {
      drops.merge(key(hop) + hop.switchId(), 1, Integer::sum);
    }
  }

  @Test
  void shouldSayWhatHappened() throws IOException {
    List<Store> all = new ArrayList<>(stores.all());
    all.addAll(List.of(depths, congestion, lossy, flowBytes));
    LinkProfile links =
        LinkProfile.ofGigabits(10)
            .withBuffer(20 * Framing.MAX_WIRE_LENGTH, 10 * Framing.MAX_WIRE_LENGTH);
    NetworkConfig config =
        NetworkConfig.of(links, TransportSettings.DCTCP, SEED).withTick(20 * MICRO);
    FlowPopulation population =
        new FlowPopulation(
            tree, TrafficMatrices.incast(tree, 8), SizeDistribution.constant(30_000), SEED);
    PoissonArrivals arrivals =
        new PoissonArrivals(population, FLOWS, 0.6, links.bitsPerSecond(), SEED);
    Witness witness = new Witness();
    try (CollectorMemory memory = new CollectorMemory(all);
        EngineSink sink = new EngineSink(memory, all, tree.switches())) {
      Reporters reporters = new Reporters(sink, 0, SEED);
      NetSeerReporter netSeer =
          new NetSeerReporter(tree, reporters, stores.events(), this::list, DEPTH, 4, 64);
      TurboFlowReporter turboFlow = new TurboFlowReporter(tree, reporters, flowBytes, 4);
      SketchReporter sketch =
          new SketchReporter(tree, reporters, stores.flowSizes(), SimTime.PICOS_PER_SECOND);
      Network network =
          new Network(
              tree,
              config,
              arrivals,
              FailurePlan.NONE,
              NetworkObserver.all(
                  witness,
                  new IntMdReporter(
                      tree,
                      reporters,
                      List.of(
                          new IntMdReporter.Value(stores.paths(), IntMetadata.SWITCH_ID),
                          new IntMdReporter.Value(depths, IntMetadata.QUEUE_DEPTH)),
                      100 * MICRO,
                      64),
                  new IntXdReporter(reporters, stores.postcards(), IntMetadata.SWITCH_ID, 0),
                  new CongestionReporter(tree, reporters, congestion, this::list, DEPTH),
                  netSeer,
                  new LossyFlowReporter(tree, reporters, lossy, this::list, 4, 0.01, 1024),
                  new HostBytesReporter(tree, reporters, stores.hostBytes(), 50_000, 1),
                  turboFlow,
                  sketch,
                  new ReportPump(reporters)));
      network.run(SimTime.NEVER);
      network.end();
      EngineSnapshot snapshot = sink.drain();

      assertEquals(FLOWS, network.flows().completed());
      assertTrue(snapshot.isBalanced(), snapshot::toString);
      // A flow's second packet may bring a postcard for a hop that is still held.
      assertEquals(snapshot.dropped(SUPERSEDED), snapshot.dropped(), snapshot::toString);
      assertEquals(reporters.sent(), snapshot.received());
      assertTrue(turboFlow.evictions() > 0);
      checkPaths(witness, sink);
      checkPostcards(witness, sink);
      checkCounters(witness, sink);
      checkSketch(witness, sink);
      checkEvents(witness, sink, netSeer);
      checkLossyFlows(witness, sink);
      checkCongestion(sink);
    }
  }

  private int list(int switchId) {
    return DemoStores.eventList(tree, switchId);
  }

  private static UnsafeBuffer key(String flow) {
    return new UnsafeBuffer(FiveTuple.parse(flow).toBytes());
  }

  private void checkPaths(Witness witness, EngineSink sink) {
    assertEquals(FLOWS, witness.paths.size());
    KeyWriteReader reader = new KeyWriteReader(stores.paths(), sink.memory(stores.paths()));
    KeyWriteReader depthReader = new KeyWriteReader(depths, sink.memory(depths));
    KeyWriteAnswer answer = new KeyWriteAnswer(stores.paths());
    int congested = 0;
    for (Map.Entry<String, List<Integer>> flow : witness.paths.entrySet()) {
      reader.lookup(key(flow.getKey()), 0, QueryPolicy.PLURALITY, answer);
      assertEquals(Outcome.VALUE, answer.outcome(), flow.getKey());
      for (int hop = 0; hop < FatTree.MAX_HOPS; hop++) {
        int expected = hop < flow.getValue().size() ? flow.getValue().get(hop) : 0;
        assertEquals(expected, answer.value().getInt(4 * hop, BIG_ENDIAN), flow.getKey());
      }
      depthReader.lookup(key(flow.getKey()), 0, QueryPolicy.PLURALITY, answer);
      for (int hop = 0; hop < FatTree.MAX_HOPS; hop++) {
        congested += answer.value().getInt(4 * hop, BIG_ENDIAN) > 0 ? 1 : 0;
      }
    }
    assertTrue(congested > FLOWS / 2, "queues seen: " + congested);
  }

  private void checkPostcards(Witness witness, EngineSink sink) {
    PostcardingReader reader =
        new PostcardingReader(stores.postcards(), sink.memory(stores.postcards()));
    PathAnswer answer = new PathAnswer(stores.postcards());
    int found = 0;
    for (Map.Entry<String, List<Integer>> flow : witness.paths.entrySet()) {
      reader.lookup(key(flow.getKey()), 0, PostcardingReader.PAPER_POLICY, answer);
      if (answer.outcome() == Outcome.VALUE && answer.length() == flow.getValue().size()) {
        found++;
        for (int hop = 1; hop <= answer.length(); hop++) {
          assertEquals(flow.getValue().get(hop - 1), answer.value(hop), flow.getKey());
        }
      }
    }
    assertTrue(found > 0.95 * FLOWS, "paths found: " + found);
  }

  private void checkCounters(Witness witness, EngineSink sink) {
    KeyIncrementReader hosts =
        new KeyIncrementReader(stores.hostBytes(), sink.memory(stores.hostBytes()));
    witness.hostBytes.forEach(
        (address, bytes) -> {
          UnsafeBuffer key = new UnsafeBuffer(new byte[4]);
          key.putInt(0, address.intValue(), BIG_ENDIAN);
          assertEquals(bytes, hosts.count(key, 0));
        });
    KeyIncrementReader flows = new KeyIncrementReader(flowBytes, sink.memory(flowBytes));
    witness.bytes.forEach((flow, bytes) -> assertEquals(bytes, flows.count(key(flow), 0), flow));
    assertEquals(2 * FLOWS, witness.bytes.size());
  }

  private void checkSketch(Witness witness, EngineSink sink) {
    SketchReader reader = new SketchReader(stores.flowSizes(), sink.memory(stores.flowSizes()));
    EpochInfo epoch = new EpochInfo();
    assertTrue(reader.newest(false, epoch));
    assertEquals(0, epoch.epoch());
    int exact = 0;
    for (Map.Entry<String, Long> flow : witness.bytes.entrySet()) {
      long estimate = reader.estimate(epoch, key(flow.getKey()), 0);
      assertTrue(estimate >= flow.getValue(), flow.getKey());
      exact += estimate == flow.getValue() ? 1 : 0;
    }
    assertTrue(exact > 0.9 * witness.bytes.size(), "exact: " + exact);
  }

  private void checkEvents(Witness witness, EngineSink sink, NetSeerReporter netSeer) {
    Map<String, Integer> drops = new HashMap<>();
    Set<String> congested = new HashSet<>();
    int events = 0;
    for (byte[] entry : entries(stores.events(), sink)) {
      NetworkEvent event = NetworkEvent.get(new UnsafeBuffer(entry), 0);
      events++;
      String place = event.flow().toString() + event.switchId();
      if (event.type() == EventType.QUEUE_FULL_DROP) {
        drops.merge(place, event.detail(), Integer::sum);
      } else {
        assertEquals(EventType.CONGESTION, event.type());
        congested.add(place);
      }
    }
    assertEquals(netSeer.events(), events);
    assertTrue(witness.drops.size() > 20, "drops at " + witness.drops.size());
    assertEquals(witness.drops, drops);
    assertEquals(witness.congested, congested);
  }

  private void checkLossyFlows(Witness witness, EngineSink sink) {
    Set<String> seen = new HashSet<>();
    for (byte[] entry : entries(lossy, sink)) {
      assertTrue(seen.add(FiveTuple.fromBytes(entry).toString()));
    }
    assertTrue(witness.sentAgain.containsAll(seen));
    assertTrue(seen.size() > 0.5 * witness.sentAgain.size(), "lossy flows: " + seen.size());
  }

  private void checkCongestion(EngineSink sink) {
    List<byte[]> entries = entries(congestion, sink);
    assertTrue(entries.size() > 10, "events: " + entries.size());
    for (byte[] entry : entries) {
      CongestionReporter.Event event = CongestionReporter.Event.get(new UnsafeBuffer(entry), 0);
      assertTrue(event.switchId() >= 1 && event.switchId() <= tree.switches(), event.toString());
      assertTrue(event.port() < tree.k(), event.toString());
      assertTrue(
          event.depth() > DEPTH - 256 && event.depth() <= 20 * Framing.MAX_WIRE_LENGTH,
          event.toString());
    }
  }

  private static List<byte[]> entries(AppendStore store, EngineSink sink) {
    List<byte[]> entries = new ArrayList<>();
    for (int list = 0; list < store.lists(); list++) {
      AppendReader reader =
          new AppendReader(store, sink.memory(store), list, AppendStore.FIRST_SEQUENCE);
      while (reader.poll(
              (sequence, position, buffer, index, length) -> {
                byte[] entry = new byte[length];
                buffer.getBytes(index, entry);
                entries.add(entry);
              },
              1000)
          > 0) {
        // The next ones.
      }
      assertEquals(0, reader.lostFrames());
    }
    return entries;
  }
}
