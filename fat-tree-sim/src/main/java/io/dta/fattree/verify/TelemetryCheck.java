package io.dta.fattree.verify;

import io.dta.fattree.witness.Measure;
import io.dta.fattree.witness.Witness;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchStore;
import java.io.IOException;
import java.util.List;

/**
 * Asks a collector what the switches of a packet-level run reported, store by store, and compares
 * with what a {@link Witness} saw. Ask when the translator holds nothing any more.
 */
public final class TelemetryCheck {
  private final Witness witness;
  private final CollectorAnswers answers;
  private final AnswerListener listener;

  public TelemetryCheck(Witness witness, CollectorAnswers answers, AnswerListener listener) {
    this.witness = witness;
    this.answers = answers;
    this.listener = listener;
  }

  /** INT-MD paths, all of them and then those that changed. */
  public List<Comparison> paths(KeyWriteStore store) throws IOException {
    return new PathComparison(witness, answers, listener).keyWrite(store.name());
  }

  /**
   * What else INT-MD says of packets.
   *
   * @param interval picoseconds after which a flow is reported again
   */
  public Comparison measured(KeyWriteStore store, Measure measure, long interval)
      throws IOException {
    return new MeasuredComparison(witness, answers, listener)
        .compare(store.name(), measure, interval);
  }

  /** Paths of postcards, all of them and then those that changed. */
  public List<Comparison> postcards(PostcardingStore store) throws IOException {
    return new PathComparison(witness, answers, listener).postcarding(store.name());
  }

  /** INT's congestion events. */
  public Comparison congestion(AppendStore store) throws IOException {
    return new EventComparison(witness, answers, listener).congestion(store);
  }

  /**
   * NetSeer's events: drops, long queues and, where links fail, changes of way.
   *
   * @param every how many packets the second and each further event of a flow stands for
   */
  public List<Comparison> netSeer(AppendStore store, int every) throws IOException {
    return new NetSeerComparison(witness, answers, listener).compare(store, every);
  }

  /** Marple's lossy flows. */
  public Comparison lossyFlows(AppendStore store) throws IOException {
    return new EventComparison(witness, answers, listener).lossyFlows(store);
  }

  /** Marple's counters by source address. */
  public Comparison hostBytes(KeyIncrementStore store) throws IOException {
    return new CountComparison(witness, answers, listener).hostBytes(store);
  }

  /** TurboFlow's records. */
  public Comparison flowBytes(KeyIncrementStore store) throws IOException {
    return new CountComparison(witness, answers, listener).flowBytes(store);
  }

  /** A sketch of any kind. */
  public Comparison sketch(SketchStore store) throws IOException {
    return new SketchComparison(witness, answers, listener).compare(store);
  }
}
