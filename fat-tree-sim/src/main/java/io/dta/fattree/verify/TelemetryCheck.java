package io.dta.fattree.verify;

import io.dta.fattree.witness.Witness;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchStore;
import java.io.IOException;

/**
 * Asks a collector what the switches of a packet-level run reported, store by store, and compares
 * with what a {@link Witness} saw. Ask when the translator holds nothing any more.
 */
public final class TelemetryCheck {
  private final PathComparison paths;
  private final ListComparison lists;
  private final CountComparison counts;

  public TelemetryCheck(Witness witness, CollectorAnswers answers) {
    paths = new PathComparison(witness.flows(), answers);
    lists = new ListComparison(witness, answers);
    counts = new CountComparison(witness, answers);
  }

  /** INT-MD paths. */
  public Comparison paths(KeyWriteStore store) throws IOException {
    return paths.keyWrite(store.name());
  }

  /** Paths of postcards. */
  public Comparison postcards(PostcardingStore store) throws IOException {
    return paths.postcarding(store.name());
  }

  /** INT's congestion events. */
  public Comparison congestion(AppendStore store) throws IOException {
    return lists.congestion(store);
  }

  /** NetSeer's events. */
  public Comparison netSeer(AppendStore store) throws IOException {
    return lists.netSeer(store);
  }

  /**
   * Marple's lossy flows.
   *
   * @param minPackets before a flow is judged
   * @param share of packets sent again from which on it is lossy
   */
  public Comparison lossyFlows(AppendStore store, int minPackets, double share) throws IOException {
    return lists.lossyFlows(store, minPackets, share);
  }

  /** Marple's counters by source address. */
  public Comparison hostBytes(KeyIncrementStore store) throws IOException {
    return counts.hostBytes(store);
  }

  /** TurboFlow's records. */
  public Comparison flowBytes(KeyIncrementStore store) throws IOException {
    return counts.flowBytes(store);
  }

  /** A sketch of any kind. */
  public Comparison sketch(SketchStore store) throws IOException {
    return counts.sketch(store);
  }
}
