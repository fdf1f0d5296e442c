package io.dta.fattree.verify;

import io.dta.fattree.witness.EpochTruth;
import io.dta.fattree.witness.FlowTruths;
import io.dta.fattree.witness.Witness;
import io.dta.primitives.Primitive;
import io.dta.primitives.analysis.CountMinBounds;
import io.dta.primitives.analysis.CountSketchBounds;
import io.dta.primitives.store.SketchKind;
import io.dta.primitives.store.SketchStore;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Asks a sketch, epoch by epoch, for every flow that had packets in it, and compares with what
 * entered the network; each answer is right where it is within the bound of its kind of sketch, and
 * of Count-Min never below the truth.
 */
final class SketchComparison {
  /** Standard errors that a HyperLogLog may be off, and how probable it is that it is off more. */
  private static final double ERRORS = 3;

  private static final double ERRORS_RISK = 0.0027;

  /** Of a HyperLogLog of one register, in shares of the truth (Flajolet and others, 2007). */
  private static final double STANDARD_ERROR = 1.04;

  private final Witness witness;
  private final FlowTruths flows;
  private final CollectorAnswers answers;
  private final AnswerListener listener;

  SketchComparison(Witness witness, CollectorAnswers answers, AnswerListener listener) {
    this.witness = witness;
    flows = witness.flows();
    this.answers = answers;
    this.listener = listener;
  }

  Comparison compare(SketchStore store) throws IOException {
    boolean counts = store.kind() != SketchKind.HYPERLOGLOG;
    Comparison.Tally tally =
        new Comparison.Tally(
            Primitive.SKETCH_MERGE.label(),
            label(store.kind()),
            store.name(),
            counts ? "bytes of flows by epoch" : "flows by epoch",
            listener);
    Deviation.Collected off = new Deviation.Collected(counts ? "B" : "flows");
    Set<Long> finished = new HashSet<>();
    for (CollectorAnswers.Epoch epoch : answers.epochs(store.name())) {
      if (epoch.complete()) {
        finished.add(epoch.epoch());
      }
    }
    for (EpochTruth epoch : witness.epochs()) {
      boolean known = finished.contains((long) epoch.epoch());
      if (counts) {
        counts(tally, off, store, epoch, known);
      } else {
        cardinality(tally, off, store, epoch, known);
      }
    }
    return tally.ofNumbers(off.end());
  }

  private void cardinality(
      Comparison.Tally tally,
      Deviation.Collected off,
      SketchStore store,
      EpochTruth epoch,
      boolean known)
      throws IOException {
    String key = "epoch " + epoch.epoch();
    if (!known) {
      tally.add(Verdict.EMPTY, key, epoch.keys(), "");
      return;
    }
    double estimate = answers.cardinality(store.name(), epoch.epoch());
    double allowed = ERRORS * STANDARD_ERROR / Math.sqrt(store.columns()) * (double) epoch.keys();
    double bound = Math.max(1, allowed);
    off.bound(bound, ERRORS_RISK);
    boolean within = off.add(estimate - (double) epoch.keys(), bound);
    tally.add(within ? Verdict.RIGHT : Verdict.WRONG, key, epoch.keys(), Math.round(estimate));
  }

  private void counts(
      Comparison.Tally tally,
      Deviation.Collected off,
      SketchStore store,
      EpochTruth epoch,
      boolean known)
      throws IOException {
    boolean countMin = store.kind() == SketchKind.COUNT_MIN;
    double bound =
        countMin
            ? CountMinBounds.error(store.columns(), epoch.total())
            : CountSketchBounds.error(store.columns(), epoch.norm());
    double confidence =
        countMin
            ? CountMinBounds.confidence(store.rows())
            : CountSketchBounds.confidence(store.rows());
    off.bound(bound, 1 - confidence);
    for (int[] batch : FlowKeys.batches(flows, flow -> epoch.bytes().containsKey(flow))) {
      List<String> keys = FlowKeys.print(flows, batch);
      List<Long> estimates =
          known
              ? Verification.complete(answers.estimates(store.name(), epoch.epoch(), keys), keys)
              : List.of();
      for (int i = 0; i < batch.length; i++) {
        long truth = epoch.bytes().get(batch[i]);
        String key = keys.get(i) + " in epoch " + epoch.epoch();
        if (!known) {
          tally.add(Verdict.EMPTY, key, truth, "");
          continue;
        }
        long estimate = estimates.get(i);
        boolean within = off.add((double) (estimate - truth), bound);
        boolean under = countMin && estimate < truth;
        tally.add(within && !under ? Verdict.RIGHT : Verdict.WRONG, key, truth, estimate);
      }
    }
  }

  private static String label(SketchKind kind) {
    return switch (kind) {
      case COUNT_MIN -> "Count-Min";
      case COUNT_SKETCH -> "Count Sketch";
      case HYPERLOGLOG -> "HyperLogLog";
    };
  }
}
