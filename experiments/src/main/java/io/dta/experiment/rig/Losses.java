package io.dta.experiment.rig;

import io.dta.fattree.workload.SplitMix64;

/**
 * What gets lost on the way, each report and each RDMA operation with a probability of its own.
 *
 * @param reports the share of reports lost between reporter and translator
 * @param operations the share of RDMA operations lost between translator and memory, as UC loses
 *     them: nobody sends them again
 */
public record Losses(double reports, double operations) {
  public static final Losses NONE = new Losses(0, 0);

  EngineRig.Network betweenTranslatorAndMemory(long seed) {
    return operations == 0
        ? EngineRig.Network.PERFECT
        : (queuePair, listener) ->
            new LossyQueuePair(queuePair, listener, operations, new SplitMix64(seed));
  }
}
