package io.dta.p4;

import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchStore;
import java.util.List;

/**
 * What a reporter in a switch has to know. A function that is null is off.
 *
 * @param switchId its number in paths, 1 to 2^32 − 1 unsigned; events say its low 16 bits
 * @param salt of its choice among next hops, see {@code io.dta.fattree.routing.EcmpHash}
 * @param address its IPv4 address, from which reports come
 * @param mac its MAC address, 48 bits
 * @param targets where reports go, in the order in which keys' hashes choose them: translators
 * @param routes of the traffic
 * @param hostPorts ports that lead to hosts
 * @param linksDown ports whose link is down
 * @param commanders IPv4 addresses from which {@linkplain ReporterCommand commands} are taken
 */
public record ReporterSettings(
    int switchId,
    long salt,
    int address,
    long mac,
    List<NextHop> targets,
    List<Route> routes,
    List<Integer> hostPorts,
    List<Integer> linksDown,
    List<Integer> commanders,
    Paths paths,
    Postcards postcards,
    HostBytes hostBytes,
    Events events,
    Sketch sketch) {
  public ReporterSettings {
    targets = List.copyOf(targets);
    routes = List.copyOf(routes);
    hostPorts = List.copyOf(hostPorts);
    linksDown = List.copyOf(linksDown);
    commanders = List.copyOf(commanders);
  }

  /**
   * A way to a target.
   *
   * @param address the target's, IPv4
   * @param port of the switch
   * @param mac of the next hop
   */
  public record NextHop(int address, int port, long mac) {}

  /**
   * One of the equal ways of a route.
   *
   * @param port of the switch
   * @param mac of the next hop
   */
  public record Way(int port, long mac) {}

  /**
   * A route.
   *
   * @param address IPv4
   * @param prefixLength 0 to 32
   * @param ways of equal cost, in the order in which the hash chooses them
   */
  public record Route(int address, int prefixLength, List<Way> ways) {
    public Route {
      ways = List.copyOf(ways);
    }
  }

  /**
   * Path tracing by INT-MD.
   *
   * @param store with 5-tuples and values of five words
   * @param dscp that marks packets with INT, 1 to 63; nothing else may use it
   * @param domain of INT, 16 bits
   * @param intervalMicros after which a path is reported again although it is the same
   * @param flows that are remembered, a power of two
   */
  public record Paths(KeyWriteStore store, int dscp, int domain, long intervalMicros, int flows) {}

  /**
   * Postcards.
   *
   * @param store with 5-tuples
   * @param share of the packets beside those that open a TCP connection, 0 to 1
   * @param timeToLive that hosts' packets begin with: it tells the hop
   */
  public record Postcards(PostcardingStore store, double share, int timeToLive) {}

  /**
   * Counters of the bytes on the wire by source.
   *
   * @param store with keys of four bytes
   * @param every bytes after which a counter is reported, at the latest
   * @param hosts that are remembered, a power of two
   */
  public record HostBytes(KeyIncrementStore store, long every, int hosts) {}

  /**
   * Events of flows.
   *
   * @param store with entries of 18 bytes
   * @param list of this switch
   * @param every how many packets the second and each further event of a flow stands for
   * @param flows that are remembered for each kind of event, a power of two; of those in queues up
   *     to 1,024 a port
   * @param longQueue packets from which on a queue is long
   * @param fullQueue packets from which on a queue takes no more; the switch itself has to let more
   *     wait
   * @param nackHoldMicros for how long one retransmission answers all NACKs for a report
   */
  public record Events(
      AppendStore store,
      int list,
      int every,
      int flows,
      int longQueue,
      int fullQueue,
      long nackHoldMicros) {}

  /**
   * A Count-Min sketch of the bytes on the wire by 5-tuple.
   *
   * @param reporter this switch's number among the sketch's reporters
   */
  public record Sketch(SketchStore store, int reporter) {}
}
