package io.dta.fattree.scenario;

import io.dta.fattree.failure.FailurePlan;
import io.dta.fattree.output.Delivery;
import io.dta.fattree.statistics.RunSummary;
import io.dta.fattree.verify.Comparison;
import io.dta.fattree.witness.Witness;
import java.util.List;

/**
 * What a run left.
 *
 * @param name of the scenario
 * @param complete false where it was interrupted: what it has is from before that
 * @param wallSeconds that it took
 * @param offeredFlows that the scenario has
 * @param summary of the network
 * @param failures that happened
 * @param delivery of the reports; null where there were none
 * @param comparisons of what telemetry said with the truth, store by store
 * @param witness the truth
 */
public record ScenarioResult(
    String name,
    Scenario scenario,
    boolean complete,
    double wallSeconds,
    long offeredFlows,
    RunSummary summary,
    FailurePlan failures,
    Delivery delivery,
    List<Comparison> comparisons,
    Witness witness) {
  public ScenarioResult {
    comparisons = List.copyOf(comparisons);
  }
}
