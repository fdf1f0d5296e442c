package io.dta.fattree.topology;

/**
 * The ports of a fat tree and the cables between them.
 *
 * <p>A switch's ports are numbered from 0 to k − 1. An edge switch has its hosts at the first k/2
 * and the aggregation switches of its pod at the others; an aggregation switch has the edge
 * switches of its pod at the first k/2 and its cores at the others; a core switch has pod p at port
 * p. All ports of the network are numbered too: switch by switch, then one of each host. A port
 * stands for the direction in which it sends; the other direction of its cable is its {@link
 * #peer}.
 */
public final class Wiring {
  private final FatTree tree;
  private final int k;
  private final int switchPorts;
  private final int[] peers;
  private final short[] switches;

  public Wiring(FatTree tree) {
    this.tree = tree;
    k = tree.k();
    switchPorts = tree.switches() * k;
    peers = new int[switchPorts + tree.hosts()];
    switches = new short[peers.length];
    for (int port = 0; port < switchPorts; port++) {
      switches[port] = (short) (1 + port / k);
    }
    for (int host = 0; host < tree.hosts(); host++) {
      join(hostPort(host), port(tree.edgeOfHost(host), host % tree.half()));
    }
    for (Link link : tree.links()) {
      join(portTowards(link.lower(), link.upper()), portTowards(link.upper(), link.lower()));
    }
  }

  private void join(int one, int other) {
    peers[one] = other;
    peers[other] = one;
  }

  public FatTree tree() {
    return tree;
  }

  /** All ports: those of the switches, from 0, and those of the hosts. */
  public int ports() {
    return peers.length;
  }

  /** The number of the ports of all switches; those of the hosts come after them. */
  public int switchPorts() {
    return switchPorts;
  }

  /**
   * A switch's port in the network.
   *
   * @param number at the switch, 0 to k − 1
   */
  public int port(int switchId, int number) {
    return (switchId - 1) * k + number;
  }

  public int hostPort(int host) {
    return switchPorts + host;
  }

  public boolean isHostPort(int port) {
    return port >= switchPorts;
  }

  /** The port at the other end of a port's cable. */
  public int peer(int port) {
    return peers[port];
  }

  /** The switch that a port belongs to; 0 for a host's. */
  public int switchOf(int port) {
    return switches[port];
  }

  /** A port's number at its switch. */
  public int number(int port) {
    return port % k;
  }

  /** The host that a host's port belongs to. */
  public int hostOf(int port) {
    return port - switchPorts;
  }

  /**
   * The port at which one switch has another.
   *
   * @throws IllegalArgumentException where no cable joins them
   */
  public int portTowards(int from, int to) {
    if (!tree.linked(from, to)) {
      throw new IllegalArgumentException(
          "no cable joins %s and %s".formatted(tree.name(from), tree.name(to)));
    }
    return port(
        from,
        switch (tree.role(from)) {
          case CORE -> tree.pod(to);
          case EDGE -> tree.half() + tree.index(to);
          case AGGREGATION ->
              tree.role(to) == SwitchRole.EDGE
                  ? tree.index(to)
                  : tree.half() + tree.index(to) % tree.half();
        });
  }

  /** {@code edge-0.1 port 3} or {@code host 7}. */
  public String name(int port) {
    return isHostPort(port)
        ? "host " + hostOf(port)
        : tree.name(switchOf(port)) + " port " + number(port);
  }
}
