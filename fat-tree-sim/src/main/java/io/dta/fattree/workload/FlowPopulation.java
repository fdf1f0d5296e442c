package io.dta.fattree.workload;

import io.dta.fattree.topology.FatTree;

/**
 * All flows of a workload, each a function of the seed and its number: nothing is stored, flow n is
 * the same whenever and wherever it is asked for, and truth about 10^8 flows need not be kept but
 * can be asked again. The packet-level network and the flow-level mode draw from it alike.
 *
 * <p>5-tuples of different flows differ: the ports, 30 bits, are a permutation of the flow's
 * number. For one thread.
 */
public final class FlowPopulation {
  /** Flows are numbered from 0 to this − 1. */
  public static final long MAX_FLOWS = 1L << 30;

  private static final int FIRST_SOURCE_PORT = 32_768;
  private static final int FIRST_DESTINATION_PORT = 1024;
  private static final int PORT_BITS = 15;
  private static final int PORT_MASK = (1 << PORT_BITS) - 1;
  private static final int NUMBER_MASK = (int) (MAX_FLOWS - 1);

  private final FatTree tree;
  private final TrafficMatrix matrix;
  private final SizeDistribution sizes;
  private final int burst;
  private final long hostSeed;
  private final long sizeSeed;
  private final int portSeed;
  private final SplitMix64 random = new SplitMix64(0);

  public FlowPopulation(FatTree tree, TrafficMatrix matrix, SizeDistribution sizes, long seed) {
    this.tree = tree;
    this.matrix = matrix;
    this.sizes = sizes;
    burst = matrix.burst();
    SplitMix64 seeds = new SplitMix64(seed);
    hostSeed = seeds.nextLong();
    sizeSeed = seeds.nextLong();
    portSeed = (int) seeds.nextLong() & NUMBER_MASK;
  }

  public FatTree tree() {
    return tree;
  }

  public TrafficMatrix matrix() {
    return matrix;
  }

  public SizeDistribution sizes() {
    return sizes;
  }

  /**
   * Describes a flow, save when it begins.
   *
   * @param number 0 to {@link #MAX_FLOWS} − 1
   */
  public void describe(long number, FlowDescription flow) {
    if (number < 0 || number >= MAX_FLOWS) {
      throw new IllegalArgumentException("flow " + number + ": expected 0 to " + (MAX_FLOWS - 1));
    }
    random.seed(hostSeed, number / burst);
    long pair = matrix.draw(random, (int) (number % burst));
    int source = (int) (pair >>> 32);
    int destination = (int) pair;
    random.seed(sizeSeed, number);
    long bytes = sizes.size(random.nextDouble());
    int permuted = permute((int) number);
    long ports =
        (long) (FIRST_SOURCE_PORT + (permuted & PORT_MASK)) << 24
            | (long) (FIRST_DESTINATION_PORT + (permuted >>> PORT_BITS)) << 8
            | FlowDescription.TCP;
    flow.set(number, source, destination, bytes, addresses(tree, source, destination), ports);
  }

  static long addresses(FatTree tree, int source, int destination) {
    return (long) tree.hostAddress(source) << 32
        | Integer.toUnsignedLong(tree.hostAddress(destination));
  }

  /** A bijection of 30 bits: odd factors and xor-shifts can be undone. */
  private int permute(int number) {
    int bits = (number ^ portSeed) * 0x2C1B_3C6D & NUMBER_MASK;
    bits = (bits ^ bits >>> 15) * 0x297A_2D39 & NUMBER_MASK;
    return bits ^ bits >>> 15;
  }
}
