package io.dta.p4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dta.fattree.output.CollectorMemory;
import io.dta.fattree.output.EngineSink;
import io.dta.fattree.routing.EcmpHash;
import io.dta.fattree.routing.IntPath;
import io.dta.fattree.telemetry.EventType;
import io.dta.fattree.telemetry.NetworkEvent;
import io.dta.primitives.Primitive;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendReader;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.EpochInfo;
import io.dta.primitives.store.KeyIncrementReader;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteAnswer;
import io.dta.primitives.store.KeyWriteReader;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PathAnswer;
import io.dta.primitives.store.PathVerification;
import io.dta.primitives.store.PostcardingReader;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.QueryPolicy;
import io.dta.primitives.store.SketchKind;
import io.dta.primitives.store.SketchReader;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.store.Store;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three reporters in a row - hosts' switch, one between, the other hosts' switch - whose reports go
 * through the software translator into memory, with loss of those that may be sent again: what
 * readers find there is what was sent.
 */
class ReporterEndToEndTest {
  private static final long SEED = 20261125;
  private static final double LOSS = 0.2;
  private static final int FLOWS = 100;
  private static final int HOSTS = 5;
  private static final int PLACES = 64;
  private static final int MANY = 1 << 18;
  private static final int HOST = Ipv4.parse("10.7.0.1");
  private static final int NOWHERE = Ipv4.parse("192.0.2.1");
  private static final int[] SWITCHES = {11, 12, 13};

  private static final KeyWriteStore PATHS =
      new KeyWriteStore(0, "paths", KeyFormat.IPV4_5_TUPLE, 20, 1 << 16, 2, null, null);
  private static final PostcardingStore POSTCARDS =
      new PostcardingStore(
          0, "postcards", KeyFormat.IPV4_5_TUPLE, 5, 1 << 16, 2, PathVerification.CHECKSUM, null);
  private static final AppendStore EVENTS =
      new AppendStore(0, "events", 3, NetworkEvent.LENGTH, 4, 256);
  private static final KeyIncrementStore BYTES =
      new KeyIncrementStore(0, "host-bytes", KeyFormat.U32, 1 << 16, 2);
  private static final SketchStore SIZES =
      new SketchStore(
          0, "flow-sizes", KeyFormat.IPV4_5_TUPLE, SketchKind.COUNT_MIN, 4, 64, 2, 1, 0);
  private static final List<Store> STORES = List.of(PATHS, POSTCARDS, EVENTS, BYTES, SIZES);

  @TempDir private Path directory;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final List<ReporterBench> switches = new ArrayList<>();
  private final Map<Integer, Long> bytesOfHosts = new HashMap<>();
  private final List<Traffic> flows = new ArrayList<>();
  private final List<Integer> packetsOfFlows = new ArrayList<>();
  private final int[] drops = new int[SWITCHES.length];

  @Test
  void shouldLeaveInMemoryWhatWasSent() throws Exception {
    Path simpleSwitch = P4Tools.SIMPLE_SWITCH.find();
    assumeTrue(simpleSwitch != null, P4Tools.SIMPLE_SWITCH::missing);
    try (CollectorMemory memory = new CollectorMemory(STORES);
        EngineSink translator = new EngineSink(memory, STORES, SWITCHES.length)) {
      for (int i = 0; i < SWITCHES.length; i++) {
        switches.add(start(simpleSwitch, i));
      }
      for (int flow = 0; flow < FLOWS; flow++) {
        sendFlow();
        if (flow % 10 == 9) {
          deliver(translator, LOSS);
        }
      }
      finish(translator);
      assertPaths(memory);
      assertCounts(memory);
      assertEvents(memory);
    } finally {
      for (ReporterBench each : switches) {
        each.close();
      }
    }
  }

  private ReporterBench start(Path simpleSwitch, int index) throws Exception {
    boolean first = index == 0;
    boolean last = index == SWITCHES.length - 1;
    return ReporterBench.start(
        Files.createDirectory(directory.resolve("switch-" + index)),
        simpleSwitch,
        ReporterBench.settings(
            SWITCHES[index],
            1,
            first ? List.of(0) : last ? List.of(1, 2, 3, 4) : List.of(),
            new ReporterSettings.Paths(PATHS, 47, 0, 1L << 40, 65536),
            new ReporterSettings.Postcards(POSTCARDS, 1, 64),
            new ReporterSettings.HostBytes(BYTES, 1000, PLACES),
            new ReporterSettings.Events(EVENTS, index, 5, PLACES, MANY, MANY, 0),
            first ? new ReporterSettings.Sketch(SIZES, 0) : null));
  }

  /** Some packets of a flow through all switches, and some that a switch has no route for. */
  private void sendFlow() throws Exception {
    int host = HOST + random.nextInt(HOSTS);
    Traffic packet = Traffic.random(random, host, ReporterBench.NETWORK + random.nextInt(65536));
    int packets = random.nextInt(1, 4);
    int way =
        1
            + EcmpHash.choose(
                ReporterBench.SALT, packet.addresses(), packet.ports(), ReporterBench.WAYS);
    for (int i = 0; i < packets; i++) {
      byte[] frame = packet.frame(ReporterBench.HOST_MAC, ReporterBench.SWITCH_MAC);
      for (ReporterBench each : switches) {
        each.send(frame);
        frame = each.receive(way);
      }
      bytesOfHosts.merge(host, (long) packet.wireLength(), Long::sum);
    }
    flows.add(packet);
    packetsOfFlows.add(packets);
    int where = random.nextInt(SWITCHES.length);
    int lost = random.nextInt(1, 12);
    for (int i = 0; i < lost; i++) {
      switches.get(where).send(Traffic.of(host, NOWHERE, 7, 9, Traffic.UDP, 30));
    }
    drops[where] += lost;
  }

  /** Brings reports to the translator, and its answers back. */
  private void deliver(EngineSink translator, double loss) throws Exception {
    ByteBuffer answer = ByteBuffer.allocate(64);
    for (int i = 0; i < switches.size(); i++) {
      for (byte[] datagram : switches.get(i).takeReports(0)) {
        boolean essential = (datagram[2] & Reports.ESSENTIAL) != 0;
        if (!essential || random.nextDouble() >= loss) {
          translator.send(i, ByteBuffer.wrap(datagram), 1);
        }
      }
      while (translator.receive(i, answer)) {
        byte[] bytes = new byte[answer.remaining()];
        answer.get(bytes);
        switches.get(i).answer(0, bytes);
      }
    }
  }

  private void finish(EngineSink translator) throws Exception {
    for (ReporterBench each : switches) {
      each.command(new ReporterCommand(ReporterCommand.Kind.FLUSH_HOSTS, 0, 0, 0, PLACES));
      each.command(new ReporterCommand(ReporterCommand.Kind.FLUSH_DROPS, 0, 0, 0, PLACES));
    }
    acknowledgeAll(translator);
    switches
        .getFirst()
        .command(new ReporterCommand(ReporterCommand.Kind.EXPORT_SKETCH, 0, 0, 0, SIZES.columns()));
    acknowledgeAll(translator);
    assertEquals(0, translator.drain().inFlight());
  }

  private void acknowledgeAll(EngineSink translator) throws Exception {
    deliver(translator, LOSS);
    for (int i = 0; i < switches.size(); i++) {
      ReporterBench each = switches.get(i);
      for (int attempt = 0; outstanding(each) > 0; attempt++) {
        assertTrue(attempt < 50, "switch " + i + " is never acknowledged, seed " + SEED);
        each.command(new ReporterCommand(ReporterCommand.Kind.SEND_AGAIN, 0, 0, 0, 128));
        deliver(translator, LOSS);
        // What the switch makes of the answers is done when it has sent what comes after them.
        deliver(translator, LOSS);
      }
    }
  }

  private static long outstanding(ReporterBench bench) {
    return bench.control().register("ReporterIngress.essential.outstanding", 0);
  }

  private void assertPaths(CollectorMemory memory) {
    KeyWriteReader paths = new KeyWriteReader(PATHS, memory.segment(PATHS));
    KeyWriteAnswer path = new KeyWriteAnswer(PATHS);
    PostcardingReader postcards = new PostcardingReader(POSTCARDS, memory.segment(POSTCARDS));
    PathAnswer hops = new PathAnswer(POSTCARDS);
    UnsafeBuffer expected = new UnsafeBuffer(new byte[IntPath.VALUE_LENGTH]);
    new IntPath(SWITCHES).putValue(expected, 0);
    for (Traffic flow : flows) {
      UnsafeBuffer key = new UnsafeBuffer(flow.key());
      paths.lookup(key, 0, QueryPolicy.PLURALITY, path);
      UnsafeBuffer found = new UnsafeBuffer(new byte[IntPath.VALUE_LENGTH]);
      found.putBytes(0, path.value(), 0, IntPath.VALUE_LENGTH);
      assertEquals(expected, found, "seed " + SEED + ", " + flow);
      postcards.lookup(key, 0, PostcardingReader.PAPER_POLICY, hops);
      assertEquals(SWITCHES.length, hops.length(), "seed " + SEED + ", " + flow);
      for (int hop = 1; hop <= SWITCHES.length; hop++) {
        assertEquals(SWITCHES[hop - 1], hops.value(hop), "seed " + SEED + ", " + flow);
      }
    }
  }

  private void assertCounts(CollectorMemory memory) {
    KeyIncrementReader counters = new KeyIncrementReader(BYTES, memory.segment(BYTES));
    bytesOfHosts.forEach(
        (host, bytes) ->
            assertEquals(
                bytes,
                counters.count(new UnsafeBuffer(ByteBuffer.allocate(4).putInt(host).array()), 0),
                "seed " + SEED + ", host " + Ipv4.format(host)));
    SketchReader sketch = new SketchReader(SIZES, memory.segment(SIZES));
    EpochInfo epoch = new EpochInfo();
    assertTrue(sketch.find(0, false, epoch), "the epoch is complete");
    assertEquals(
        bytesOfHosts.values().stream().mapToLong(Long::longValue).sum(), sketch.total(epoch));
    for (int i = 0; i < flows.size(); i++) {
      long truth = (long) packetsOfFlows.get(i) * flows.get(i).wireLength();
      long estimate = sketch.estimate(epoch, new UnsafeBuffer(flows.get(i).key()), 0);
      assertTrue(estimate >= truth, "seed " + SEED + ": " + estimate + " for " + truth);
    }
  }

  private void assertEvents(CollectorMemory memory) {
    for (int list = 0; list < SWITCHES.length; list++) {
      List<NetworkEvent> events = new ArrayList<>();
      AppendReader reader =
          new AppendReader(EVENTS, memory.segment(EVENTS), list, AppendStore.FIRST_SEQUENCE);
      reader.poll(
          (sequence, position, buffer, index, length) ->
              events.add(NetworkEvent.get(buffer, index)),
          Integer.MAX_VALUE);
      int told = 0;
      for (NetworkEvent event : events) {
        assertEquals(EventType.NO_ROUTE_DROP, event.type());
        assertEquals(SWITCHES[list], event.switchId());
        told += event.detail();
      }
      assertEquals(drops[list], told, "seed " + SEED + ", switch " + list + ": " + events);
      assertEquals(
          events.size(),
          switches.get(list).packets("ReporterEgress.report_packet.sent", Primitive.APPEND.opcode())
              - switches.get(list).packets("ReporterIngress.essential.counters", 4)
              + (list == 0 ? sketchSentAgain() : 0),
          "every event once");
    }
  }

  /** Of those that the first switch sent again, the columns. */
  private long sketchSentAgain() {
    return switches
            .getFirst()
            .packets("ReporterEgress.report_packet.sent", Primitive.SKETCH_MERGE.opcode())
        - SIZES.columns();
  }
}
