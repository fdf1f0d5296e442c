package io.dta.fattree.verify;

import io.dta.fattree.DemoStores;
import io.dta.fattree.FatTreeRun;
import io.dta.fattree.Truth;
import io.dta.fattree.routing.IntPath;
import io.dta.fattree.traffic.FlowTable;
import io.dta.primitives.Primitive;
import io.dta.primitives.analysis.PostcardingBounds;
import io.dta.primitives.analysis.QuerySuccess;
import io.dta.primitives.analysis.Tolerance;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.Outcome;
import io.dta.primitives.store.PostcardingStore;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Compares the paths of all flows, as Key-Write keeps them and as their postcards put them
 * together.
 */
final class PathChecks {
  private final Truth truth;
  private final FlowTable flows;
  private final DemoStores stores;
  private final CollectorAnswers answers;
  private final List<String> findings;

  PathChecks(Truth truth, DemoStores stores, CollectorAnswers answers, List<String> findings) {
    this.truth = truth;
    this.flows = truth.flows();
    this.stores = stores;
    this.answers = answers;
    this.findings = findings;
  }

  VerificationReport.Lookups keyWrite(Verification.Listener listener) throws IOException {
    KeyWriteStore store = stores.paths();
    byte[] bytes = new byte[IntPath.VALUE_LENGTH];
    UnsafeBuffer expected = new UnsafeBuffer(bytes);
    Tally tally = new Tally();
    for (int first = 0; first < flows.size(); first += Verification.BATCH) {
      int end = Math.min(flows.size(), first + Verification.BATCH);
      List<String> keys = Verification.keys(flows, first, end);
      List<CollectorAnswers.Value> values =
          Verification.complete(answers.values(store.name(), keys), keys);
      for (int flow = first; flow < end; flow++) {
        CollectorAnswers.Value answer = values.get(flow - first);
        truth.path(flow).putValue(expected, 0);
        tally.sent += truth.pathSent(flow) ? 1 : 0;
        if (answer.outcome() != Outcome.VALUE) {
          tally.empty(!truth.pathSent(flow));
        } else if (HexFormat.of().formatHex(bytes).equals(answer.value()) && truth.pathSent(flow)) {
          tally.correct++;
        } else {
          tally.wrong(keys.get(flow - first), truth.path(flow), answer.value());
        }
      }
      listener.onProgress(Primitive.KEY_WRITE, end);
    }
    double wrong =
        QuerySuccess.wrongBound(
            tally.load(store.slots()), store.redundancy(), QuerySuccess.CHECKSUM_BITS);
    return tally.judge(
        "key-write", tally.allowedEmpty(store.slots(), store.redundancy(), 0), wrong);
  }

  VerificationReport.Lookups postcarding(Verification.Listener listener, int postcardRows)
      throws IOException {
    PostcardingStore store = stores.postcards();
    Tally tally = new Tally();
    for (int first = 0; first < flows.size(); first += Verification.BATCH) {
      int end = Math.min(flows.size(), first + Verification.BATCH);
      List<String> keys = Verification.keys(flows, first, end);
      List<CollectorAnswers.Path> paths =
          Verification.complete(answers.paths(store.name(), keys), keys);
      for (int flow = first; flow < end; flow++) {
        CollectorAnswers.Path answer = paths.get(flow - first);
        int sent = truth.postcardsSent(flow);
        tally.sent += sent != 0 ? 1 : 0;
        if (answer.outcome() != Outcome.VALUE) {
          tally.empty(sent == 0);
        } else if (!agrees(answer, truth.path(flow), sent)) {
          tally.wrong(keys.get(flow - first), truth.path(flow), answer.hops());
        } else if (answer.hops().size() < Integer.bitCount(sent)) {
          tally.incomplete();
        } else {
          tally.correct++;
        }
      }
      listener.onProgress(Primitive.POSTCARDING, end);
    }
    double wrong =
        PostcardingBounds.wrong(
            tally.load(store.chunks()),
            store.redundancy(),
            truth.tree().switches(),
            store.hops(),
            PostcardingBounds.WORD_BITS);
    double brokenUp = Math.min(1, (double) FatTreeRun.FLOWS_PER_TICK / postcardRows);
    return tally.judge(
        "postcarding", tally.allowedEmpty(store.chunks(), store.redundancy(), brokenUp), wrong);
  }

  /** Whether every hop of an answer is one whose postcard left, with the right switch. */
  private static boolean agrees(CollectorAnswers.Path answer, IntPath path, int sent) {
    for (CollectorAnswers.Hop hop : answer.hops()) {
      boolean left = hop.hop() >= 1 && hop.hop() <= path.length() && isSet(sent, hop.hop());
      if (!left || path.switchAt(hop.hop()) != hop.value()) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSet(int hops, int hop) {
    return (hops & 1 << (hop - 1)) != 0;
  }

  /** Counts answers. */
  private final class Tally {
    /** Flows of which at least one report left. */
    private long sent;

    private long correct;
    private long empty;
    private long wrong;
    private long lost;
    private long incomplete;
    private String example;

    void empty(boolean isLost) {
      empty++;
      lost += isLost ? 1 : 0;
    }

    void incomplete() {
      empty++;
      incomplete++;
    }

    void wrong(String key, IntPath path, Object answer) {
      wrong++;
      if (example == null) {
        example = key + " took " + path + ", but the answer is " + answer;
      }
    }

    /** α: flows that were written, a slot. */
    double load(long slots) {
      return (double) sent / slots;
    }

    /**
     * How many answers may be empty.
     *
     * @param otherwise the probability that an answer is not whole for another reason than
     *     overwriting
     */
    long allowedEmpty(long slots, int copies, double otherwise) {
      long injected = flows.size() - sent;
      if (sent == 0) {
        return injected;
      }
      double overwritten = 1 - QuerySuccess.expectedShare(sent, slots, copies);
      double probability = Math.clamp(overwritten + otherwise, 0, 1);
      return injected + Tolerance.most(sent, probability, Verification.RISK);
    }

    VerificationReport.Lookups judge(String label, long allowedEmpty, double wrongProbability) {
      if (empty > allowedEmpty) {
        findings.add(
            "%s: %d of %d answers are empty, %d of them by injected loss and %d for missing hops; at most %d are expected"
                .formatted(label, empty, flows.size(), lost, incomplete, allowedEmpty));
      }
      long allowedWrong =
          wrongProbability * flows.size() < Verification.RISK
              ? 0
              : Tolerance.most(flows.size(), wrongProbability, Verification.RISK);
      if (wrong > allowedWrong) {
        findings.add(
            "%s: %d of %d answers are wrong, at most %d are expected; such as %s"
                .formatted(label, wrong, flows.size(), allowedWrong, example));
      }
      return new VerificationReport.Lookups(
          flows.size(), correct, empty, wrong, lost, incomplete, allowedEmpty);
    }
  }
}
