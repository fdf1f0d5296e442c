package io.dta.p4;

import io.dta.primitives.directory.Directory;
import io.dta.rdma.control.QueuePairReply;
import io.dta.rdma.control.QueuePairRequest;
import java.util.List;
import java.util.Map;

/**
 * What a translator in a switch has to know.
 *
 * @param address its IPv4 address, from which requests and acknowledgements come
 * @param mac its MAC address, 48 bits
 * @param trafficClass of requests: DSCP and ECN, 8 bits
 * @param acknowledgeEvery after how many requests an acknowledgement is asked for, at least 1
 * @param operationsPerSecond the most a queue pair may be given; 0 for no limit
 * @param postcardRows rows of the cache in front of each Postcarding store, a power of two
 * @param collectors in the order in which keys' hashes choose them
 * @param reporters whose essential reports are tracked
 * @param routes of all other traffic
 */
public record SwitchSettings(
    int address,
    long mac,
    int trafficClass,
    int acknowledgeEvery,
    long operationsPerSecond,
    int postcardRows,
    List<CollectorPort> collectors,
    List<ReporterPort> reporters,
    List<Route> routes) {
  public SwitchSettings {
    collectors = List.copyOf(collectors);
    reporters = List.copyOf(reporters);
    routes = List.copyOf(routes);
  }

  /**
   * A collector that is connected.
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
