package io.dta.experiment;

/**
 * What an experiment takes, for saying beforehand how long it will be.
 *
 * @param reports reports through the engine
 * @param operations RDMA operations that they cause
 * @param lookups queries
 * @param trialBytes the most memory that one trial has at a time; as many trials run at a time as
 *     there are processors and memory for
 */
public record Cost(long reports, long operations, long lookups, long trialBytes) {
  /** Both, one after the other. */
  public Cost plus(Cost other) {
    return new Cost(
        reports + other.reports,
        operations + other.operations,
        lookups + other.lookups,
        Math.max(trialBytes, other.trialBytes));
  }

  /** What progress counts. */
  public long steps() {
    return reports + lookups;
  }
}
