package io.dta.fattree.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.fattree.event.SimTime;
import io.dta.fattree.failure.FailurePlan;
import io.dta.fattree.network.Hop;
import io.dta.fattree.network.LinkProfile;
import io.dta.fattree.network.Network;
import io.dta.fattree.network.NetworkConfig;
import io.dta.fattree.network.NetworkObserver;
import io.dta.fattree.network.PacketView;
import io.dta.fattree.network.TransportSettings;
import io.dta.fattree.telemetry.EventType;
import io.dta.fattree.telemetry.NetworkEvent;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.witness.FlowTruths;
import io.dta.fattree.witness.Measure;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A collector that says what the test wants, beside a network whose truth is known. */
class TelemetryCheckTest {
  private static final KeyWriteStore PATHS =
      new KeyWriteStore(0, "paths", KeyFormat.IPV4_5_TUPLE, 20, 64, 2, null, null);
  private static final KeyIncrementStore BYTES =
      new KeyIncrementStore(0, "flow-bytes", KeyFormat.IPV4_5_TUPLE, 64, 2);
  private static final AppendStore EVENTS = new AppendStore(0, "events", 1, 18, 4, 64);

  private final FatTree tree = new FatTree(4);
  private final Witness witness =
      new Witness(
          tree,
          new Witness.Settings(100, 20_000, 20_000, 0, 8, 0.01, List.of(Measure.values()), false));
  private final Told told = new Told();
  private final List<String> answers = new ArrayList<>();
  private final TelemetryCheck check = new TelemetryCheck(witness, told, this::onAnswer);

  private void onAnswer(
      String store, String what, String key, Object truth, Object answer, Verdict verdict) {
    answers.add("%s|%s|%s|%s".formatted(what, truth, answer, verdict.label()));
  }

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

  /** When the first packet of the first flow came to each switch, in nanoseconds. */
  private final int[] firstArrivals = new int[FatTree.MAX_HOPS];

  private final NetworkObserver firstPacket =
      new NetworkObserver() {
        @Override
        public void onHop(Hop hop) {
          PacketView packet = hop.packet();
          boolean first = packet.flowNumber() == 0 && packet.sequence() == 0;
          if (first && !packet.isAcknowledgement() && !packet.isRetransmission()) {
            firstArrivals[packet.hop() - 1] = (int) SimTime.toNanos(hop.arrival());
          }
        }
      };

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
            NetworkObserver.all(witness, firstPacket));
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
    assertEquals(8, check.paths(PATHS).getFirst().right());
    told.values.set(0, new CollectorAnswers.Value(Outcome.EMPTY, null));
    told.values.set(1, new CollectorAnswers.Value(Outcome.AMBIGUOUS, null));
    int[] part = witness.flows().path(2);
    part[1] = 0;
    told.values.set(2, new CollectorAnswers.Value(Outcome.VALUE, hexadecimal(part)));
    int[] other = witness.flows().path(3);
    other[2]++;
    told.values.set(3, new CollectorAnswers.Value(Outcome.VALUE, hexadecimal(other)));
    assertEquals(
        List.of(
            new Comparison(
                "key-write", "INT-MD", "paths", "paths of flows", 8, 4, 0, 3, 1, null, null)),
        check.paths(PATHS));
    String last = answers.get(answers.size() - 8 + 3);
    assertTrue(last.endsWith("|wrong"), last);
    assertTrue(last.startsWith("paths of flows|edge-2.1 agg-2."), last);
  }

  @Test
  void shouldTellCountersThatLackAndThatAreShared() throws IOException {
    for (int flow = 0; flow < 8; flow++) {
      told.counts.add(witness.flows().wireBytes(flow));
    }
    assertEquals(8, check.flowBytes(BYTES).right());
    told.counts.set(2, told.counts.get(2) - 1);
    told.counts.set(5, told.counts.get(5) + 1);
    Comparison flows = check.flowBytes(BYTES);
    assertEquals(6, flows.right());
    assertEquals(1, flows.empty());
    assertEquals(1, flows.wrong());
    // Of two copies that share 64 counters with 2·V: e·2·V/64.
    double bound = Math.E * 2 * witness.allHostBytes() / 64;
    assertEquals(
        new Deviation("B", 8, 0.25, 1, 1, bound, 0, 1 + Math.expm1(-2)), flows.deviation());
    told.counts.set(5, told.counts.get(5) + (long) bound + 1);
    assertEquals(1, check.flowBytes(BYTES).deviation().beyond());
  }

  private static List<Long> verdicts(Comparison comparison) {
    return List.of(
        comparison.right(), comparison.outdated(), comparison.empty(), comparison.wrong());
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
    List<Comparison> all = check.netSeer(EVENTS, 64);
    assertEquals(2, all.size());
    assertEquals(witness.incidents().size(), all.get(0).right() + all.get(1).right());
    assertEquals(0, all.get(0).deviation().most());
    assertTrue(all.get(0).reports() < drops, () -> all.get(0).toString());
    all.forEach(each -> assertEquals(each.asked(), each.right(), each::toString));
    String drop =
        told.entries.stream()
            .filter(entry -> entry.startsWith("02", 2 * NetworkEvent.TYPE_OFFSET))
            .findFirst()
            .orElseThrow();
    told.entries.remove(drop);
    Comparison lacking = check.netSeer(EVENTS, 64).getFirst();
    assertEquals(1, lacking.empty());
    assertEquals(1, lacking.deviation().most());
    told.entries.add(drop);
    told.entries.add(drop);
    assertEquals(1, check.netSeer(EVENTS, 64).getFirst().wrong());
  }

  /** One event stands for the first packet, and one for every so many more. */
  @Test
  void shouldAccountForDeduplicationOfLongQueues() throws IOException {
    Witness.Incident incident =
        witness.incidents().stream()
            .filter(each -> each.isCongestion() && each.packets() >= 5)
            .findFirst()
            .orElseThrow();
    String event = event(incident, EventType.CONGESTION, 20);
    long places = witness.incidents().stream().filter(Witness.Incident::isCongestion).count();
    int needed = 1 + (int) (incident.packets() - 1) / 4;
    for (int events = 0; events <= incident.packets() + 1; events++) {
      Comparison queues = check.netSeer(EVENTS, 4).get(1);
      boolean right = events >= needed && events <= incident.packets();
      assertEquals(right ? 1 : 0, queues.right(), events + " events of " + incident);
      assertEquals(places - (events >= needed ? 1 : 0), queues.empty());
      assertEquals(events > incident.packets() ? 1 : 0, queues.wrong());
      told.entries.add(event);
    }
  }

  /** What the last packet met is right, what an old one met is outdated, anything else wrong. */
  @ParameterizedTest
  @EnumSource(Measure.class)
  void shouldTellWhichPacketWasMeasured(Measure measure) throws IOException {
    KeyWriteStore store = new KeyWriteStore(0, "m", KeyFormat.IPV4_5_TUPLE, 20, 64, 2, null, null);
    for (int flow = 0; flow < 8; flow++) {
      int[] last = witness.measured().last(measure, flow);
      told.values.add(new CollectorAnswers.Value(Outcome.VALUE, hexadecimal(last)));
    }
    Comparison all = check.measured(store, measure, 1);
    assertEquals(8, all.right(), all::toString);
    assertEquals(0, all.deviation().most());

    told.values.set(0, new CollectorAnswers.Value(Outcome.EMPTY, null));
    int[] other = witness.measured().last(measure, 1);
    other[4] += 7;
    told.values.set(1, new CollectorAnswers.Value(Outcome.VALUE, hexadecimal(other)));
    Comparison some = check.measured(store, measure, 1);
    assertEquals(List.of(6L, 0L, 1L, 1L), verdicts(some));
    assertEquals(new Deviation(measure.unit(), 7, 1, 7, 7, null, 0, null), some.deviation());
  }

  @Test
  void shouldTellThatAMeasurementIsOld() throws IOException {
    KeyWriteStore store = new KeyWriteStore(0, "m", KeyFormat.IPV4_5_TUPLE, 20, 64, 2, null, null);
    for (int flow = 0; flow < 8; flow++) {
      int[] last = witness.measured().last(Measure.INGRESS_TIMESTAMP, flow);
      told.values.add(new CollectorAnswers.Value(Outcome.VALUE, hexadecimal(last)));
    }
    told.values.set(0, new CollectorAnswers.Value(Outcome.VALUE, hexadecimal(firstArrivals)));
    Comparison old = check.measured(store, Measure.INGRESS_TIMESTAMP, 1);
    assertEquals(List.of(7L, 1L, 0L, 0L), verdicts(old));
    assertEquals(8, check.measured(store, Measure.INGRESS_TIMESTAMP, Long.MAX_VALUE).right());
  }
}
