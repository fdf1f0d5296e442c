package io.dta.fattree.network;

/**
 * A network's links, hosts and seed.
 *
 * @param hostLinks between hosts and edge switches
 * @param podLinks between edge and aggregation switches
 * @param coreLinks between aggregation and core switches
 * @param transport of the hosts
 * @param seed of the switches' hashes
 * @param tick picoseconds between two calls of {@link NetworkObserver#onTick}; 0 for none
 */
public record NetworkConfig(
    LinkProfile hostLinks,
    LinkProfile podLinks,
    LinkProfile coreLinks,
    TransportSettings transport,
    long seed,
    long tick) {
  public NetworkConfig {
    if (tick < 0) {
      throw new IllegalArgumentException("tick " + tick + " ps: expected 0 or more");
    }
  }

  /** A network whose links are all alike. */
  public static NetworkConfig of(LinkProfile links, TransportSettings transport, long seed) {
    return new NetworkConfig(links, links, links, transport, seed, 0);
  }

  public NetworkConfig withTick(long picos) {
    return new NetworkConfig(hostLinks, podLinks, coreLinks, transport, seed, picos);
  }
}
