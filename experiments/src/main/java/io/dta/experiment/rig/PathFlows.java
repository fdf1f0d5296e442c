package io.dta.experiment.rig;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.dta.fattree.routing.IntPath;
import io.dta.fattree.routing.UpDownRoutes;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.topology.Wiring;
import io.dta.fattree.workload.FlowDescription;
import io.dta.fattree.workload.FlowPopulation;
import io.dta.fattree.workload.SizeDistribution;
import io.dta.fattree.workload.TrafficMatrices;
import io.dta.primitives.hash.CollectorHasher;
import io.dta.primitives.key.KeyFormat;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The flows of a fat tree and the paths that INT collects of them: flow n has a 5-tuple and a path
 * of up to five switches, each a function of the seed and n. Nothing is stored. For one thread.
 */
public final class PathFlows {
  /** What flows are known by. */
  public static final KeyFormat KEY = KeyFormat.IPV4_5_TUPLE;

  /** The switches of a fat tree's longest path. */
  public static final int HOPS = FatTree.MAX_HOPS;

  /** The path as a Key-Write value: five switch numbers of 4 bytes. */
  public static final int VALUE_LENGTH = IntPath.VALUE_LENGTH;

  private final FatTree tree;
  private final FlowPopulation population;
  private final UpDownRoutes routes;
  private final FlowDescription flow = new FlowDescription();
  private final int[] switches = new int[FatTree.MAX_HOPS];
  private final UnsafeBuffer key = new UnsafeBuffer(new byte[KEY.length()]);
  private int hops;
  private final CollectorHasher collectorHasher = new CollectorHasher(KEY.length());

  /**
   * Uniform traffic.
   *
   * @param k the fat tree's ports a switch
   */
  public PathFlows(int k, long seed) {
    tree = new FatTree(k);
    population =
        new FlowPopulation(tree, TrafficMatrices.uniform(tree), SizeDistribution.constant(1), seed);
    routes = new UpDownRoutes(new Wiring(tree), seed);
  }

  public FatTree tree() {
    return tree;
  }

  /** Goes to a flow. */
  public void seek(long number) {
    population.describe(number, flow);
    flow.putKey(key, 0);
  }

  /** Its 5-tuple. */
  public DirectBuffer key() {
    return key;
  }

  /** Which of some collectors has it. */
  public int collector(int collectors) {
    return collectors == 1 ? 0 : collectorHasher.collector(key, 0, collectors);
  }

  /**
   * Writes its path as a Key-Write value: switch numbers of 4 bytes, zeros where there is none.
   *
   * @param words how many there is room for; from the sixth on a made-up path goes round the same
   *     switches again, for those who plan for other networks
   */
  public void putPath(MutableDirectBuffer buffer, int index, int words) {
    path();
    for (int word = 0; word < words; word++) {
      int value = word < hops ? switches[word] : word < HOPS ? 0 : switches[word % hops];
      buffer.putInt(index + word * Integer.BYTES, value, BIG_ENDIAN);
    }
  }

  /** Finds its path and returns how many switches that has. */
  public int path() {
    hops = routes.path(flow.source(), flow.destination(), flow.addresses(), flow.ports(), switches);
    return hops;
  }

  /** The switch that reports the path that was found last: its last one. */
  public int sink() {
    return switches[hops - 1];
  }

  /**
   * What hop a postcard of the path that was found last carries: the switch's number.
   *
   * @param hop from 1; from the sixth on as in {@link #putPath}
   */
  public int switchAt(int hop) {
    return switches[(hop - 1) % hops];
  }
}
