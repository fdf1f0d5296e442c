package io.dta.p4;

import io.dta.primitives.directory.Directory;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a translator in a switch has to know.
 *
 * @param address its IPv4 address, from which requests and acknowledgements come
 * @param mac its MAC address, 48 bits
 * @param trafficClass of requests: DSCP and ECN, 8 bits
 * @param acknowledgeEvery after how many requests an acknowledgement is asked for, at least 1
 * @param operationsPerSecond the most a queue pair may be given; 0 for no limit
 * @param postcardRows rows of the cache in front of each Postcarding store, a power of two
 * @param hold how long what gathers is held
 * @param collectors in the order in which keys' hashes choose them
 * @param reporters whose essential reports are tracked
 * @param routes of all other traffic
 * @param reporter of the program that reports; null for all others
 * @param dart what DART's switch has to know besides; null for other programs
 */
public record SwitchSettings(
    int address,
    long mac,
    int trafficClass,
    int acknowledgeEvery,
    long operationsPerSecond,
    int postcardRows,
    HoldTimes hold,
    List<CollectorPort> collectors,
    List<ReporterPort> reporters,
    List<Route> routes,
    ReporterSettings reporter,
    Dart dart) {
  public SwitchSettings {
    collectors = List.copyOf(collectors);
    reporters = List.copyOf(reporters);
    routes = List.copyOf(routes);
  }

  /** What a program that reports nothing has to know. */
  public SwitchSettings(
      int address,
      long mac,
      int trafficClass,
      int acknowledgeEvery,
      long operationsPerSecond,
      int postcardRows,
      HoldTimes hold,
      List<CollectorPort> collectors,
      List<ReporterPort> reporters,
      List<Route> routes) {
    this(
        address,
        mac,
        trafficClass,
        acknowledgeEvery,
        operationsPerSecond,
        postcardRows,
        hold,
        collectors,
        reporters,
        routes,
        null,
        null);
  }

  /**
   * A collector's directory: all of them have the same stores.
   *
   * @throws IllegalArgumentException where none is known
   */
  Directory anyDirectory() {
    return anyDirectory(collectors);
  }

  /** As above, before there are settings. */
  public static Directory anyDirectory(List<CollectorPort> collectors) {
    return collectors.stream()
        .map(CollectorPort::directory)
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no collector's stores are known"));
  }

  /**
   * A collector. Where it is not connected, both ends are null, and what is for it is dropped.
   *
   * @param port of the switch
   * @param mac of the next hop to it
   * @param directory its stores
   * @param own our end of the queue pair
   * @param peer its end of the queue pair
   * @param appendHeads each Append store's next sequences, unsigned, by the store's name
   */
  public record CollectorPort(
      int port,
      long mac,
      Directory directory,
      QueuePairRequest own,
      QueuePairReply peer,
      Map<String, int[]> appendHeads) {
    public CollectorPort {
      appendHeads = Map.copyOf(appendHeads);
    }

    /**
     * A collector that is not connected.
     *
     * @param directory null where it is not known
     */
    public static CollectorPort unconnected(int port, Directory directory) {
      return new CollectorPort(port, 0, directory, null, null, Map.of());
    }

    boolean isConnected() {
      return peer != null;
    }
  }

  /**
   * What DART's switch has to know.
   *
   * @param switchId its number in paths, unsigned
   * @param store that paths are written to; null for the only one that fits
   * @param allCopies whether all copies are written, or one that is drawn at random
   * @param hostPorts its ports that lead to hosts: INT begins and ends there
   * @param intDscp the DSCP that marks packets with INT, 0 to 63
   * @param intervalMicros after how many microseconds a path that has not changed is reported
   *     again; 0 for with every packet
   */
  public record Dart(
      long switchId,
      String store,
      boolean allCopies,
      List<Integer> hostPorts,
      int intDscp,
      long intervalMicros) {
    public Dart {
      hostPorts = List.copyOf(hostPorts);
    }
  }

  /**
   * A reporter.
   *
   * @param address IPv4
   * @param port of the switch
   * @param mac of the next hop to it
   */
  public record ReporterPort(int address, int port, long mac) {}

  /**
   * A route.
   *
   * @param address IPv4
   * @param prefixLength 0 to 32
   * @param port of the switch
   * @param mac of the next hop
   */
  public record Route(int address, int prefixLength, int port, long mac) {}
}
