package io.dta.fattree.workload;

import io.dta.fattree.event.SimTime;

/**
 * Flows of a population that begin as a Poisson process does: independent exponential times between
 * one burst and the next. As the bursts of a Poisson process fall to the hosts independently, every
 * host's own are one, too.
 *
 * <p>Load is what the payload of the flows takes of the link between a host and its switch, where
 * that is the busiest one: 1 would fill it in the mean, headers not counted.
 */
public final class PoissonArrivals implements FlowArrivals {
  private final FlowPopulation population;
  private final long flows;
  private final double meanPicos;
  private final int burst;
  private final SplitMix64 random;
  private double time;
  private long number;

  /**
   * Flows at a load.
   *
   * @param flows how many, 1 to {@link FlowPopulation#MAX_FLOWS}
   * @param load more than 0
   * @param bitsPerSecond of the links between hosts and switches
   */
  public PoissonArrivals(
      FlowPopulation population, long flows, double load, long bitsPerSecond, long seed) {
    if (flows < 1 || flows > FlowPopulation.MAX_FLOWS) {
      throw new IllegalArgumentException(
          "flows " + flows + ": expected 1 to " + FlowPopulation.MAX_FLOWS);
    }
    if (!(load > 0 && load <= 100)) {
      throw new IllegalArgumentException("load " + load + ": expected more than 0, up to 100");
    }
    this.population = population;
    this.flows = flows;
    burst = population.matrix().burst();
    double bitsPerFlow = population.sizes().mean() * Byte.SIZE;
    double flowsPerSecond =
        load * bitsPerSecond / (bitsPerFlow * population.matrix().busiestShare());
    meanPicos = SimTime.PICOS_PER_SECOND * burst / flowsPerSecond;
    random = new SplitMix64(seed);
  }

  /** The mean time between one burst and the next, in picoseconds. */
  public double meanInterval() {
    return meanPicos;
  }

  @Override
  public boolean next(FlowDescription flow) {
    if (number == flows) {
      return false;
    }
    if (number % burst == 0) {
      time -= StrictMath.log(1 - random.nextDouble()) * meanPicos;
    }
    population.describe(number, flow);
    flow.startTime((long) time);
    number++;
    return true;
  }
}
