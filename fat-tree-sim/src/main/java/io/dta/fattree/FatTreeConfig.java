package io.dta.fattree;

import io.dta.fattree.topology.FatTree;
import io.dta.fattree.traffic.FlowTable;

/**
 * What to simulate.
 *
 * @param k ports of a switch, even, 4 to 48
 * @param flows 1 to 2^24
 * @param epochs in which sketches are merged and counters reported, 1 to 4096
 * @param seed everything derives from it
 * @param loss the probability that a report is lost between its reporter and the translator, 0 to
 *     {@link #MAX_LOSS}
 */
public record FatTreeConfig(int k, int flows, int epochs, long seed, double loss) {
  public static final int DEFAULT_K = 4;
  public static final int DEFAULT_FLOWS = 20_000;
  public static final int DEFAULT_EPOCHS = 4;
  public static final long DEFAULT_SEED = 1;
  public static final double MAX_LOSS = 0.5;

  public FatTreeConfig {
    if (k < FatTree.MIN_K || k > FatTree.MAX_K || k % 2 != 0) {
      throw new IllegalArgumentException("k " + k + ": expected an even number from 4 to 48");
    }
    range("flows", flows, FlowTable.MAX_FLOWS);
    range("epochs", epochs, FlowTable.MAX_EPOCHS);
    if (!(loss >= 0 && loss <= MAX_LOSS)) {
      throw new IllegalArgumentException(
          "loss " + loss + ": expected a fraction from 0 to " + MAX_LOSS);
    }
  }

  private static void range(String key, int value, int last) {
    if (value < 1 || value > last) {
      throw new IllegalArgumentException(key + " " + value + ": expected 1 to " + last);
    }
  }
}
