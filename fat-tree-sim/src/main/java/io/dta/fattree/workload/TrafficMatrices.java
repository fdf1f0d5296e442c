package io.dta.fattree.workload;

import io.dta.fattree.topology.FatTree;

/** The matrices that data centers are commonly tried with. */
public final class TrafficMatrices {
  private TrafficMatrices() {}

  /** Every pair of different hosts is as likely as any other. */
  public static TrafficMatrix uniform(FatTree tree) {
    return new Uniform(tree.hosts());
  }

  /**
   * Host i sends to host i + stride, modulo the number of hosts (Al-Fares and others, "Hedera",
   * NSDI 2010).
   *
   * @param stride 1 to hosts − 1
   */
  public static TrafficMatrix stride(FatTree tree, int stride) {
    range("stride", stride, 1, tree.hosts() - 1);
    return new Stride(tree.hosts(), stride);
  }

  /** Every host sends to one other, and every host receives from one other, chosen by the seed. */
  public static TrafficMatrix permutation(FatTree tree, long seed) {
    return new Permutation(tree.hosts(), seed);
  }

  /**
   * Bursts of flows from {@code fanIn} different hosts, which begin at one moment, to one host
   * (partition and aggregate).
   *
   * @param fanIn 2 to hosts − 1
   */
  public static TrafficMatrix incast(FatTree tree, int fanIn) {
    range("fanIn", fanIn, 2, tree.hosts() - 1);
    return new Incast(tree.hosts(), fanIn);
  }

  /**
   * A share of the flows goes to the hosts of one rack, from hosts of others; the rest is uniform.
   *
   * @param edge the rack's edge switch, 0 to k²/2 − 1, as {@link FatTree#edgeNumber} counts
   * @param share from 0 to 1
   */
  public static TrafficMatrix hotRack(FatTree tree, int edge, double share) {
    range("edge", edge, 0, tree.edges() - 1);
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("share " + share + ": expected a number from 0 to 1");
    }
    return new HotRack(tree.hosts(), tree.half(), edge, share);
  }

  private static void range(String what, int value, int first, int last) {
    if (value < first || value > last) {
      throw new IllegalArgumentException(
          what + " " + value + ": expected " + first + " to " + last);
    }
  }

  /** One of all hosts but {@code other}. */
  private static int notHost(SplitMix64 random, int hosts, int other) {
    int drawn = random.nextInt(hosts - 1);
    return drawn < other ? drawn : drawn + 1;
  }

  private record Uniform(int hosts) implements TrafficMatrix {
    @Override
    public long draw(SplitMix64 random, int member) {
      int source = random.nextInt(hosts);
      return TrafficMatrix.pair(source, notHost(random, hosts, source));
    }

    @Override
    public double busiestShare() {
      return 1.0 / hosts;
    }
  }

  private record Stride(int hosts, int stride) implements TrafficMatrix {
    @Override
    public long draw(SplitMix64 random, int member) {
      int source = random.nextInt(hosts);
      return TrafficMatrix.pair(source, (source + stride) % hosts);
    }

    @Override
    public double busiestShare() {
      return 1.0 / hosts;
    }
  }

  private static final class Permutation implements TrafficMatrix {
    private final int[] destinations;

    /** A random cycle through all hosts (Sattolo's algorithm): none sends to itself. */
    Permutation(int hosts, long seed) {
      SplitMix64 random = new SplitMix64(seed);
      destinations = new int[hosts];
      for (int i = 0; i < hosts; i++) {
        destinations[i] = i;
      }
      for (int i = hosts - 1; i > 0; i--) {
        int other = random.nextInt(i);
        int destination = destinations[i];
        destinations[i] = destinations[other];
        destinations[other] = destination;
      }
    }

    @Override
    public long draw(SplitMix64 random, int member) {
      int source = random.nextInt(destinations.length);
      return TrafficMatrix.pair(source, destinations[source]);
    }

    @Override
    public double busiestShare() {
      return 1.0 / destinations.length;
    }
  }

  private record Incast(int hosts, int fanIn) implements TrafficMatrix {
    @Override
    public int burst() {
      return fanIn;
    }

    /**
     * The senders are an arithmetic progression modulo hosts − 1 with a random start and a random
     * step that is prime to it: all different, without a list of those drawn before.
     */
    @Override
    public long draw(SplitMix64 random, int member) {
      int others = hosts - 1;
      int destination = random.nextInt(hosts);
      int start = random.nextInt(others);
      int step = 1 + random.nextInt(others - 1);
      while (greatestCommonDivisor(step, others) != 1) {
        step = 1 + random.nextInt(others - 1);
      }
      int sender = (int) ((start + (long) member * step) % others);
      return TrafficMatrix.pair(sender < destination ? sender : sender + 1, destination);
    }

    @Override
    public double busiestShare() {
      return 1.0 / hosts;
    }

    private static int greatestCommonDivisor(int one, int other) {
      int larger = other;
      int smaller = one;
      while (smaller != 0) {
        int rest = larger % smaller;
        larger = smaller;
        smaller = rest;
      }
      return larger;
    }
  }

  private record HotRack(int hosts, int half, int edge, double share) implements TrafficMatrix {
    @Override
    public long draw(SplitMix64 random, int member) {
      if (random.nextDouble() >= share) {
        int source = random.nextInt(hosts);
        return TrafficMatrix.pair(source, notHost(random, hosts, source));
      }
      int destination = edge * half + random.nextInt(half);
      int source = random.nextInt(hosts - half);
      return TrafficMatrix.pair(source < edge * half ? source : source + half, destination);
    }

    /**
     * Of the rack's hosts, receiving: their part of the hot flows and of the uniform ones. A host
     * of another rack sends at most 1/(hosts − half) of the hot ones, which is never more as half ≤
     * hosts/2.
     */
    @Override
    public double busiestShare() {
      return share / half + (1 - share) / hosts;
    }
  }
}
