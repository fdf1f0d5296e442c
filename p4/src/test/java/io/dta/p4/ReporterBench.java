package io.dta.p4;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dta.p4.ReporterSettings.NextHop;
import io.dta.p4.ReporterSettings.Route;
import io.dta.p4.ReporterSettings.Way;
import io.dta.p4.thrift.SimpleSwitch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A switch that reports: what comes in at port 0 leaves by one of the ports 1 to 4, and reports by
 * those after them, one a target.
 */
final class ReporterBench implements AutoCloseable {
  static final int WAYS = 4;
  static final int FIRST_TARGET_PORT = WAYS + 1;
  static final long SALT = 0x123456789ABCDEFL;
  static final int SWITCH = Ipv4.parse("10.9.0.1");
  static final int COMMANDER = Ipv4.parse("10.9.0.2");
  static final int NETWORK = Ipv4.parse("10.1.0.0");
  static final long SWITCH_MAC = 0x0200_0000_0001L;
  static final long HOST_MAC = 0x0200_0000_0100L;

  /** Longer than any chain of copies of one packet. */
  private static final int ROUNDS = 5;

  private static final HexFormat HEX = HexFormat.of();

  private final SwitchProcess device;
  private final int targets;

  private ReporterBench(SwitchProcess device, int targets) {
    this.device = device;
    this.targets = targets;
  }

  /** What a test's switch has to know beside its functions. */
  static ReporterSettings settings(
      int switchId,
      int targets,
      List<Integer> hostPorts,
      ReporterSettings.Paths paths,
      ReporterSettings.Postcards postcards,
      ReporterSettings.HostBytes hostBytes,
      ReporterSettings.Events events,
      ReporterSettings.Sketch sketch) {
    List<NextHop> hops = new ArrayList<>();
    List<Route> routes = new ArrayList<>();
    List<Way> ways = new ArrayList<>();
    for (int way = 1; way <= WAYS; way++) {
      ways.add(new Way(way, mac(way)));
    }
    routes.add(new Route(NETWORK, 16, ways));
    for (int target = 0; target < targets; target++) {
      int port = FIRST_TARGET_PORT + target;
      hops.add(new NextHop(target(target), port, mac(port)));
      routes.add(new Route(target(target), 32, List.of(new Way(port, mac(port)))));
    }
    return new ReporterSettings(
        switchId,
        SALT,
        SWITCH,
        SWITCH_MAC,
        hops,
        routes,
        hostPorts,
        List.of(),
        List.of(COMMANDER),
        paths,
        postcards,
        hostBytes,
        events,
        sketch);
  }

  static ReporterBench start(Path directory, Path simpleSwitch, ReporterSettings settings)
      throws IOException, InterruptedException {
    CompiledProgram program = SwitchProgram.REPORTER.compiled();
    int targets = settings.targets().size();
    SwitchProcess device =
        SwitchProcess.start(directory, simpleSwitch, program, FIRST_TARGET_PORT + targets);
    device.control().apply(program, ReporterTables.of(settings));
    return new ReporterBench(device, targets);
  }

  static long mac(int port) {
    return 0x0200_0000_0200L + port;
  }

  static int target(int target) {
    return Ipv4.parse("10.8.0.1") + target;
  }

  SimpleSwitch control() {
    return device.control();
  }

  /** What has happened at a switch so often. */
  long packets(String counter, int index) {
    return device.control().packets(counter, index);
  }

  void send(Traffic packet) throws IOException {
    send(packet.frame(HOST_MAC, SWITCH_MAC));
  }

  void send(byte[] frame) throws IOException {
    device.send(frame);
  }

  void command(ReporterCommand command) throws IOException {
    command(COMMANDER, command);
  }

  void command(int source, ReporterCommand command) throws IOException {
    device.send(
        Frames.frame(
            new Frames.Flow(HOST_MAC, SWITCH_MAC, source, SWITCH, 50000, ReporterCommand.PORT, 0),
            command.bytes()));
  }

  /** An ACK or NACK of a target. */
  void answer(int target, byte[] acknowledgement) throws IOException {
    device.send(
        Frames.frame(
            new Frames.Flow(
                mac(FIRST_TARGET_PORT + target),
                SWITCH_MAC,
                target(target),
                SWITCH,
                40040,
                40044,
                0),
            acknowledgement));
  }

  byte[] receive(int port) throws IOException, InterruptedException {
    return device.receive(port);
  }

  /** The next packet that a port forwards is this one. */
  void assertForwarded(int port, Traffic packet, String message)
      throws IOException, InterruptedException {
    assertEquals(
        HEX.formatHex(packet.frame(SWITCH_MAC, mac(port))),
        HEX.formatHex(device.receive(port)),
        message);
  }

  /** The next report to a target is this one; returns its datagram. */
  void assertReport(int target, byte[] datagram, String message)
      throws IOException, InterruptedException {
    assertEquals(
        HEX.formatHex(reportFrame(target, datagram)),
        HEX.formatHex(receive(FIRST_TARGET_PORT + target)),
        message);
  }

  private static byte[] reportFrame(int target, byte[] datagram) {
    return Frames.exactFrame(
        new Frames.Flow(
            SWITCH_MAC, mac(FIRST_TARGET_PORT + target), SWITCH, target(target), 40044, 40040, 0),
        datagram);
  }

  /** Takes the datagrams that were reported until nothing more comes. */
  List<byte[]> takeReports(int target) throws IOException, InterruptedException {
    List<byte[]> taken = new ArrayList<>();
    byte[] mark = {0x55, 0x66, 0x77};
    for (int round = 0; round < ROUNDS; round++) {
      // Telemetry of another switch, which is forwarded and not reported on.
      device.send(
          Frames.frame(
              new Frames.Flow(HOST_MAC, SWITCH_MAC, COMMANDER, target(target), 7, 40040, 0), mark));
      byte[] payload = Frames.payload(receive(FIRST_TARGET_PORT + target));
      while (!Arrays.equals(mark, payload)) {
        taken.add(payload);
        payload = Frames.payload(receive(FIRST_TARGET_PORT + target));
      }
    }
    return taken;
  }

  void assertNothingElse(String message) throws IOException, InterruptedException {
    for (int target = 0; target < targets; target++) {
      assertEquals(
          List.of(),
          takeReports(target).stream().map(HEX::formatHex).toList(),
          message + ": surplus reports");
    }
  }

  @Override
  public void close() throws IOException {
    device.close();
  }
}
