package io.dta.fattree.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.fattree.failure.FailurePlan;
import io.dta.fattree.network.LinkProfile;
import io.dta.fattree.network.Network;
import io.dta.fattree.network.NetworkConfig;
import io.dta.fattree.network.TransportSettings;
import io.dta.fattree.telemetry.EventType;
import io.dta.fattree.telemetry.NetworkEvent;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.witness.FlowTruths;
import io.dta.fattree.witness.Witness;
import io.dta.fattree.workload.FlowDescription;
import io.dta.fattree.workload.ScheduledFlows;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A collector that says what the test wants, beside a network whose truth is known. */
class TelemetryCheckTest {
  private static final KeyWriteStore PATHS =
      new KeyWriteStore(0, "paths", KeyFormat.IPV4_5_TUPLE, 20, 64, 2, null, null);
  private static final KeyIncrementStore BYTES =
      new KeyIncrementStore(0, "flow-bytes", KeyFormat.IPV4_5_TUPLE, 64, 2);
  private static final AppendStore EVENTS = new AppendStore(0, "events", 1, 18, 4, 64);

  private final FatTree tree = new FatTree(4);
  private final Witness witness = new Witness(tree, new Witness.Settings(100, 20_000, 20_000, 0));
  private final Told told = new Told();
  private final TelemetryCheck check = new TelemetryCheck(witness, told);

  /** What the collector says. */
  private static final class Told implements CollectorAnswers {
    final List<Value> values = new ArrayList<>();
    final List<Long> counts = new ArrayList<>();
    final List<String> entries = new ArrayList<>();

    @Override
    public List<Value> values(String store, List<String> keys) {
      return values;
    }

    @Override
    public List<Path> paths(String store, List<String> keys) {
      return List.of();
    }

    @Override
    public List<Long> counts(String store, List<String> keys) {
      return counts;
    }

    @Override
    public Page entries(String store, int list, long from) {
      return new Page(from == 1 ? entries : List.of(), from + 1, 0);
    }

    @Override
    public List<Epoch> epochs(String store) {
      return List.of();
    }

    @Override
    public List<Long> estimates(String store, long epoch, List<String> keys) {
      return List.of();
    }

    @Override
    public double cardinality(String store, long epoch) {
      return 0;
    }
  }

  /** Eight hosts send 60 kB to host 0 at once; its port has room for 30 kB. */
  @BeforeEach
  void simulate() throws IOException {
    List<ScheduledFlows.Flow> flows = new ArrayList<>();
    for (int host = 8; host < 16; host++) {
      flows.add(new ScheduledFlows.Flow(0, host, 0, 60_000));
    }
    Network network =
        new Network(
            tree,
            NetworkConfig.of(
                LinkProfile.ofGigabits(10).withBuffer(30_000, LinkProfile.NO_MARKS),
                TransportSettings.DCTCP,
                1),
            new ScheduledFlows(tree, flows),
            FailurePlan.NONE,
            witness);
    network.run(Long.MAX_VALUE);
    network.end();
    assertEquals(8, witness.flows().size());
  }

  private static String hexadecimal(int... path) {
    StringBuilder hexadecimal = new StringBuilder();
    for (int hop = 0; hop < FatTree.MAX_HOPS; hop++) {
      hexadecimal.append(HexFormat.of().toHexDigits(hop < path.length ? path[hop] : 0));
    }
    return hexadecimal.toString();
  }

  @Test
  void shouldTellRightPathsFromEmptyAndWrongOnes() throws IOException {
    for (int flow = 0; flow < 8; flow++) {
      int[] path = witness.flows().path(flow);
      assertEquals(5, path.length);
      assertEquals(tree.edge(0, 0), path[4]);
      told.values.add(new CollectorAnswers.Value(Outcome.VALUE, hexadecimal(path)));
    }
    assertEquals(8, check.paths(PATHS).right());
    told.values.set(0, new CollectorAnswers.Value(Outcome.EMPTY, null));
    told.values.set(1, new CollectorAnswers.Value(Outcome.AMBIGUOUS, null));
    int[] part = witness.flows().path(2);
    part[1] = 0;
    told.values.set(2, new CollectorAnswers.Value(Outcome.VALUE, hexadecimal(part)));
    int[] other = witness.flows().path(3);
    other[2]++;
    told.values.set(3, new CollectorAnswers.Value(Outcome.VALUE, hexadecimal(other)));
    assertEquals(
        new Comparison("key-write", "INT-MD", "paths", "flows", 8, 4, 0, 3, 1), check.paths(PATHS));
  }

  @Test
  void shouldTellCountersThatLackAndThatAreShared() throws IOException {
    for (int flow = 0; flow < 8; flow++) {
      told.counts.add(witness.flows().wireBytes(flow));
    }
    assertEquals(8, check.flowBytes(BYTES).right());
    told.counts.set(2, told.counts.get(2) - 1);
    told.counts.set(5, told.counts.get(5) + 1);
    assertEquals(
        new Comparison("key-increment", "TurboFlow", "flow-bytes", "flows", 8, 6, 0, 1, 1),
        check.flowBytes(BYTES));
  }

  private String event(Witness.Incident incident, EventType type, int detail) {
    FlowTruths flows = witness.flows();
    UnsafeBuffer key = new UnsafeBuffer(new byte[13]);
    FlowDescription.putKey(key, 0, flows.addresses(incident.flow()), flows.ports(incident.flow()));
    UnsafeBuffer entry = new UnsafeBuffer(new byte[NetworkEvent.LENGTH]);
    NetworkEvent.put(entry, 0, key, 0, incident.switchId(), type, detail);
    return HexFormat.of().formatHex(entry.byteArray());
  }

  @Test
  void shouldAddUpWhatEventsTellOf() throws IOException {
    long drops = 0;
    for (Witness.Incident incident : witness.incidents()) {
      if (incident.isCongestion()) {
        told.entries.add(event(incident, EventType.CONGESTION, 20));
      } else {
        drops += incident.packets();
        told.entries.add(event(incident, EventType.QUEUE_FULL_DROP, 1));
        if (incident.packets() > 1) {
          told.entries.add(
              event(incident, EventType.QUEUE_FULL_DROP, (int) incident.packets() - 1));
        }
      }
    }
    assertTrue(drops > 20, "dropped: " + drops);
    Comparison all = check.netSeer(EVENTS);
    assertEquals(witness.incidents().size(), all.right());
    assertEquals(all.asked(), all.right());
    String drop =
        told.entries.stream()
            .filter(entry -> entry.startsWith("02", 2 * NetworkEvent.TYPE_OFFSET))
            .findFirst()
            .orElseThrow();
    told.entries.remove(drop);
    assertEquals(1, check.netSeer(EVENTS).empty());
    told.entries.add(drop);
    told.entries.add(drop);
    assertEquals(1, check.netSeer(EVENTS).wrong());
  }
}
