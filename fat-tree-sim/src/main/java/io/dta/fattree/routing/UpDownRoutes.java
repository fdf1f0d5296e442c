package io.dta.fattree.routing;

import io.dta.fattree.topology.FatTree;
import io.dta.fattree.topology.SwitchRole;
import io.dta.fattree.topology.Wiring;
import java.util.function.IntPredicate;

/**
 * What the switches know of the way to every host: up as far as needed, then down, along links that
 * were up when they last learned it ({@link #learn}). On the way up a switch chooses by {@link
 * EcmpHash} among those of its up-links from which the destination can be reached; the way down is
 * determined. When a link is lost, flows on others move too, as with any hash that is taken modulo
 * the number of links.
 *
 * <p>In a fat tree three tables of bit masks say all of it: which up-links an edge switch has,
 * which an aggregation switch has, and through which aggregation switches two pods are joined. They
 * have k³/2 + k² words or fewer, and stay in the cache.
 */
public final class UpDownRoutes {
  /** There is no way. */
  public static final int NONE = -1;

  private final Wiring wiring;
  private final FatTree tree;
  private final int k;
  private final int half;
  private final int cores;
  private final int layer;
  private final long[] salts;

  /** Bit a of an edge switch: its link to aggregation switch a of its pod is up. */
  private final int[] edgeLinks;

  /** Bit j of an aggregation switch: its link to its core j is up. */
  private final int[] coreLinks;

  /** Bit a of two pods: a core joins their aggregation switches a. */
  private final int[] podLinks;

  /** Routes over links that are all up. */
  public UpDownRoutes(Wiring wiring, long seed) {
    this.wiring = wiring;
    tree = wiring.tree();
    k = tree.k();
    half = tree.half();
    cores = tree.cores();
    layer = tree.edges();
    salts = new long[tree.switches() + 1];
    for (int switchId = 1; switchId < salts.length; switchId++) {
      salts[switchId] = EcmpHash.salt(seed, switchId);
    }
    edgeLinks = new int[layer];
    coreLinks = new int[layer];
    podLinks = new int[k * k];
    learn(port -> true);
  }

  /**
   * Learns which links are up.
   *
   * @param up whether the cable at a port of the network is
   */
  public void learn(IntPredicate up) {
    for (int pod = 0; pod < k; pod++) {
      for (int i = 0; i < half; i++) {
        edgeLinks[pod * half + i] = upLinks(tree.edge(pod, i), up);
        coreLinks[pod * half + i] = upLinks(tree.aggregation(pod, i), up);
      }
    }
    for (int one = 0; one < k; one++) {
      for (int other = 0; other < k; other++) {
        int joined = 0;
        for (int a = 0; a < half; a++) {
          int common = coreLinks[one * half + a] & coreLinks[other * half + a];
          joined |= one == other || common != 0 ? 1 << a : 0;
        }
        podLinks[one * k + other] = joined;
      }
    }
  }

  private int upLinks(int switchId, IntPredicate up) {
    int links = 0;
    for (int i = 0; i < half; i++) {
      links |= up.test(wiring.port(switchId, half + i)) ? 1 << i : 0;
    }
    return links;
  }

  /**
   * The port by which a packet leaves a switch.
   *
   * @param addresses source and destination address, 32 bits each
   * @param ports source port, destination port and protocol, 40 bits
   * @return 0 to k − 1, or {@link #NONE}
   */
  public int port(int switchId, int destination, long addresses, long ports) {
    int destinationEdge = destination / half;
    int destinationPod = destinationEdge / half;
    int index = switchId - 1;
    if (index < cores) {
      int aggregation = index / half;
      int core = index - aggregation * half;
      boolean down =
          (coreLinks[destinationPod * half + aggregation] >>> core
                  & edgeLinks[destinationEdge] >>> aggregation
                  & 1)
              != 0;
      return down ? destinationPod : NONE;
    }
    index -= cores;
    if (index < layer) {
      int pod = index / half;
      int aggregation = index - pod * half;
      if ((edgeLinks[destinationEdge] >>> aggregation & 1) == 0) {
        return NONE;
      }
      if (pod == destinationPod) {
        return destinationEdge - pod * half;
      }
      int links = coreLinks[index] & coreLinks[destinationPod * half + aggregation];
      return up(links, salts[switchId], addresses, ports);
    }
    index -= layer;
    if (index == destinationEdge) {
      return destination - destinationEdge * half;
    }
    int links =
        edgeLinks[index] & edgeLinks[destinationEdge] & podLinks[index / half * k + destinationPod];
    return up(links, salts[switchId], addresses, ports);
  }

  private int up(int links, long salt, long addresses, long ports) {
    int count = Integer.bitCount(links);
    if (count == 0) {
      return NONE;
    }
    int choice = EcmpHash.choose(salt, addresses, ports, count);
    if (count == half) {
      return half + choice;
    }
    int left = links;
    for (int i = 0; i < choice; i++) {
      left &= left - 1;
    }
    return half + Integer.numberOfTrailingZeros(left);
  }

  /**
   * The switches that a flow's packets pass.
   *
   * @param switches receives them, up to {@link FatTree#MAX_HOPS}
   * @return how many; 0 where there is no way
   */
  public int path(int source, int destination, long addresses, long ports, int[] switches) {
    int switchId = tree.edgeOfHost(source);
    for (int hop = 0; hop < FatTree.MAX_HOPS; hop++) {
      switches[hop] = switchId;
      int number = port(switchId, destination, addresses, ports);
      if (number == NONE) {
        return 0;
      }
      int far = wiring.peer(wiring.port(switchId, number));
      if (wiring.isHostPort(far)) {
        return hop + 1;
      }
      switchId = wiring.switchOf(far);
    }
    throw new IllegalStateException(
        "the way from host %d to host %d ends nowhere: %s switch %d"
            .formatted(source, destination, SwitchRole.EDGE.label(), switchId));
  }
}
