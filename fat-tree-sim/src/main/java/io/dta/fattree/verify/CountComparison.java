package io.dta.fattree.verify;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.dta.fattree.witness.EpochTruth;
import io.dta.fattree.witness.FlowTruths;
import io.dta.fattree.witness.Witness;
import io.dta.primitives.Primitive;
import io.dta.primitives.analysis.CountMinBounds;
import io.dta.primitives.analysis.CountSketchBounds;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.SketchKind;
import io.dta.primitives.store.SketchStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.agrona.concurrent.UnsafeBuffer;

/** Asks counters and sketches and compares them with what entered the network. */
final class CountComparison {
  /** Standard errors that a HyperLogLog may be off. */
  private static final double ERRORS = 3;

  private static final double STANDARD_ERROR = 1.04;

  private final Witness witness;
  private final FlowTruths flows;
  private final CollectorAnswers answers;

  CountComparison(Witness witness, CollectorAnswers answers) {
    this.witness = witness;
    this.flows = witness.flows();
    this.answers = answers;
  }

  Comparison hostBytes(KeyIncrementStore store) throws IOException {
    Comparison.Tally tally =
        new Comparison.Tally(Primitive.KEY_INCREMENT.label(), "Marple", store.name(), "hosts");
    List<Integer> hosts = new ArrayList<>();
    for (int host = 0; host < witness.tree().hosts(); host++) {
      if (witness.hostBytes(host) > 0) {
        hosts.add(host);
      }
    }
    for (int from = 0; from < hosts.size(); from += Verification.BATCH) {
      List<Integer> batch = hosts.subList(from, Math.min(hosts.size(), from + Verification.BATCH));
      List<String> keys = batch.stream().map(this::address).toList();
      List<Long> counts = Verification.complete(answers.counts(store.name(), keys), keys);
      for (int i = 0; i < batch.size(); i++) {
        judge(tally, counts.get(i), witness.hostBytes(batch.get(i)));
      }
    }
    return tally.end();
  }

  private String address(int host) {
    UnsafeBuffer key = new UnsafeBuffer(new byte[Integer.BYTES]);
    key.putInt(0, witness.tree().hostAddress(host), BIG_ENDIAN);
    return KeyFormat.U32.printKey(key.byteArray());
  }

  Comparison flowBytes(KeyIncrementStore store) throws IOException {
    Comparison.Tally tally =
        new Comparison.Tally(Primitive.KEY_INCREMENT.label(), "TurboFlow", store.name(), "flows");
    for (int[] batch : FlowKeys.batches(flows, flow -> flows.wireBytes(flow) > 0)) {
      List<String> keys = FlowKeys.print(flows, batch);
      List<Long> counts = Verification.complete(answers.counts(store.name(), keys), keys);
      for (int i = 0; i < batch.length; i++) {
        judge(tally, counts.get(i), flows.wireBytes(batch[i]));
      }
    }
    return tally.end();
  }

  /** A counter that has less lacks a report; one that has more is shared with another key. */
  private static void judge(Comparison.Tally tally, long count, long truth) {
    if (count == truth) {
      tally.right();
    } else if (count < truth) {
      tally.empty();
    } else {
      tally.wrong();
    }
  }

  /** The flows of every finished epoch, each within the bound of its kind of sketch. */
  Comparison sketch(SketchStore store) throws IOException {
    boolean counts = store.kind() != SketchKind.HYPERLOGLOG;
    Comparison.Tally tally =
        new Comparison.Tally(
            Primitive.SKETCH_MERGE.label(),
            label(store.kind()),
            store.name(),
            counts ? "flows in epochs" : "epochs");
    Map<Long, CollectorAnswers.Epoch> finished =
        answers.epochs(store.name()).stream()
            .filter(CollectorAnswers.Epoch::complete)
            .collect(Collectors.toMap(CollectorAnswers.Epoch::epoch, Function.identity()));
    for (EpochTruth epoch : witness.epochs()) {
      boolean known = finished.containsKey((long) epoch.epoch());
      if (counts) {
        compare(tally, store, epoch, known);
      } else if (!known) {
        tally.empty();
      } else {
        double off = answers.cardinality(store.name(), epoch.epoch()) - epoch.keys();
        double allowed = ERRORS * STANDARD_ERROR / Math.sqrt(store.columns()) * epoch.keys();
        if (Math.abs(off) <= Math.max(1, allowed)) {
          tally.right();
        } else {
          tally.wrong();
        }
      }
    }
    return tally.end();
  }

  private void compare(Comparison.Tally tally, SketchStore store, EpochTruth epoch, boolean known)
      throws IOException {
    double bound =
        store.kind() == SketchKind.COUNT_MIN
            ? CountMinBounds.error(store.columns(), epoch.total())
            : CountSketchBounds.error(store.columns(), epoch.norm());
    for (int[] batch : FlowKeys.batches(flows, flow -> epoch.bytes().containsKey(flow))) {
      List<String> keys = FlowKeys.print(flows, batch);
      List<Long> estimates =
          known
              ? Verification.complete(answers.estimates(store.name(), epoch.epoch(), keys), keys)
              : List.of();
      for (int i = 0; i < batch.length; i++) {
        if (!known) {
          tally.empty();
          continue;
        }
        long off = estimates.get(i) - epoch.bytes().get(batch[i]);
        boolean under = store.kind() == SketchKind.COUNT_MIN && off < 0;
        if (!under && Math.abs(off) <= bound) {
          tally.right();
        } else {
          tally.wrong();
        }
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
