package io.dta.fattree.verify;

import io.dta.fattree.witness.FlowTruths;
import io.dta.fattree.witness.Measure;
import io.dta.fattree.witness.MeasuredFlows;
import io.dta.fattree.witness.Witness;
import io.dta.primitives.Primitive;
import io.dta.primitives.store.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * Asks for what INT-MD says that flows met, and compares with what their packets met. An answer is
 * right where it is, hop by hop, what one packet of the flow met that came within the reporting
 * interval before the last one; outdated where it is of an older packet. How far it is from the
 * last packet, at the hop where that is most, is its deviation.
 */
final class MeasuredComparison {
  private final FlowTruths flows;
  private final MeasuredFlows measured;
  private final CollectorAnswers answers;
  private final AnswerListener listener;

  MeasuredComparison(Witness witness, CollectorAnswers answers, AnswerListener listener) {
    flows = witness.flows();
    measured = witness.measured();
    this.answers = answers;
    this.listener = listener;
  }

  Comparison compare(String store, Measure measure, long interval) throws IOException {
    String what = measure.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " of flows";
    Comparison.Tally tally =
        new Comparison.Tally(Primitive.KEY_WRITE.label(), "INT-MD", store, what, listener);
    Deviation.Collected off = new Deviation.Collected(measure.unit());
    for (int[] batch :
        FlowKeys.batches(flows, flow -> measured.lastTime(flow) != MeasuredFlows.NEVER)) {
      List<String> keys = FlowKeys.print(flows, batch);
      List<CollectorAnswers.Value> values =
          Verification.complete(answers.values(store, keys), keys);
      for (int i = 0; i < batch.length; i++) {
        int[] truth = measured.last(measure, batch[i]);
        if (values.get(i).outcome() != Outcome.VALUE) {
          tally.add(Verdict.EMPTY, keys.get(i), Words.print(truth), "");
          continue;
        }
        int[] answer = Words.parse(values.get(i).value());
        long most = 0;
        for (int hop = 0; hop < truth.length; hop++) {
          most = Math.max(most, measure.distance(answer[hop], truth[hop]));
        }
        off.add((double) most);
        tally.add(
            judge(measure, batch[i], answer, interval),
            keys.get(i),
            Words.print(truth),
            Words.print(answer));
      }
    }
    return tally.ofNumbers(off.end());
  }

  private Verdict judge(Measure measure, int flow, int[] answer, long interval) {
    long time = measured.timeOf(measure, flow, answer);
    if (time == MeasuredFlows.NEVER) {
      return Verdict.WRONG;
    }
    return measured.lastTime(flow) - time < interval ? Verdict.RIGHT : Verdict.OUTDATED;
  }
}
