package io.dta.fattree.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A k-ary fat tree (Al-Fares, Loukissas and Vahdat, "A Scalable, Commodity Data Center Network
 * Architecture", SIGCOMM 2008): k pods of k/2 edge and k/2 aggregation switches, (k/2)² core
 * switches, k/2 hosts an edge switch, every switch with k ports.
 *
 * <p>Switches are numbered from 1: the core, then the aggregation switches pod by pod, then the
 * edge switches pod by pod. 0 is no switch, so that it can stand for "no hop". Aggregation switch a
 * of every pod is linked to the cores a·k/2 to a·k/2 + k/2 − 1. Hosts are numbered from 0, edge
 * switch by edge switch; as in the paper a host's address is 10.pod.edge.h with h from 2 to k/2 +
 * 1.
 */
public final class FatTree {
  public static final int MIN_K = 4;
  public static final int MAX_K = 48;

  /** The switches on the longest path. */
  public static final int MAX_HOPS = 5;

  private static final Pattern CORE_NAME = Pattern.compile("core-([0-9]{1,4})");
  private static final Pattern POD_NAME = Pattern.compile("(agg|edge)-([0-9]{1,3})\\.([0-9]{1,3})");
  private static final int NETWORK = 10 << 24;
  private static final int FIRST_HOST_ID = 2;

  private final int k;
  private final int half;
  private final int cores;
  private final int layer;

  /**
   * A fat tree.
   *
   * @param k ports of a switch, even, 4 to 48
   * @throws IllegalArgumentException saying which k are possible
   */
  public FatTree(int k) {
    if (k < MIN_K || k > MAX_K || k % 2 != 0) {
      throw new IllegalArgumentException(
          "k " + k + ": expected an even number from " + MIN_K + " to " + MAX_K);
    }
    this.k = k;
    half = k / 2;
    cores = half * half;
    layer = k * half;
  }

  public int k() {
    return k;
  }

  /** k/2: hosts an edge switch, edge and aggregation switches a pod, up-links of each of them. */
  public int half() {
    return half;
  }

  public int pods() {
    return k;
  }

  /** 5k²/4; switches have the numbers 1 to this. */
  public int switches() {
    return cores + 2 * layer;
  }

  /** k³/4; hosts have the numbers 0 to this − 1. */
  public int hosts() {
    return layer * half;
  }

  /** k²/4. */
  public int cores() {
    return cores;
  }

  /** k²/2. */
  public int edges() {
    return layer;
  }

  /** The core switch of an index, 0 to k²/4 − 1. */
  public int core(int index) {
    return 1 + checked("core", index, cores);
  }

  /** An aggregation switch: its pod, 0 to k − 1, and its index in the pod, 0 to k/2 − 1. */
  public int aggregation(int pod, int index) {
    return 1 + cores + checked("pod", pod, k) * half + checked("aggregation switch", index, half);
  }

  /** An edge switch: its pod, 0 to k − 1, and its index in the pod, 0 to k/2 − 1. */
  public int edge(int pod, int index) {
    return 1 + cores + layer + checked("pod", pod, k) * half + checked("edge switch", index, half);
  }

  public SwitchRole role(int switchId) {
    int index = checkedSwitch(switchId) - 1;
    if (index < cores) {
      return SwitchRole.CORE;
    }
    return index < cores + layer ? SwitchRole.AGGREGATION : SwitchRole.EDGE;
  }

  /** A switch's index: among the cores, or in its layer of its pod. */
  public int index(int switchId) {
    return role(switchId) == SwitchRole.CORE ? switchId - 1 : inLayer(switchId) % half;
  }

  /** The pod of an aggregation or edge switch, 0 to k − 1; −1 for a core switch. */
  public int pod(int switchId) {
    return role(switchId) == SwitchRole.CORE ? -1 : inLayer(switchId) / half;
  }

  /**
   * An edge switch's number among all edge switches, 0 to k²/2 − 1: its number as a reporter of
   * sketches.
   */
  public int edgeNumber(int switchId) {
    if (role(switchId) != SwitchRole.EDGE) {
      throw new IllegalArgumentException(name(switchId) + " is not an edge switch");
    }
    return inLayer(switchId);
  }

  /** {@code core-3}, {@code agg-1.0} (pod 1, index 0) or {@code edge-2.1}. */
  public String name(int switchId) {
    SwitchRole role = role(switchId);
    return role == SwitchRole.CORE
        ? role.label() + "-" + index(switchId)
        : role.label() + "-" + pod(switchId) + "." + index(switchId);
  }

  /**
   * The switch of a name, as {@link #name} writes it.
   *
   * @throws IllegalArgumentException saying what names there are
   */
  public int switchOf(String name) {
    Matcher core = CORE_NAME.matcher(name);
    if (core.matches()) {
      return core(Integer.parseInt(core.group(1)));
    }
    Matcher inPod = POD_NAME.matcher(name);
    if (inPod.matches()) {
      int pod = Integer.parseInt(inPod.group(2));
      int index = Integer.parseInt(inPod.group(3));
      return inPod.group(1).equals(SwitchRole.EDGE.label())
          ? edge(pod, index)
          : aggregation(pod, index);
    }
    throw new IllegalArgumentException(
        "switch '%s': expected core-0 to core-%d, or agg-POD.INDEX or edge-POD.INDEX with pods 0 to %d and indices 0 to %d"
            .formatted(name, cores - 1, k - 1, half - 1));
  }

  /** Whether a cable joins two switches. */
  public boolean linked(int one, int other) {
    SwitchRole role = role(one);
    SwitchRole otherRole = role(other);
    if (role.compareTo(otherRole) > 0) {
      return linked(other, one);
    }
    if (role == SwitchRole.CORE && otherRole == SwitchRole.AGGREGATION) {
      return index(one) / half == index(other);
    }
    return role == SwitchRole.AGGREGATION && otherRole == SwitchRole.EDGE && pod(one) == pod(other);
  }

  /** All k³/2 cables between switches. */
  public List<Link> links() {
    List<Link> links = new ArrayList<>(2 * layer * half);
    for (int pod = 0; pod < k; pod++) {
      for (int a = 0; a < half; a++) {
        int aggregation = aggregation(pod, a);
        for (int i = 0; i < half; i++) {
          links.add(new Link(edge(pod, i), aggregation));
          links.add(new Link(aggregation, core(a * half + i)));
        }
      }
    }
    return links;
  }

  /** The edge switch of a host. */
  public int edgeOfHost(int host) {
    return 1 + cores + layer + checked("host", host, hosts()) / half;
  }

  /** A host's IPv4 address, its first byte in the highest bits. */
  public int hostAddress(int host) {
    int edge = checked("host", host, hosts()) / half;
    return NETWORK | (edge / half) << 16 | (edge % half) << 8 | (host % half + FIRST_HOST_ID);
  }

  /**
   * The host of an address.
   *
   * @return −1 where no host has it
   */
  public int hostOfAddress(int address) {
    int pod = address >>> 16 & 0xFF;
    int edge = address >>> 8 & 0xFF;
    int id = (address & 0xFF) - FIRST_HOST_ID;
    boolean known =
        (address & 0xFF00_0000) == NETWORK && pod < k && edge < half && id >= 0 && id < half;
    return known ? (pod * half + edge) * half + id : -1;
  }

  private int inLayer(int switchId) {
    int index = switchId - 1 - cores;
    return index < layer ? index : index - layer;
  }

  private int checkedSwitch(int switchId) {
    if (switchId < 1 || switchId > switches()) {
      throw new IllegalArgumentException(
          "switch " + switchId + ": a fat tree of k = " + k + " has 1 to " + switches());
    }
    return switchId;
  }

  private int checked(String what, int index, int count) {
    if (index < 0 || index >= count) {
      throw new IllegalArgumentException(
          what + " " + index + ": a fat tree of k = " + k + " has 0 to " + (count - 1));
    }
    return index;
  }
}
