package io.dta.fattree.verify;

import io.dta.fattree.DemoStores;
import io.dta.fattree.Truth;
import io.dta.fattree.traffic.FlowTable;
import io.dta.primitives.Primitive;
import io.dta.primitives.analysis.CountMinBounds;
import io.dta.primitives.analysis.Tolerance;
import io.dta.primitives.store.SketchBuilder;
import io.dta.primitives.store.SketchHasher;
import io.dta.primitives.store.SketchStore;
import java.io.IOException;
import java.util.List;

/**
 * Compares the estimated size of every flow in its epoch: with the truth, by the bound of
 * Count-Min; and, because merging sketches must be the same as one sketch of everything, with what
 * such a sketch estimates.
 */
final class FlowSizesCheck {
  private final Truth truth;
  private final FlowTable flows;
  private final SketchStore store;
  private final CollectorAnswers answers;
  private final List<String> findings;
  private final SketchBuilder sketch;
  private final SketchHasher hasher;
  private long epochs;
  private long columns;
  private long queried;
  private long withinBound;
  private long under;
  private long unexplained;

  FlowSizesCheck(Truth truth, DemoStores stores, CollectorAnswers answers, List<String> findings) {
    this.truth = truth;
    this.flows = truth.flows();
    this.store = stores.flowSizes();
    this.answers = answers;
    this.findings = findings;
    sketch = new SketchBuilder(store);
    hasher = new SketchHasher(store);
  }

  VerificationReport.Sketches run(Verification.Listener listener) throws IOException {
    int readable = Math.min(flows.epochs(), store.epochs());
    List<CollectorAnswers.Epoch> found = answers.epochs(store.name());
    for (int epoch = flows.epochs() - readable; epoch < flows.epochs(); epoch++) {
      if (isComplete(epoch, found)) {
        compare(epoch, listener);
      }
    }
    long allowedBeyond =
        Tolerance.most(queried, 1 - CountMinBounds.confidence(store.rows()), Verification.RISK);
    if (epochs < readable) {
      findings.add(
          "sketch-merge: %d of %d epochs are complete: %s".formatted(epochs, readable, found));
    }
    if (under > 0) {
      findings.add(
          "sketch-merge: %d of %d estimates are under the truth".formatted(under, queried));
    }
    if (unexplained > 0) {
      findings.add(
          "sketch-merge: %d of %d estimates are not those of one sketch of all flows"
              .formatted(unexplained, queried));
    }
    if (queried - withinBound - under > allowedBeyond) {
      findings.add(
          "sketch-merge: %d of %d estimates are over the bound; at most %d are expected"
              .formatted(queried - withinBound - under, queried, allowedBeyond));
    }
    return new VerificationReport.Sketches(
        epochs, columns, queried, withinBound, unexplained, allowedBeyond);
  }

  private boolean isComplete(int epoch, List<CollectorAnswers.Epoch> found) {
    for (CollectorAnswers.Epoch each : found) {
      if (each.epoch() == epoch) {
        columns += each.columns();
        boolean complete = each.complete() && each.merged() == store.reporters();
        epochs += complete ? 1 : 0;
        return complete;
      }
    }
    return false;
  }

  private void compare(int epoch, Verification.Listener listener) throws IOException {
    int first = flows.firstFlow(epoch);
    int end = flows.firstFlow(epoch + 1);
    sketch.reset();
    for (int flow = first; flow < end; flow++) {
      sketch.add(flows.keys(), flows.keyIndex(flow), flows.bytes(flow));
    }
    double bound = CountMinBounds.error(store.columns(), truth.epochBytes(epoch));
    for (int from = first; from < end; from += Verification.BATCH) {
      int to = Math.min(end, from + Verification.BATCH);
      List<String> keys = Verification.keys(flows, from, to);
      List<Long> estimates =
          Verification.complete(answers.estimates(store.name(), epoch, keys), keys);
      for (int flow = from; flow < to; flow++) {
        long estimate = estimates.get(flow - from);
        long size = flows.bytes(flow);
        queried++;
        under += estimate < size ? 1 : 0;
        withinBound += estimate >= size && estimate <= size + bound ? 1 : 0;
        unexplained += estimate != expected(flow) ? 1 : 0;
      }
      listener.onProgress(Primitive.SKETCH_MERGE, queried);
    }
  }

  /** The estimate of a sketch that counted all flows of the epoch. */
  private long expected(int flow) {
    hasher.hash(flows.keys(), flows.keyIndex(flow));
    long least = Long.MAX_VALUE;
    for (int row = 0; row < store.rows(); row++) {
      int counter = sketch.counters()[hasher.column(row) * store.rows() + row];
      least = Math.min(least, Integer.toUnsignedLong(counter));
    }
    return least;
  }
}
