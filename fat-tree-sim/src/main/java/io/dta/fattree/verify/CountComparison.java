package io.dta.fattree.verify;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.dta.fattree.witness.FlowTruths;
import io.dta.fattree.witness.Witness;
import io.dta.primitives.Primitive;
import io.dta.primitives.analysis.KeyIncrementBounds;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.KeyIncrementStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Asks counters and compares them with the bytes that entered the network. A counter that has less
 * lacks a report: it is empty; one that has more is shared with other keys: it is wrong, by at most
 * the bound of {@link KeyIncrementBounds} with the probability that this gives.
 */
final class CountComparison {
  private static final String UNIT = "B";

  private final Witness witness;
  private final FlowTruths flows;
  private final CollectorAnswers answers;
  private final AnswerListener listener;

  CountComparison(Witness witness, CollectorAnswers answers, AnswerListener listener) {
    this.witness = witness;
    this.flows = witness.flows();
    this.answers = answers;
    this.listener = listener;
  }

  /** Compares one store's counters. */
  private final class Counters {
    private final KeyIncrementStore store;
    private final Comparison.Tally tally;
    private final Deviation.Collected off = new Deviation.Collected(UNIT);
    private final double bound;

    Counters(KeyIncrementStore store, String system, String what) {
      this.store = store;
      tally =
          new Comparison.Tally(
              Primitive.KEY_INCREMENT.label(), system, store.name(), what, listener);
      bound =
          KeyIncrementBounds.error(store.redundancy(), witness.allHostBytes(), store.counters());
      off.bound(bound, 1 - KeyIncrementBounds.confidence(store.redundancy()));
    }

    void ask(List<String> keys, long[] truths) throws IOException {
      List<Long> counts = Verification.complete(answers.counts(store.name(), keys), keys);
      for (int i = 0; i < truths.length; i++) {
        long count = counts.get(i);
        off.add((double) (count - truths[i]), bound);
        Verdict verdict = Verdict.RIGHT;
        if (count != truths[i]) {
          verdict = count < truths[i] ? Verdict.EMPTY : Verdict.WRONG;
        }
        tally.add(verdict, keys.get(i), truths[i], count);
      }
    }

    Comparison end() {
      return tally.ofNumbers(off.end());
    }
  }

  Comparison hostBytes(KeyIncrementStore store) throws IOException {
    Counters counters = new Counters(store, "Marple", "bytes of hosts");
    List<Integer> hosts = new ArrayList<>();
    for (int host = 0; host < witness.tree().hosts(); host++) {
      if (witness.hostBytes(host) > 0) {
        hosts.add(host);
      }
    }
    for (int from = 0; from < hosts.size(); from += Verification.BATCH) {
      List<Integer> batch = hosts.subList(from, Math.min(hosts.size(), from + Verification.BATCH));
      counters.ask(
          batch.stream().map(this::address).toList(),
          batch.stream().mapToLong(witness::hostBytes).toArray());
    }
    return counters.end();
  }

  private String address(int host) {
    UnsafeBuffer key = new UnsafeBuffer(new byte[Integer.BYTES]);
    key.putInt(0, witness.tree().hostAddress(host), BIG_ENDIAN);
    return KeyFormat.U32.printKey(key.byteArray());
  }

  Comparison flowBytes(KeyIncrementStore store) throws IOException {
    Counters counters = new Counters(store, "TurboFlow", "bytes of flows");
    for (int[] batch : FlowKeys.batches(flows, flow -> flows.wireBytes(flow) > 0)) {
      long[] truths = new long[batch.length];
      for (int i = 0; i < truths.length; i++) {
        truths[i] = flows.wireBytes(batch[i]);
      }
      counters.ask(FlowKeys.print(flows, batch), truths);
    }
    return counters.end();
  }
}
