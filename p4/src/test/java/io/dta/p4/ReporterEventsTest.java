package io.dta.p4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dta.fattree.routing.EcmpHash;
import io.dta.fattree.telemetry.EventType;
import io.dta.fattree.telemetry.NetworkEvent;
import io.dta.primitives.store.AppendStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events of flows, and essential reports that are lost, asked for and acknowledged. */
class ReporterEventsTest {
  private static final long SEED = 20261124;
  private static final int SWITCH_ID = 0x10203;
  private static final int LIST = 3;
  private static final int HOST = Ipv4.parse("10.7.0.1");
  private static final int NOWHERE = Ipv4.parse("192.0.2.1");
  private static final int MANY = 1 << 18;
  private static final AppendStore EVENTS =
      new AppendStore(2, "events", 4, NetworkEvent.LENGTH, 4, 1024);
  private static final String COUNTERS = "ReporterIngress.essential.counters";
  private static final int KEPT = 0;
  private static final int UNPROTECTED = 1;
  private static final int SENT_AGAIN = 4;
  private static final int HELD = 5;
  private static final int UNKNOWN = 6;

  @TempDir private Path directory;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final JavaReporter java = new JavaReporter();
  private Path simpleSwitch;

  @BeforeEach
  void findSwitch() {
    simpleSwitch = P4Tools.SIMPLE_SWITCH.find();
    assumeTrue(simpleSwitch != null, P4Tools.SIMPLE_SWITCH::missing);
  }

  private ReporterBench start(int every, int flows, int longQueue, int fullQueue, long nackHold)
      throws Exception {
    return ReporterBench.start(
        directory,
        simpleSwitch,
        ReporterBench.settings(
            SWITCH_ID,
            1,
            List.of(),
            null,
            null,
            null,
            new ReporterSettings.Events(EVENTS, LIST, every, flows, longQueue, fullQueue, nackHold),
            null));
  }

  /** The simulator's report of an event. */
  private byte[] event(Traffic packet, EventType type, int detail) throws IOException {
    UnsafeBuffer entry = new UnsafeBuffer(new byte[NetworkEvent.LENGTH]);
    NetworkEvent.put(entry, 0, new UnsafeBuffer(packet.key()), 0, SWITCH_ID & 0xFFFF, type, detail);
    return java.report(reporter -> reporter.append(EVENTS, LIST, entry, 0));
  }

  private Traffic lost(int flow) {
    return Traffic.of(HOST, NOWHERE, 1000 + flow, 80, Traffic.TCP, 20);
  }

  private static int way(Traffic packet) {
    return 1
        + EcmpHash.choose(
            ReporterBench.SALT, packet.addresses(), packet.ports(), ReporterBench.WAYS);
  }

  private static long count(ReporterBench bench, int what) {
    return bench.packets(COUNTERS, what);
  }

  private void acknowledge(ReporterBench bench, int seqnum) throws IOException {
    byte[] acknowledgement = {(byte) seqnum, 0};
    bench.answer(0, acknowledgement);
    java.acknowledge(acknowledgement);
  }

  @Test
  void shouldTellOfDropsWithoutRepeatingThemselves() throws Exception {
    int every = 4;
    // One place: the flow that comes evicts the one that was there.
    try (ReporterBench bench = start(every, 1, MANY, MANY, 0)) {
      Traffic owner = null;
      int count = 0;
      int sent = 0;
      for (int i = 0; i < 200; i++) {
        String message = "seed " + SEED + ", packet " + i;
        Traffic packet = lost(random.nextInt(10) == 0 ? random.nextInt(3) : 0);
        bench.send(packet);
        if (owner == null || owner.sourcePort() != packet.sourcePort()) {
          if (count > 0) {
            bench.assertReport(0, event(owner, EventType.NO_ROUTE_DROP, count), message);
            sent++;
          }
          owner = packet;
          count = 0;
          bench.assertReport(0, event(packet, EventType.NO_ROUTE_DROP, 1), message);
          sent++;
        } else {
          count++;
          if (count == every) {
            count = 0;
            bench.assertReport(0, event(packet, EventType.NO_ROUTE_DROP, every), message);
            sent++;
          }
        }
        if (i % 20 == 19) {
          acknowledge(bench, sent - 1);
        }
      }
      if (count == 0) {
        bench.send(owner);
        count++;
      }
      bench.command(new ReporterCommand(ReporterCommand.Kind.FLUSH_DROPS, 0, 0, 0, 2));
      bench.assertReport(0, event(owner, EventType.NO_ROUTE_DROP, count), "at the end");
      bench.assertNothingElse("the rest is known");
      assertTrue(sent < 160, "seed " + SEED);
    }
  }

  @Test
  void shouldTellOfLinksThatAreDownAndOfOtherWays() throws Exception {
    try (ReporterBench bench = start(100, 65536, MANY, MANY, 0)) {
      Traffic packet = Traffic.of(HOST, ReporterBench.NETWORK + 9, 77, 80, Traffic.UDP, 30);
      int way = way(packet);
      bench.send(packet);
      bench.assertForwarded(way, packet.forwarded(), "a way");
      bench.assertNothingElse("nothing happened");
      bench.control().add(ReporterTables.linkDown(way));
      bench.send(packet);
      bench.send(packet);
      bench.assertReport(0, event(packet, EventType.LINK_DOWN_DROP, 1), "down");
      bench.assertNothingElse("told already");
      assertEquals(2, bench.packets("ReporterIngress.ecmp.drops", 3));
      bench
          .control()
          .remove(
              "ReporterIngress.ecmp.links",
              bench.control().entries("ReporterIngress.ecmp.links").getFirst());
      // The route has one way only now, another one.
      int other = way % ReporterBench.WAYS + 1;
      bench
          .control()
          .add(
              new Setting.TableEntry(
                  "ReporterIngress.ecmp.routes",
                  List.of(
                      new Field(
                          "hdr.ipv4.destination",
                          32,
                          Integer.toUnsignedLong(packet.destination()))),
                  32,
                  "ReporterIngress.ecmp.next_hops",
                  List.of(new Field("of_group", 16, 99), new Field("number", 16, 1))));
      bench
          .control()
          .add(
              Setting.TableEntry.exact(
                  "ReporterIngress.ecmp.members",
                  List.of(new Field("group", 16, 99), new Field("choice", 16, 0)),
                  "ReporterIngress.ecmp.forward",
                  new Field("port", 9, other),
                  new Field("mac", 48, ReporterBench.mac(other)),
                  new Field("source_mac", 48, ReporterBench.SWITCH_MAC)));
      bench.send(packet);
      bench.assertForwarded(other, packet.forwarded(), "another way");
      bench.assertReport(0, event(packet, EventType.PATH_CHANGE, other), "from port 0");
      bench.send(packet);
      bench.assertNothingElse("told already");
    }
  }

  @Test
  void shouldTellOfLongQueues() throws Exception {
    // Every queue is long: what differs is only how long.
    try (ReporterBench bench = start(3, 1024, 0, MANY, 0)) {
      Traffic packet = Traffic.of(HOST, ReporterBench.NETWORK + 9, 77, 80, Traffic.UDP, 30);
      for (int i = 0; i < 10; i++) {
        bench.send(packet);
      }
      // The first, and one of each three more.
      for (int i = 0; i < 4; i++) {
        byte[] event = Frames.payload(bench.receive(ReporterBench.FIRST_TARGET_PORT));
        byte[] expected = event(packet, EventType.CONGESTION, 0);
        int detail = expected.length - 2;
        assertArrayEquals(Arrays.copyOf(expected, detail), Arrays.copyOf(event, detail));
        assertTrue(ByteBuffer.wrap(event).getShort(detail) < 10);
      }
      bench.assertNothingElse("told already");
    }
  }

  @Test
  void shouldTellOfFullQueues() throws Exception {
    try (ReporterBench bench = start(3, 1024, 0, 0, 0)) {
      Traffic packet = Traffic.of(HOST, ReporterBench.NETWORK + 9, 77, 80, Traffic.UDP, 30);
      for (int i = 0; i < 7; i++) {
        bench.send(packet);
      }
      bench.assertReport(0, event(packet, EventType.QUEUE_FULL_DROP, 1), "the first");
      bench.assertReport(0, event(packet, EventType.QUEUE_FULL_DROP, 3), "three more");
      bench.assertReport(0, event(packet, EventType.QUEUE_FULL_DROP, 3), "three more");
      assertEquals(7, bench.packets("ReporterEgress.egress_events.queue_full", way(packet)));
    }
  }

  @Test
  void shouldKeepEssentialReportsUntilTheyAreAcknowledged() throws Exception {
    try (ReporterBench bench = start(1, 65536, MANY, MANY, 0);
        SoftwareTranslator translator = translator()) {
      Map<Integer, byte[]> sent = new HashMap<>();
      int next = 0;
      int again = 0;
      for (int i = 0; i < 600; i++) {
        String message = "seed " + SEED + ", event " + i;
        Traffic packet = lost(i);
        bench.send(packet);
        byte[] datagram = event(packet, EventType.NO_ROUTE_DROP, 1);
        assertEquals((byte) next, datagram[1], message);
        bench.assertReport(0, datagram, message);
        sent.put(next, datagram);
        next = (next + 1) & 0xFF;
        if (random.nextInt(4) != 0) {
          translator.translate(datagram, ReporterBench.SWITCH);
        }
        again += serve(bench, translator, sent);
      }
      // What is lost at the end nobody asks for: the control plane has it sent again.
      bench.command(new ReporterCommand(ReporterCommand.Kind.SEND_AGAIN, 0, 0, 0, 128));
      for (byte[] datagram : bench.takeReports(0)) {
        assertArrayEquals(sent.get(datagram[1] & 0xFF), datagram);
        translator.translate(datagram, ReporterBench.SWITCH);
      }
      serve(bench, translator, sent);
      bench.assertNothingElse("all is said");
      assertEquals(0, bench.control().register("ReporterIngress.essential.outstanding", 0));
      assertEquals(600, count(bench, KEPT));
      assertEquals(0, count(bench, UNPROTECTED));
      assertTrue(again > 100, again + " sent again, seed " + SEED);
      assertTrue(count(bench, SENT_AGAIN) >= again);
      translator.flush();
      translator.doWork();
      Map<String, Long> entries = entries(translator);
      assertEquals(600, entries.size());
      assertEquals(List.of(1L), entries.values().stream().distinct().toList(), "every event once");
    }
  }

  /** Brings the translator's answers to the switch, some of what follows to the translator. */
  private int serve(ReporterBench bench, SoftwareTranslator translator, Map<Integer, byte[]> sent)
      throws Exception {
    int again = 0;
    translator.doWork();
    List<String> answers = translator.takeAcknowledgements();
    while (!answers.isEmpty()) {
      for (String answer : answers) {
        int seqnum = Integer.parseInt(answer.substring(answer.indexOf(' ') + 1));
        if (answer.startsWith("ACK")) {
          acknowledge(bench, seqnum);
        } else {
          bench.answer(0, new byte[] {(byte) seqnum, (byte) 0x80});
          bench.assertReport(0, sent.get(seqnum), "seed " + SEED + ", NACK " + seqnum);
          translator.translate(sent.get(seqnum), ReporterBench.SWITCH);
          again++;
        }
      }
      translator.doWork();
      answers = translator.takeAcknowledgements();
    }
    return again;
  }

  private static SoftwareTranslator translator() {
    return new SoftwareTranslator(
        List.of(EVENTS), List.of(Bench.collector(0, List.of(EVENTS), 0)), 64);
  }

  /** How often each event was written, in frames of the store's memory. */
  private static Map<String, Long> entries(SoftwareTranslator translator) {
    Map<String, Long> entries = new TreeMap<>();
    for (SoftwareTranslator.Packet packet : translator.takePackets()) {
      // BTH and RETH, four entries, the trailer.
      ByteBuffer payload = ByteBuffer.wrap(packet.payload());
      int frame = 12 + 16;
      int count = payload.get(frame + EVENTS.trailerOffset() + 4);
      for (int i = 0; i < count; i++) {
        byte[] entry = new byte[NetworkEvent.LENGTH];
        payload.get(frame + i * NetworkEvent.LENGTH, entry);
        entries.merge(HexFormat.of().formatHex(entry), 1L, Long::sum);
      }
    }
    return entries;
  }

  @Test
  void shouldSendWithoutProtectionWhenTheWindowIsFull() throws Exception {
    try (ReporterBench bench = start(1, 65536, MANY, MANY, 1_000_000)) {
      for (int i = 0; i < 128; i++) {
        bench.send(lost(i));
        byte[] datagram = event(lost(i), EventType.NO_ROUTE_DROP, 1);
        bench.assertReport(0, datagram, "event " + i);
      }
      bench.send(lost(500));
      byte[] report = Frames.payload(bench.receive(ReporterBench.FIRST_TARGET_PORT));
      assertEquals(0, report[1]);
      assertEquals(EVENTS.id(), report[2], "not essential");
      assertEquals(128, count(bench, KEPT));
      assertEquals(1, count(bench, UNPROTECTED));
      // A NACK right after the report, and answers about what is not outstanding.
      bench.answer(0, new byte[] {5, (byte) 0x80});
      bench.answer(0, new byte[] {(byte) 200, (byte) 0x80});
      bench.answer(0, new byte[] {(byte) 128, 0});
      bench.assertNothingElse("nothing is sent again");
      assertEquals(1, count(bench, HELD));
      assertEquals(2, count(bench, UNKNOWN));
      acknowledge(bench, 0);
      bench.send(lost(501));
      bench.assertReport(0, event(lost(501), EventType.NO_ROUTE_DROP, 1), "there is room again");
    }
  }
}
