package io.dta.p4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dta.fattree.routing.EcmpHash;
import io.dta.fattree.routing.IntPath;
import io.dta.primitives.hash.CollectorHasher;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PathVerification;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchBuilder;
import io.dta.primitives.store.SketchKind;
import io.dta.primitives.store.SketchStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the reporter on BMv2's real switch forwards and reports, beside what the simulator's classes
 * make of the same packets.
 */
class ReporterSwitchTest {
  private static final long SEED = 20261123;
  private static final int DSCP = 0x2F;
  private static final int HOST = Ipv4.parse("10.7.0.1");
  private static final List<Integer> HOST_IN = List.of(0);
  private static final List<Integer> HOSTS_OUT = List.of(1, 2, 3, 4);
  private static final List<Integer> NO_HOSTS = List.of();
  private static final long NEVER = 1L << 40;

  private static final KeyWriteStore PATHS =
      new KeyWriteStore(7, "paths", KeyFormat.IPV4_5_TUPLE, 20, 4096, 3, null, null);
  private static final PostcardingStore POSTCARDS =
      new PostcardingStore(
          9, "postcards", KeyFormat.IPV4_5_TUPLE, 5, 4096, 2, PathVerification.CHECKSUM, null);
  private static final KeyIncrementStore BYTES =
      new KeyIncrementStore(11, "host-bytes", KeyFormat.U32, 4096, 4);
  private static final SketchStore SIZES =
      new SketchStore(
          5, "flow-sizes", KeyFormat.IPV4_5_TUPLE, SketchKind.COUNT_MIN, 3, 64, 2, 4, 0);

  @TempDir private Path directory;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final JavaReporter java = new JavaReporter();
  private Path simpleSwitch;

  @BeforeEach
  void findSwitch() {
    simpleSwitch = P4Tools.SIMPLE_SWITCH.find();
    assumeTrue(simpleSwitch != null, P4Tools.SIMPLE_SWITCH::missing);
  }

  private ReporterBench start(ReporterSettings settings) throws Exception {
    return ReporterBench.start(
        Files.createDirectory(directory.resolve("switch-" + settings.switchId())),
        simpleSwitch,
        settings);
  }

  private Traffic packet() {
    return Traffic.random(
        random, HOST + random.nextInt(200), ReporterBench.NETWORK + random.nextInt(65536));
  }

  private static int way(Traffic packet) {
    return 1
        + EcmpHash.choose(
            ReporterBench.SALT, packet.addresses(), packet.ports(), ReporterBench.WAYS);
  }

  private static int target(byte[] key, int targets) {
    return new CollectorHasher(key.length).collector(new UnsafeBuffer(key), 0, targets);
  }

  private byte[] path(Traffic packet, int... switches) throws IOException {
    UnsafeBuffer value = new UnsafeBuffer(new byte[IntPath.VALUE_LENGTH]);
    new IntPath(switches).putValue(value, 0);
    UnsafeBuffer key = new UnsafeBuffer(packet.key());
    return java.report(reporter -> reporter.keyWrite(PATHS, key, 0, value, 0));
  }

  private static ReporterSettings.Paths paths(long intervalMicros) {
    return new ReporterSettings.Paths(PATHS, DSCP, Traffic.DOMAIN, intervalMicros, 65536);
  }

  @Test
  void shouldForwardWhereTheSimulatorsSwitchWould() throws Exception {
    try (ReporterBench bench =
        start(ReporterBench.settings(1, 1, NO_HOSTS, null, null, null, null, null))) {
      int[] through = new int[ReporterBench.WAYS + 1];
      for (int i = 0; i < 400; i++) {
        Traffic packet = packet();
        bench.send(packet);
        bench.assertForwarded(way(packet), packet.forwarded(), "seed " + SEED + ", packet " + i);
        through[way(packet)]++;
      }
      for (int way = 1; way <= ReporterBench.WAYS; way++) {
        assertTrue(through[way] > 60, "way " + way + " of " + List.of(through[1], through[2]));
      }
      bench.send(packet().withTimeToLive(1));
      bench.send(Traffic.of(HOST, Ipv4.parse("192.0.2.1"), 1, 2, Traffic.UDP, 30));
      bench.assertNothingElse("dropped");
      assertEquals(1, bench.packets("ReporterIngress.ecmp.drops", 1));
      assertEquals(1, bench.packets("ReporterIngress.ecmp.drops", 2));
    }
  }

  @Test
  void shouldTracePathsFromTheFirstSwitchToTheLast() throws Exception {
    try (ReporterBench first =
            start(ReporterBench.settings(11, 2, HOST_IN, paths(NEVER), null, null, null, null));
        ReporterBench second =
            start(ReporterBench.settings(1022, 2, NO_HOSTS, paths(NEVER), null, null, null, null));
        ReporterBench last =
            start(
                ReporterBench.settings(
                    0x80000033, 2, HOSTS_OUT, paths(NEVER), null, null, null, null))) {
      for (int i = 0; i < 60; i++) {
        String message = "seed " + SEED + ", packet " + i;
        Traffic packet = packet();
        int way = way(packet);
        first.send(packet);
        Traffic sourced = packet.via(11, DSCP);
        first.assertForwarded(way, sourced, message);
        second.send(sourced);
        Traffic transit = sourced.via(1022, DSCP);
        second.assertForwarded(way, transit, message);
        last.send(transit);
        last.assertForwarded(way, transit.sunk(), message);
        int target = target(packet.key(), 2);
        last.assertReport(target, path(packet, 11, 1022, 0x80000033), message);
      }
      first.assertNothingElse("the first switch reports nothing");
      second.assertNothingElse("nor does the second");
      last.assertNothingElse("one report a flow");
      assertEquals(60, first.packets("ReporterIngress.int_path.packets", 0));
      assertEquals(60, second.packets("ReporterIngress.int_path.packets", 1));
      assertEquals(60, last.packets("ReporterIngress.int_path.packets", 2));
      assertEquals(60, last.packets("ReporterIngress.int_path.packets", 8));
    }
  }

  @Test
  void shouldReportAPathAgainOnlyWhenItIsAnotherOne() throws Exception {
    try (ReporterBench bench =
        start(ReporterBench.settings(5, 1, HOSTS_OUT, paths(NEVER), null, null, null, null))) {
      Traffic packet = packet();
      Traffic oneWay = packet.via(1, DSCP).via(2, DSCP);
      Traffic otherWay = packet.via(1, DSCP).via(3, DSCP);
      for (Traffic each : List.of(oneWay, oneWay, oneWay, otherWay, otherWay, oneWay)) {
        bench.send(each);
        bench.assertForwarded(way(packet), each.sunk(), "on its way");
      }
      bench.assertReport(0, path(packet, 1, 2, 5), "new");
      bench.assertReport(0, path(packet, 1, 3, 5), "another way");
      bench.assertReport(0, path(packet, 1, 2, 5), "back");
      bench.assertNothingElse("known");
      assertEquals(3, bench.packets("ReporterIngress.int_path.packets", 7));
      // The control plane can have everything reported again.
      int tables = 65536;
      for (int place = 0; place < tables; place++) {
        if (bench.control().register("ReporterIngress.int_path.reported_at", place) != 0) {
          bench.control().write("ReporterIngress.int_path.reported_at", place, 0);
          place = tables;
        }
      }
      bench.send(oneWay);
      bench.assertReport(0, path(packet, 1, 2, 5), "forgotten");
    }
  }

  @Test
  void shouldReportAPathAgainAfterAnInterval() throws Exception {
    try (ReporterBench bench =
        start(ReporterBench.settings(5, 1, HOSTS_OUT, paths(0), null, null, null, null))) {
      Traffic packet = packet();
      for (int i = 0; i < 5; i++) {
        bench.send(packet.via(1, DSCP));
        bench.assertReport(0, path(packet, 1, 5), "time " + i);
      }
    }
  }

  @Test
  void shouldLeaveAloneWhatIsNoPathOfItsOwn() throws Exception {
    List<Integer> all = List.of(0, 1, 2, 3, 4);
    try (ReporterBench inner =
            start(ReporterBench.settings(4, 1, NO_HOSTS, paths(NEVER), null, null, null, null));
        ReporterBench sink =
            start(ReporterBench.settings(5, 1, HOSTS_OUT, paths(NEVER), null, null, null, null));
        ReporterBench both =
            start(ReporterBench.settings(6, 1, all, paths(NEVER), null, null, null, null))) {
      Traffic packet = packet();
      Traffic full = packet.via(1, DSCP).via(2, DSCP).via(3, DSCP).via(4, DSCP).via(7, DSCP);
      inner.send(full);
      inner.assertForwarded(way(packet), full.via(4, DSCP), "no room for a sixth hop");
      assertTrue(full.via(4, DSCP).exceeded());
      assertEquals(1, inner.packets("ReporterIngress.int_path.packets", 3));
      sink.send(full);
      sink.assertForwarded(way(packet), full.sunk(), "too long");
      sink.assertNothingElse("no value holds it");
      assertEquals(1, sink.packets("ReporterIngress.int_path.packets", 6));

      byte[] foreign = packet.via(1, DSCP).frame(ReporterBench.HOST_MAC, ReporterBench.SWITCH_MAC);
      int shim = foreign.length - packet.payload().length - 20;
      foreign[shim] = 0x30;
      sink.send(foreign);
      byte[] forwarded = sink.receive(way(packet));
      assertEquals(foreign.length, forwarded.length);
      assertEquals(1, sink.packets("ReporterIngress.int_path.packets", 4));

      both.send(packet);
      both.assertForwarded(way(packet), packet.forwarded(), "one switch alone");
      both.assertReport(0, path(packet, 6), "one switch alone");
      Traffic spoofed = packet.via(1, DSCP);
      both.send(spoofed);
      byte[] unmarked = both.receive(way(packet));
      assertEquals(spoofed.trafficClass() & 3, unmarked[15] & 0xFF);
      assertEquals(1, both.packets("ReporterIngress.int_path.packets", 5));
      both.assertNothingElse("a host makes no paths");
    }
  }

  @Test
  void shouldSendAPostcardAHop() throws Exception {
    ReporterSettings.Postcards every = new ReporterSettings.Postcards(POSTCARDS, 1, 64);
    try (ReporterBench bench =
        start(ReporterBench.settings(77, 2, NO_HOSTS, null, every, null, null, null))) {
      for (int i = 0; i < 60; i++) {
        int hop = 1 + i % 6;
        Traffic packet = packet().withTimeToLive(65 - hop);
        bench.send(packet);
        bench.assertForwarded(way(packet), packet.forwarded(), "seed " + SEED + ", packet " + i);
        if (hop <= 5) {
          UnsafeBuffer key = new UnsafeBuffer(packet.key());
          bench.assertReport(
              target(packet.key(), 2),
              java.report(reporter -> reporter.postcard(POSTCARDS, key, 0, hop, 77)),
              "seed " + SEED + ", packet " + i);
        }
      }
      bench.assertNothingElse("no hop beyond the fifth");
      assertEquals(10, bench.packets("ReporterIngress.postcards.beyond", 0));
    }
  }

  @Test
  void shouldChooseTheSamePacketsForPostcardsAtEverySwitch() throws Exception {
    ReporterSettings.Postcards some = new ReporterSettings.Postcards(POSTCARDS, 0.25, 64);
    try (ReporterBench one =
            start(ReporterBench.settings(1, 1, NO_HOSTS, null, some, null, null, null));
        ReporterBench other =
            start(ReporterBench.settings(2, 1, NO_HOSTS, null, some, null, null, null))) {
      for (int i = 0; i < 400; i++) {
        Traffic packet = packet();
        one.send(packet);
        other.send(packet.withTimeToLive(63));
      }
      List<String> reportedByOne = keys(one.takeReports(0));
      assertEquals(reportedByOne, keys(other.takeReports(0)));
      int chosen = reportedByOne.size();
      assertTrue(chosen > 60 && chosen < 140, chosen + " of 400, seed " + SEED);
    }
  }

  private static List<String> keys(List<byte[]> postcards) {
    List<String> keys = new ArrayList<>();
    for (byte[] postcard : postcards) {
      keys.add(ByteBuffer.wrap(postcard).getLong(3) + " " + ByteBuffer.wrap(postcard).getInt(11));
    }
    return keys;
  }

  private byte[] hostBytes(int host, long count) throws IOException {
    UnsafeBuffer key = new UnsafeBuffer(ByteBuffer.allocate(4).putInt(host).array());
    return java.report(reporter -> reporter.keyIncrement(BYTES, key, 0, count));
  }

  private static byte[] address(int host) {
    return ByteBuffer.allocate(4).putInt(host).array();
  }

  @Test
  void shouldCountTheBytesOfHosts() throws Exception {
    // One place: whoever comes evicts who was there.
    ReporterSettings.HostBytes counters = new ReporterSettings.HostBytes(BYTES, 400, 1);
    try (ReporterBench bench =
        start(ReporterBench.settings(3, 2, HOST_IN, null, null, counters, null, null))) {
      int owner = 0;
      long count = 0;
      for (int i = 0; i < 150; i++) {
        String message = "seed " + SEED + ", packet " + i;
        int host = HOST + random.nextInt(3);
        Traffic packet = Traffic.random(random, host, ReporterBench.NETWORK + 1);
        bench.send(packet);
        bench.assertForwarded(way(packet), packet.forwarded(), message);
        if (host != owner) {
          if (count > 0) {
            bench.assertReport(target(address(owner), 2), hostBytes(owner, count), message);
          }
          owner = host;
          count = 0;
        }
        count += packet.wireLength();
        if (count >= 400) {
          bench.assertReport(target(address(owner), 2), hostBytes(owner, count), message);
          count = 0;
        }
      }
      if (count == 0) {
        Traffic packet = Traffic.random(random, owner, ReporterBench.NETWORK + 1);
        bench.send(packet);
        count = packet.wireLength();
      }
      bench.command(new ReporterCommand(ReporterCommand.Kind.FLUSH_HOSTS, 0, 0, 0, 1));
      bench.assertReport(target(address(owner), 2), hostBytes(owner, count), "at the end");
      bench.command(new ReporterCommand(ReporterCommand.Kind.FLUSH_HOSTS, 0, 0, 0, 1));
      bench.assertNothingElse("nothing is left");
    }
  }

  @Test
  void shouldDeliverASketchColumnByColumn() throws Exception {
    try (ReporterBench bench =
        start(
            ReporterBench.settings(
                3, 2, HOST_IN, null, null, null, null, new ReporterSettings.Sketch(SIZES, 2)))) {
      int target = SIZES.id() % 2;
      SketchBuilder sketch = new SketchBuilder(SIZES);
      for (int epoch = 0; epoch < 3; epoch++) {
        for (int i = 0; i < 40; i++) {
          Traffic packet = packet();
          bench.send(packet);
          bench.assertForwarded(way(packet), packet.forwarded(), "seed " + SEED);
          sketch.add(new UnsafeBuffer(packet.key()), 0, packet.wireLength());
        }
        bench.command(command(ReporterCommand.Kind.BEGIN_EPOCH, epoch + 1, 0, 0));
        // Counted in the next epoch, while this one is exported.
        Traffic next = packet();
        bench.send(next);
        bench.command(command(ReporterCommand.Kind.EXPORT_SKETCH, epoch, 0, SIZES.columns()));
        int[] counters = sketch.counters();
        byte[] datagram = null;
        for (int column = 0; column < SIZES.columns(); column++) {
          int of = epoch;
          int number = column;
          datagram =
              java.report(
                  reporter ->
                      reporter.sketchColumn(SIZES, 2, of, number, counters, number * SIZES.rows()));
          bench.assertReport(target, datagram, "epoch " + epoch + ", column " + column);
        }
        byte[] acknowledgement = {datagram[1], 0};
        bench.answer(target, acknowledgement);
        java.acknowledge(acknowledgement);
        bench.command(command(ReporterCommand.Kind.CLEAR_SKETCH, epoch, 0, SIZES.columns()));
        bench.assertNothingElse("epoch " + epoch);
        assertEquals(0, outstanding(bench, target));
        sketch.reset();
        sketch.add(new UnsafeBuffer(next.key()), 0, next.wireLength());
        bench.assertForwarded(way(next), next.forwarded(), "seed " + SEED);
      }
    }
  }

  @Test
  void shouldStopAnExportWhereNothingIsAcknowledged() throws Exception {
    try (ReporterBench bench =
        start(
            ReporterBench.settings(
                3, 1, HOST_IN, null, null, null, null, new ReporterSettings.Sketch(SIZES, 2)))) {
      for (int time = 0; time < 3; time++) {
        bench.command(command(ReporterCommand.Kind.EXPORT_SKETCH, time, 0, SIZES.columns()));
      }
      for (int i = 0; i < 128; i++) {
        assertEquals(i, Frames.payload(bench.receive(ReporterBench.FIRST_TARGET_PORT))[1] & 0xFF);
      }
      bench.assertNothingElse("the window is full");
      assertEquals(1, bench.packets("ReporterIngress.essential.counters", 2));
      bench.answer(0, new byte[] {9, 0});
      bench.command(command(ReporterCommand.Kind.EXPORT_SKETCH, 2, 0, SIZES.columns()));
      assertEquals(10, bench.takeReports(0).size());
      // Nobody else commands.
      bench.command(HOST, new ReporterCommand(ReporterCommand.Kind.SEND_AGAIN, 0, 0, 0, 128));
      bench.assertNothingElse("a stranger's command");
      bench.command(new ReporterCommand(ReporterCommand.Kind.SEND_AGAIN, 0, 0, 126, 9));
      List<byte[]> again = bench.takeReports(0);
      assertEquals(2, again.size());
      assertEquals((byte) 136, again.get(0)[1]);
      assertEquals((byte) 137, again.get(1)[1]);
    }
  }

  private static ReporterCommand command(
      ReporterCommand.Kind kind, int epoch, int first, int count) {
    return new ReporterCommand(kind, 0, epoch, first, count);
  }

  private static long outstanding(ReporterBench bench, int target) {
    return bench.control().register("ReporterIngress.essential.outstanding", target);
  }

  @Test
  void shouldSayCommandsAsTheProgramReadsThem() {
    assertArrayEquals(
        new byte[] {2, 1, 0, 0, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5},
        new ReporterCommand(ReporterCommand.Kind.EXPORT_SKETCH, 1, 3, 4, 5).bytes());
  }
}
