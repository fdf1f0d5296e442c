package io.dta.fattree.statistics;

import io.dta.fattree.network.Framing;
import io.dta.fattree.network.LinkProfile;
import io.dta.fattree.network.NetworkConfig;
import io.dta.fattree.topology.FatTree;

/**
 * How long a flow takes that has the network to itself and is sent at its link's pace: exactly, as
 * every switch stores a packet before it forwards it.
 */
public final class IdealTime {
  private final FatTree tree;
  private final LinkProfile[] withinRack;
  private final LinkProfile[] withinPod;
  private final LinkProfile[] acrossPods;

  public IdealTime(FatTree tree, NetworkConfig config) {
    this.tree = tree;
    LinkProfile host = config.hostLinks();
    LinkProfile pod = config.podLinks();
    LinkProfile core = config.coreLinks();
    withinRack = new LinkProfile[] {host, host};
    withinPod = new LinkProfile[] {host, pod, pod, host};
    acrossPods = new LinkProfile[] {host, pod, core, core, pod, host};
  }

  /** The picoseconds from a flow's begin until its destination has all of it. */
  public long picos(int source, int destination, long bytes) {
    int packets = Framing.packets(bytes);
    int lastLength = Framing.wireLength(Framing.payload(bytes, packets, packets - 1));
    long slowest = 0;
    long fullLeaves = 0;
    long lastLeaves = 0;
    for (LinkProfile link : path(source, destination)) {
      if (packets > 1) {
        // The last full packet leaves a link after the first, and after the others have on the
        // slowest link so far.
        long full = Framing.MAX_WIRE_LENGTH * link.picosPerByte();
        fullLeaves += Math.max(0, full - slowest) * (packets - 2) + full;
        slowest = Math.max(slowest, full);
      }
      lastLeaves = Math.max(lastLeaves, fullLeaves) + lastLength * link.picosPerByte();
      fullLeaves += link.delay();
      lastLeaves += link.delay();
    }
    return lastLeaves;
  }

  private LinkProfile[] path(int source, int destination) {
    int from = tree.edgeOfHost(source);
    int to = tree.edgeOfHost(destination);
    if (from == to) {
      return withinRack;
    }
    return tree.pod(from) == tree.pod(to) ? withinPod : acrossPods;
  }
}
