package io.dta.cli.p4;

import io.dta.cli.NodeConfiguration;
import io.dta.cli.WrongUsage;
import io.dta.node.OperatorException;
import io.dta.p4.control.SwitchPlan;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Where a switch is, and which collectors it writes to: from a file, or on the command line. */
final class SwitchOptions {
  /** The route's far end matters, not its port. */
  private static final int ANY_PORT = 9;

  @ArgGroup(multiplicity = "1")
  private Source source;

  @Option(
      names = "--address",
      paramLabel = "IP",
      description =
          "The switch's IPv4 address, which requests come from and collectors answer to; without"
              + " it, this host's address towards the first collector.")
  private String address;

  @Option(
      names = "--mac",
      paramLabel = "MAC",
      description = "The switch's MAC address; without it, 02:00 and the bytes of its address.")
  private String mac;

  @Option(
      names = "--connect",
      paramLabel = "HOW",
      description = "How queue pairs are made: auto, cm or control; auto where it is left out.")
  private SwitchPlan.Connect connect;

  @Option(
      names = "--host-ports",
      paramLabel = "N",
      split = ",",
      description = "Of dart_switch, the ports that lead to hosts, such as 3,4.")
  private List<Integer> hostPorts;

  @Option(
      names = "--switch-id",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of dart_switch, its number in paths (default ${DEFAULT-VALUE}).")
  private long switchId;

  @Option(
      names = "--copies",
      paramLabel = "WHICH",
      description = "Of dart_switch, which copies a path is written to: one, at random, or all.")
  private SwitchPlan.Copies copies;

  private static final class Source {
    @Option(names = "--config", paramLabel = "FILE", description = "YAML file with a section 'p4'.")
    private Path config;

    @ArgGroup(exclusive = false, multiplicity = "1..*")
    private List<AtPort> collectors;
  }

  private static final class AtPort {
    @Option(
        names = "--collector",
        paramLabel = "URL",
        required = true,
        description =
            "HTTP address of a collector; may be given several times, each with what follows.")
    private String url;

    @Option(
        names = "--port",
        paramLabel = "N",
        description = "The switch's port that leads to the collector's RNIC; 1 without it.")
    private Integer port;

    @Option(
        names = "--next-hop",
        paramLabel = "MAC",
        description =
            "MAC address of the RNIC, or of the router before it; without it, 02:00 and the bytes"
                + " of the RNIC's address.")
    private String nextHop;
  }

  /** The switch as it was given. */
  SwitchPlan plan(CommandSpec command) {
    if (source.config != null) {
      SwitchPlan plan = NodeConfiguration.read(source.config).p4();
      if (plan == null) {
        throw new OperatorException(
            source.config + " configures no switch: add a section 'p4', or name another file");
      }
      return plan;
    }
    return WrongUsage.check(
        command,
        () ->
            new SwitchPlan(
                address == null ? addressTowards(source.collectors.getFirst().url) : address,
                mac,
                source.collectors.stream()
                    .map(each -> new SwitchPlan.CollectorAt(each.url, each.port, each.nextHop))
                    .toList(),
                null,
                null,
                connect,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                dart()));
  }

  private SwitchPlan.DartAt dart() {
    return hostPorts == null
        ? null
        : new SwitchPlan.DartAt(switchId, null, copies, null, hostPorts, null, null);
  }

  private static String addressTowards(String url) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(URI.create(url).getHost(), ANY_PORT));
      return socket.getLocalAddress().getHostAddress();
    } catch (SocketException | UncheckedIOException e) {
      throw new OperatorException(
          "no route to collector %s: %s; set the switch's '--address'"
              .formatted(url, e.getMessage()),
          e);
    }
  }
}
