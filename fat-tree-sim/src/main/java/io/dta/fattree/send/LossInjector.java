package io.dta.fattree.send;

import java.util.SplittableRandom;

/**
 * Loses reports between a reporter and the network, each on its own with the same probability.
 *
 * <p>First transmissions and retransmissions draw from different seeds: what of a run's reports is
 * lost first does not depend on when acknowledgements happen to arrive.
 */
final class LossInjector {
  private final double loss;
  private final SplittableRandom first;
  private final SplittableRandom again;

  LossInjector(double loss, SplittableRandom seeds) {
    this.loss = loss;
    first = seeds.split();
    again = seeds.split();
  }

  boolean losesFirst() {
    return loss > 0 && first.nextDouble() < loss;
  }

  boolean losesAgain() {
    return loss > 0 && again.nextDouble() < loss;
  }
}
