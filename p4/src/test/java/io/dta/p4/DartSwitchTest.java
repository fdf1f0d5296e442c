package io.dta.p4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dta.fattree.direct.Copies;
import io.dta.fattree.direct.DirectCollector;
import io.dta.fattree.direct.DirectWriter;
import io.dta.fattree.send.ReportClock;
import io.dta.fattree.topology.FatTree;
import io.dta.p4.SwitchSettings.CollectorPort;
import io.dta.primitives.directory.Directory;
import io.dta.primitives.hash.CollectorHasher;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.ChecksumCoverage;
import io.dta.primitives.store.KeyWriteHasher;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.Store;
import io.dta.rdma.CompletionListener;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.IcrcCheck;
import io.dta.rdma.roce.RetransmissionPolicy;
import io.dta.rdma.roce.RoceHeaders;
import io.dta.rdma.roce.RoceRequester;
import io.dta.rdma.udp.DatagramHandler;
import io.dta.rdma.udp.UdpPort;
import io.dta.translator.engine.DropReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * BMv2's real switch with DART's program against the simulator's DART writer: packets with INT in,
 * every RoCEv2 packet out compared byte for byte, iCRC included.
 */
class DartSwitchTest {
  private static final long SEED = 20260303;
  private static final int HOST_PORT = 3;
  private static final int COLLECTORS = 2;
  private static final int SWITCH_ID = 77;
  private static final int DSCP = 23;
  private static final long SWITCH_MAC = 0x0200_0000_0001L;
  private static final long HOST_MAC = 0x0200_0000_0999L;
  private static final String SWITCH = "10.9.0.1";
  private static final int TRAFFIC_CLASS = 2;
  private static final int STARTING_PSN = 0xFFFFF8;
  private static final HexFormat HEX = HexFormat.of();

  @TempDir private Path directory;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final List<Wire> wires = new ArrayList<>();
  private Path simpleSwitch;
  private SwitchProcess device;
  private DirectWriter writer;
  private KeyWriteStore store;

  @BeforeEach
  void findSwitch() {
    simpleSwitch = P4Tools.SIMPLE_SWITCH.find();
    assumeTrue(simpleSwitch != null, P4Tools.SIMPLE_SWITCH::missing);
  }

  @AfterEach
  void stop() throws IOException {
    if (device != null) {
      device.close();
      writer.close();
    }
  }

  /** A collector, and what the writer has sent to it. */
  private final class Wire implements DirectCollector, UdpPort {
    final int index;
    final QueuePairRequest own;
    final QueuePairReply peer;
    final RemoteRegion region;
    final int acknowledgeEvery;
    final List<byte[]> sent = new ArrayList<>();

    Wire(int index, TransportService service, int acknowledgeEvery) {
      this.index = index;
      this.acknowledgeEvery = acknowledgeEvery;
      own = new QueuePairRequest(service, SWITCH, 4791, 0x11 + index, STARTING_PSN, 1024);
      peer = new QueuePairReply("10.9.1." + (1 + index), 4791, 0x145 + index, 1024, 1 << 16);
      region =
          new RemoteRegion(
              0x7F12_0000_1000L + ((long) index << 40), 0xC0DE_0000 + index, store.regionLength());
    }

    int port() {
      return 1 + index;
    }

    long mac() {
      return 0x0200_0000_0200L + index;
    }

    CollectorPort settings() {
      return new CollectorPort(
          port(),
          mac(),
          new Directory(
              "c" + index,
              null,
              List.of(
                  new Directory.Entry(
                      store,
                      new Directory.Region(
                          region.address(), region.rkey(), region.length(), null)))),
          own,
          peer,
          Map.of());
    }

    byte[] frame(byte[] payload) {
      return Frames.exactFrame(
          new Frames.Flow(
              SWITCH_MAC,
              mac(),
              Ipv4.parse(SWITCH),
              Ipv4.parse(peer.address()),
              own.udpPort(),
              peer.udpPort(),
              TRAFFIC_CLASS),
          payload);
    }

    @Override
    public RdmaQueuePair connect(CompletionListener listener) {
      RetransmissionPolicy policy =
          new RetransmissionPolicy(
              TimeUnit.HOURS.toNanos(1), 1, 7, acknowledgeEvery, 1 << 16, 1 << 16);
      return new RoceRequester(this, () -> 0, IcrcCheck.ANY_IDENTIFICATION)
          .connect(own, peer, listener, policy);
    }

    @Override
    public RemoteRegion region(Store which) {
      return region;
    }

    @Override
    public InetSocketAddress localAddress() {
      return new InetSocketAddress(InetAddress.ofLiteral(SWITCH), own.udpPort());
    }

    @Override
    public boolean send(ByteBuffer buffer, int offset, int length, InetSocketAddress destination) {
      byte[] payload = new byte[length];
      buffer.get(offset, payload);
      sent.add(payload);
      return true;
    }

    @Override
    public int nextIdentification(int length, InetSocketAddress destination) {
      return 0;
    }

    @Override
    public void flush() {}

    @Override
    public int receive(DatagramHandler handler, int limit) {
      return 0;
    }

    @Override
    public long errors() {
      return 0;
    }

    @Override
    public void close() {}
  }

  /**
   * Starts both. A writer asks for an acknowledgement of what it flushes last, too: every report's
   * four packets end with one that is due.
   */
  private void start(
      Copies copies,
      TransportService service,
      ChecksumCoverage coverage,
      int acknowledgeEvery,
      long operationsPerSecond,
      long intervalMicros)
      throws IOException, InterruptedException {
    store = new KeyWriteStore(7, "paths", KeyFormat.IPV4_5_TUPLE, 20, 1 << 16, 4, coverage, null);
    for (int i = 0; i < COLLECTORS; i++) {
      wires.add(new Wire(i, service, acknowledgeEvery));
    }
    SwitchSettings settings =
        new SwitchSettings(
            Ipv4.parse(SWITCH),
            SWITCH_MAC,
            TRAFFIC_CLASS,
            acknowledgeEvery,
            operationsPerSecond,
            1,
            HoldTimes.UNLIMITED,
            wires.stream().map(Wire::settings).toList(),
            List.of(),
            List.of(
                new SwitchSettings.Route(0x0A010000, 16, HOST_PORT, HOST_MAC),
                new SwitchSettings.Route(0x0A020000, 16, 1, HOST_MAC)),
            null,
            new SwitchSettings.Dart(
                SWITCH_ID, null, copies == Copies.ALL, List.of(HOST_PORT), DSCP, intervalMicros));
    CompiledProgram program = SwitchProgram.DART_SWITCH.compiled();
    device = SwitchProcess.start(directory, simpleSwitch, program, HOST_PORT + 1);
    device.control().setQueueDepth(1 << 16);
    device.control().apply(program, SwitchProgram.DART_SWITCH.settings(settings));
    writer =
        DirectWriter.connect(
            new FatTree(4), List.of(store), wires, copies, SEED, ReportClock.SYSTEM);
    wires.forEach(wire -> wire.sent.clear());
  }

  /** A packet as it is on its way, with INT behind a transport header. */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  private record Traffic(boolean tcp, int source, int destination, int ports, byte[] payload) {
    byte[] key() {
      return ByteBuffer.allocate(13)
          .putInt(source)
          .putInt(destination)
          .putInt(ports)
          .put((byte) (tcp ? 6 : 17))
          .array();
    }

    /** The frame; hops null for none, else with INT, the last switch's number first. */
    byte[] frame(int[] hops, int remaining, long sourceMac, long mac, int timeToLive) {
      int telemetry = hops == null ? 0 : 16 + 4 * hops.length;
      // TCP with options of 12 bytes.
      int transport = tcp ? 32 : 8;
      int length = 20 + transport + telemetry + payload.length;
      byte[] udp = new byte[length - 28];
      byte[] frame =
          Frames.exactFrame(
              new Frames.Flow(
                  sourceMac,
                  mac,
                  source,
                  destination,
                  ports >>> 16,
                  ports & 0xFFFF,
                  hops == null ? 4 : DSCP << 2),
              udp);
      ByteBuffer out = ByteBuffer.wrap(frame);
      out.put(14 + 8, (byte) timeToLive);
      out.put(14 + 9, (byte) (tcp ? 6 : 17));
      int at = 34 + 4;
      if (tcp) {
        out.putInt(at, 1).putInt(at + 4, 2).putShort(at + 8, (short) 0x8018);
        out.putShort(at + 12, (short) 0x4242);
      } else {
        out.putShort(at + 2, (short) 0x4242);
      }
      at = 34 + transport;
      if (hops != null) {
        out.put(at, (byte) 0x10).put(at + 1, (byte) (3 + hops.length)).put(at + 3, (byte) 4);
        out.putShort(at + 4, (short) 0x2000).put(at + 6, (byte) 1).put(at + 7, (byte) remaining);
        out.putShort(at + 8, (short) 0x8000);
        at += 16;
        for (int hop : hops) {
          out.putInt(at, hop);
          at += 4;
        }
      }
      out.put(at, payload);
      out.putShort(24, (short) 0);
      int sum = 0;
      for (int i = 14; i < 34; i += 2) {
        sum += out.getShort(i) & 0xFFFF;
      }
      while (sum >>> 16 != 0) {
        sum = (sum & 0xFFFF) + (sum >>> 16);
      }
      out.putShort(24, (short) ~sum);
      return frame;
    }
  }

  private Traffic traffic() {
    byte[] payload = new byte[60 + random.nextInt(100)];
    random.nextBytes(payload);
    return new Traffic(
        random.nextBoolean(),
        0x0A020000 + random.nextInt(65536),
        0x0A010000 + random.nextInt(65536),
        random.nextInt() & 0x7FFF_7FF7,
        payload);
  }

  private int[] hops(int number) {
    return random.ints(number, 1, 1 << 30).toArray();
  }

  private static byte[] path(int[] hops) {
    ByteBuffer path = ByteBuffer.allocate(20);
    for (int i = hops.length - 1; i >= 0; i--) {
      path.putInt(hops[i]);
    }
    path.putInt(SWITCH_ID);
    return path.array();
  }

  /** Sends a packet with INT through the switch; it comes out without. */
  private void pass(Traffic traffic, int[] hops) throws Exception {
    device.send(traffic.frame(hops, 5 - hops.length, HOST_MAC, SWITCH_MAC, 60));
    assertEquals(
        HEX.formatHex(traffic.frame(null, 0, SWITCH_MAC, HOST_MAC, 59)),
        HEX.formatHex(device.receive(HOST_PORT)));
  }

  private void write(Traffic traffic, int[] hops) throws IOException {
    writer.write(0, store, new UnsafeBuffer(traffic.key()), 0, new UnsafeBuffer(path(hops)), 0);
  }

  private void assertSame(String message) throws Exception {
    writer.flush();
    for (Wire wire : wires) {
      for (byte[] payload : wire.sent) {
        assertEquals(
            HEX.formatHex(wire.frame(payload)),
            HEX.formatHex(device.receive(wire.port())),
            message);
      }
      wire.sent.clear();
    }
  }

  @Test
  void shouldWriteAllCopiesAsTheSoftwareDoes() throws Exception {
    start(Copies.ALL, TransportService.RC, ChecksumCoverage.KEY_VALUE, 4, 0, 0);
    for (int i = 0; i < 100; i++) {
      Traffic traffic = traffic();
      int[] hops = hops(random.nextInt(5));
      pass(traffic, hops);
      write(traffic, hops);
    }
    assertSame("seed " + SEED);
  }

  @Test
  void shouldWriteOverAnUnreliableConnectionWithTheChecksumOfTheKey() throws Exception {
    start(Copies.ALL, TransportService.UC, ChecksumCoverage.KEY, 8, 0, 0);
    for (int i = 0; i < 30; i++) {
      Traffic traffic = traffic();
      int[] hops = hops(4);
      pass(traffic, hops);
      write(traffic, hops);
    }
    assertSame("seed " + SEED);
  }

  private static int psn(byte[] frame) {
    return ByteBuffer.wrap(frame).getInt(Frames.PAYLOAD + RoceHeaders.BTH_PSN)
        & RoceHeaders.MASK_24;
  }

  @Test
  void shouldDrawACopyAndGoBackToTheExpectedPsn() throws Exception {
    start(Copies.ONE, TransportService.RC, ChecksumCoverage.KEY_VALUE, 1, 0, 0);
    Traffic traffic = traffic();
    int[] hops = hops(2);
    Map<Long, Integer> drawn = new TreeMap<>();
    KeyWriteHasher hasher = new KeyWriteHasher(store);
    byte[] keyAndValue = Arrays.copyOf(traffic.key(), 33);
    System.arraycopy(path(hops), 0, keyAndValue, 13, 20);
    UnsafeBuffer key = new UnsafeBuffer(keyAndValue);
    hasher.hash(key, 0, 4);
    Wire wire = wires.get(new CollectorHasher(13).collector(key, 0, COLLECTORS));
    for (int i = 0; i < 60; i++) {
      pass(traffic, hops);
      byte[] frame = device.receive(wire.port());
      assertArrayEquals(
          Frames.icrc(frame), Arrays.copyOfRange(frame, frame.length - 4, frame.length));
      assertEquals(STARTING_PSN + i & 0xFFFFFF, psn(frame));
      ByteBuffer packet = ByteBuffer.wrap(frame);
      drawn.merge(packet.getLong(Frames.PAYLOAD + 12) - wire.region.address(), 1, Integer::sum);
      assertEquals(hasher.checksum(), packet.getInt(Frames.PAYLOAD + 28));
      assertArrayEquals(
          path(hops), Arrays.copyOfRange(frame, Frames.PAYLOAD + 32, Frames.PAYLOAD + 52));
    }
    Set<Long> expected = new TreeSet<>();
    for (int copy = 0; copy < 4; copy++) {
      expected.add(hasher.slotOffset(copy));
    }
    assertEquals(expected, drawn.keySet());

    answer(wire, STARTING_PSN + 50 & 0xFFFFFF, RoceHeaders.NAK_SEQUENCE_ERROR);
    pass(traffic, hops);
    assertEquals(STARTING_PSN + 50 & 0xFFFFFF, psn(device.receive(wire.port())));
    answer(wire, 0, RoceHeaders.NAK_REMOTE_ACCESS_ERROR);
    pass(traffic, hops);
    assertEquals(
        1,
        device
            .control()
            .packets(
                "DartIngress.drops",
                List.of(DropReason.values()).indexOf(DropReason.QUEUE_PAIR_DOWN)));
  }

  private void answer(Wire wire, int psn, int syndrome) throws IOException {
    byte[] payload =
        ByteBuffer.allocate(20)
            .put((byte) RoceHeaders.RC_ACKNOWLEDGE)
            .put((byte) 0)
            .putShort((short) RoceHeaders.DEFAULT_PARTITION_KEY)
            .putInt(wire.own.queuePairNumber())
            .putInt(psn)
            .putInt(syndrome << 24)
            .putInt(0)
            .array();
    device.send(
        Frames.frame(
            new Frames.Flow(
                wire.mac(),
                SWITCH_MAC,
                Ipv4.parse(wire.peer.address()),
                Ipv4.parse(SWITCH),
                4791,
                4791,
                0),
            payload));
  }

  @Test
  void shouldNotReportAPathThatIsKnown() throws Exception {
    start(Copies.ALL, TransportService.RC, ChecksumCoverage.KEY_VALUE, 4, 0, 3_600_000_000L);
    Traffic traffic = traffic();
    int[] hops = hops(4);
    pass(traffic, hops);
    pass(traffic, hops);
    int[] other = hops(4);
    pass(traffic, other);
    write(traffic, hops);
    write(traffic, other);
    assertSame("seed " + SEED);
    assertTrue(device.control().packets("DartIngress.int_path.packets", 7) == 1);
  }
}
