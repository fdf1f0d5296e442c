package io.dta.experiment.rig;

import io.dta.fattree.workload.SplitMix64;
import java.util.Arrays;

/**
 * What a cache of postcards would do if its hash were perfect: a set-associative cache in which
 * every flow's set is drawn at random, played through without any of the product's code. There is
 * no closed form for how many paths leave it early, as what is left of a path takes a row again;
 * repeated runs of this give the expectation and the spread. For one thread.
 */
public final class CacheModel {
  private static final int WAYS = 4;
  private static final long FREE = -1;

  private final int sets;
  private final int hops;
  private final long timeout;
  private final long[] flows;
  private final long[] opened;
  private final int[] gathered;

  /**
   * An empty cache.
   *
   * @param rows a power of two
   * @param hops of a whole path
   * @param timeout how many flows later a row is given up although hops are missing
   */
  public CacheModel(int rows, int hops, long timeout) {
    sets = rows / WAYS;
    this.hops = hops;
    this.timeout = timeout;
    flows = new long[rows];
    opened = new long[rows];
    gathered = new int[rows];
  }

  /**
   * Plays flows whose hops come {@code delay} flows after each other.
   *
   * @param numbers how many numbers flows have
   * @param share of the numbers that stand for a flow that is reported
   * @return the share of reported flows whose path was not whole
   */
  public double early(long numbers, double share, int delay, SplitMix64 random) {
    Arrays.fill(flows, FREE);
    int behind = delay * (hops - 1);
    int[] setOf = new int[behind + 1];
    long reported = 0;
    long whole = 0;
    for (long now = 0; now < numbers + behind; now++) {
      boolean isFlow = now < numbers && random.nextDouble() < share;
      setOf[(int) (now % setOf.length)] = isFlow ? (int) (random.nextDouble() * sets) : -1;
      reported += isFlow ? 1 : 0;
      for (int hop = hops; hop >= 1; hop--) {
        long flow = now - (long) delay * (hop - 1);
        if (flow >= 0 && setOf[(int) (flow % setOf.length)] >= 0) {
          whole += gather(flow, setOf[(int) (flow % setOf.length)] * WAYS, now) ? 1 : 0;
        }
      }
    }
    return 1 - (double) whole / reported;
  }

  /** A postcard comes; returns whether its path is whole now. */
  private boolean gather(long flow, int first, long now) {
    int row = first;
    for (int each = first; each < first + WAYS; each++) {
      if (flows[each] != FREE && now - opened[each] >= timeout) {
        flows[each] = FREE;
      }
      if (flows[each] == flow) {
        return put(each);
      }
      boolean isFreer = flows[each] == FREE && flows[row] != FREE;
      boolean isOlder = flows[row] != FREE && opened[each] < opened[row];
      row = isFreer || isOlder ? each : row;
    }
    flows[row] = flow;
    opened[row] = now;
    gathered[row] = 0;
    return put(row);
  }

  private boolean put(int row) {
    gathered[row]++;
    boolean isWhole = gathered[row] == hops;
    flows[row] = isWhole ? FREE : flows[row];
    return isWhole;
  }
}
