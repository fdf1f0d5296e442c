package io.dta.p4;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dta.p4.SoftwareTranslator.Collector;
import io.dta.p4.SwitchSettings.CollectorPort;
import io.dta.p4.SwitchSettings.ReporterPort;
import io.dta.p4.SwitchSettings.Route;
import io.dta.primitives.directory.Directory;
import io.dta.primitives.store.Store;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.control.QueuePairReply;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A switch and the software translator side by side, with the same stores, collectors and queue
 * pairs. What goes into both has to come out of both.
 */
final class Bench implements AutoCloseable {
  static final int REPORTER_PORT = 0;
  static final String SWITCH = "10.9.0.1";
  static final long SWITCH_MAC = 0x0200_0000_0001L;
  static final long REPORTER_MAC = 0x0200_0000_0100L;
  static final int REPORTER = Ipv4.parse("10.1.0.1");
  static final int SINK = Ipv4.parse("10.200.0.1");
  private static final int REPORTERS = 8;
  private static final int QUEUE_DEPTH = 1 << 16;
  private static final int TRAFFIC_CLASS = 2;
  private static final int SOURCE_PORT = 4791;
  private static final HexFormat HEX = HexFormat.of();

  private final List<Collector> collectors;
  private final SwitchProcess device;
  private final SoftwareTranslator software;

  private Bench(List<Collector> collectors, SwitchProcess device, SoftwareTranslator software) {
    this.collectors = collectors;
    this.device = device;
    this.software = software;
  }

  /** Starts both; what gathers in the switch is held until it is complete. */
  static Bench start(
      Path directory,
      Path simpleSwitch,
      List<Store> stores,
      int numberOfCollectors,
      int startingPsn,
      int acknowledgeEvery,
      long operationsPerSecond)
      throws IOException, InterruptedException {
    return start(
        directory,
        simpleSwitch,
        stores,
        numberOfCollectors,
        startingPsn,
        acknowledgeEvery,
        operationsPerSecond,
        HoldTimes.UNLIMITED);
  }

  /**
   * Starts both.
   *
   * @param operationsPerSecond the switch's limit, 0 for none
   * @param hold how long the switch holds what gathers
   */
  static Bench start(
      Path directory,
      Path simpleSwitch,
      List<Store> stores,
      int numberOfCollectors,
      int startingPsn,
      int acknowledgeEvery,
      long operationsPerSecond,
      HoldTimes hold)
      throws IOException, InterruptedException {
    List<Collector> collectors = new ArrayList<>();
    List<CollectorPort> ports = new ArrayList<>();
    List<Route> routes = new ArrayList<>();
    for (int i = 0; i < numberOfCollectors; i++) {
      Collector collector = collector(i, stores, startingPsn);
      collectors.add(collector);
      ports.add(
          new CollectorPort(
              port(i),
              mac(i),
              directory(stores, collector),
              collector.own(),
              collector.peer(),
              Map.of()));
      routes.add(new Route(SINK + i, 32, port(i), mac(i)));
    }
    List<ReporterPort> reporters = new ArrayList<>();
    for (int i = 0; i < REPORTERS; i++) {
      reporters.add(new ReporterPort(REPORTER + i, REPORTER_PORT, REPORTER_MAC));
    }
    SwitchSettings settings =
        new SwitchSettings(
            Ipv4.parse(SWITCH),
            SWITCH_MAC,
            TRAFFIC_CLASS,
            acknowledgeEvery,
            operationsPerSecond,
            1,
            hold,
            ports,
            reporters,
            routes);
    CompiledProgram program = SwitchProgram.TRANSLATOR.compiled();
    SwitchProcess device =
        SwitchProcess.start(directory, simpleSwitch, program, numberOfCollectors + 1);
    device.control().setQueueDepth(QUEUE_DEPTH);
    device.control().apply(program, TranslatorTables.of(settings));
    return new Bench(
        collectors, device, new SoftwareTranslator(stores, collectors, acknowledgeEvery));
  }

  private static int port(int collector) {
    return collector + 1;
  }

  private static long mac(int collector) {
    return 0x0200_0000_0200L + collector;
  }

  static Collector collector(int index, List<Store> stores, int startingPsn) {
    Map<String, RemoteRegion> regions = new LinkedHashMap<>();
    long address = 0x7F12_0000_1000L + ((long) index << 40);
    for (Store store : stores) {
      regions.put(
          store.name(),
          new RemoteRegion(
              address, 0xC0DE_0000 + regions.size() * 16 + index, store.regionLength()));
      address += store.regionLength() + 4096 & -4096L;
    }
    return new Collector(
        "collector-" + index,
        SoftwareTranslator.own(SWITCH, SOURCE_PORT, 0x11 + index, startingPsn),
        new QueuePairReply("10.9.1." + (1 + index), 4791, 0x000145 + index, 1024, 1 << 16),
        regions);
  }

  private static Directory directory(List<Store> stores, Collector collector) {
    List<Directory.Entry> entries = new ArrayList<>();
    for (Store store : stores) {
      RemoteRegion region = collector.regions().get(store.name());
      entries.add(
          new Directory.Entry(
              store, new Directory.Region(region.address(), region.rkey(), region.length(), null)));
    }
    return new Directory(collector.name(), null, entries);
  }

  SwitchProcess device() {
    return device;
  }

  SoftwareTranslator software() {
    return software;
  }

  /** Gives a datagram of the first reporter to both. */
  void report(byte[]... reports) throws IOException {
    report(REPORTER, reports);
  }

  void report(int reporter, byte[]... reports) throws IOException {
    byte[] datagram = Reports.datagram(reports);
    toSwitch(reporter, datagram);
    software.translate(datagram, reporter);
  }

  /** Gives a datagram to the switch alone. */
  void toSwitch(int reporter, byte[] datagram) throws IOException {
    device.send(
        Frames.frame(
            new Frames.Flow(
                REPORTER_MAC, SWITCH_MAC, reporter, Ipv4.parse(SWITCH), 12345, 40040, 0),
            datagram));
  }

  /** Lets a collector answer with a packet from the BTH to the iCRC, whose place is left free. */
  void answer(int collector, byte[] payload) throws IOException {
    byte[] frame = answerFrame(collector, payload);
    System.arraycopy(Frames.icrc(frame), 0, frame, frame.length - 4, 4);
    device.send(frame);
  }

  /** Lets a collector answer with whatever iCRC the payload has. */
  void damagedAnswer(int collector, byte[] payload) throws IOException {
    device.send(answerFrame(collector, payload));
  }

  private byte[] answerFrame(int collector, byte[] payload) {
    return Frames.exactFrame(
        new Frames.Flow(
            mac(collector),
            SWITCH_MAC,
            Ipv4.parse(collectors.get(collector).peer().address()),
            Ipv4.parse(SWITCH),
            4791,
            4791,
            0),
        payload);
  }

  /** The switch has sent what the software has sent, bit by bit, and nothing else. */
  int assertSame(String message) throws IOException, InterruptedException {
    software.doWork();
    List<SoftwareTranslator.Packet> packets = software.takePackets();
    for (SoftwareTranslator.Packet packet : packets) {
      byte[] expected = expected(packet);
      byte[] sent = device.receive(port(packet.collector()));
      assertEquals(HEX.formatHex(expected), HEX.formatHex(sent), message);
    }
    assertNothingElse(message);
    return packets.size();
  }

  private byte[] expected(SoftwareTranslator.Packet packet) {
    Collector collector = collectors.get(packet.collector());
    return Frames.exactFrame(
        new Frames.Flow(
            SWITCH_MAC,
            mac(packet.collector()),
            Ipv4.parse(collector.own().address()),
            Ipv4.parse(collector.peer().address()),
            collector.own().udpPort(),
            collector.peer().udpPort(),
            TRAFFIC_CLASS),
        packet.payload());
  }

  /** How many packets a collector's port sends before one that is only forwarded. */
  int countPackets(int collector) throws IOException, InterruptedException {
    byte[] payload = {1, 2, 3};
    device.send(
        Frames.frame(
            new Frames.Flow(REPORTER_MAC, SWITCH_MAC, REPORTER, SINK + collector, 7, 9, 0),
            payload));
    int count = 0;
    while (!Arrays.equals(payload, Frames.payload(device.receive(port(collector))))) {
      count++;
    }
    return count;
  }

  /** Nothing comes out of the collectors' ports before a packet that is only forwarded. */
  void assertNothingElse(String message) throws IOException, InterruptedException {
    for (int i = 0; i < collectors.size(); i++) {
      assertEquals(0, countPackets(i), message + ": surplus packets");
    }
  }

  @Override
  public void close() throws IOException {
    software.close();
    device.close();
  }
}
