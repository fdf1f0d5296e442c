package io.dta.fattree.verify;

import io.dta.fattree.topology.FatTree;
import io.dta.fattree.witness.FlowTruths;
import io.dta.fattree.witness.Witness;
import io.dta.primitives.Primitive;
import io.dta.primitives.store.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Asks for the paths of flows and compares them with those that their packets took. */
final class PathComparison {
  private static final String FLOWS = "paths of flows";
  private static final String CHANGED = "paths that changed";

  private final FatTree tree;
  private final FlowTruths flows;
  private final CollectorAnswers answers;
  private final AnswerListener listener;

  PathComparison(Witness witness, CollectorAnswers answers, AnswerListener listener) {
    tree = witness.tree();
    flows = witness.flows();
    this.answers = answers;
    this.listener = listener;
  }

  /** Those of all flows and, where any changed, of those alone that did. */
  private final class Tallies {
    private final Comparison.Tally all;
    private final Comparison.Tally changed;
    private boolean anyChanged;

    Tallies(Primitive primitive, String system, String store) {
      all = new Comparison.Tally(primitive.label(), system, store, FLOWS, listener);
      changed =
          new Comparison.Tally(primitive.label(), system, store, CHANGED, AnswerListener.NONE);
    }

    void add(int flow, String key, Outcome outcome, int[] path) throws IOException {
      Verdict verdict = judge(flow, outcome, path);
      String truth = names(flows.path(flow));
      String answer = outcome == Outcome.VALUE ? names(path) : "";
      all.add(verdict, key, truth, answer);
      if (!flows.earlierPaths(flow).isEmpty()) {
        changed.add(verdict, key, truth, answer);
        anyChanged = true;
      }
    }

    List<Comparison> end() {
      return anyChanged ? List.of(all.end(), changed.end()) : List.of(all.end());
    }
  }

  /** The switches of a path, "?" where one is not known or there is none of that number. */
  private String names(int[] path) {
    StringBuilder names = new StringBuilder();
    for (int switchId : path) {
      boolean known = switchId >= 1 && switchId <= tree.switches();
      names.append(names.isEmpty() ? "" : " ").append(known ? tree.name(switchId) : "?");
    }
    return names.toString();
  }

  List<Comparison> keyWrite(String store) throws IOException {
    Tallies tallies = new Tallies(Primitive.KEY_WRITE, "INT-MD", store);
    for (int[] batch : FlowKeys.batches(flows, flow -> flows.path(flow).length > 0)) {
      List<String> keys = FlowKeys.print(flows, batch);
      List<CollectorAnswers.Value> values =
          Verification.complete(answers.values(store, keys), keys);
      for (int i = 0; i < batch.length; i++) {
        CollectorAnswers.Value value = values.get(i);
        tallies.add(batch[i], keys.get(i), value.outcome(), path(value.value()));
      }
    }
    return tallies.end();
  }

  private static int[] path(String hexadecimal) {
    if (hexadecimal == null) {
      return new int[0];
    }
    int[] path = Words.parse(hexadecimal);
    int hops = path.length;
    while (hops > 0 && path[hops - 1] == 0) {
      hops--;
    }
    return Arrays.copyOf(path, hops);
  }

  List<Comparison> postcarding(String store) throws IOException {
    Tallies tallies = new Tallies(Primitive.POSTCARDING, "INT-XD", store);
    for (int[] batch : FlowKeys.batches(flows, flow -> flows.path(flow).length > 0)) {
      List<String> keys = FlowKeys.print(flows, batch);
      List<CollectorAnswers.Path> paths = Verification.complete(answers.paths(store, keys), keys);
      for (int i = 0; i < batch.length; i++) {
        CollectorAnswers.Path path = paths.get(i);
        int[] known = new int[FatTree.MAX_HOPS];
        int length = 0;
        for (CollectorAnswers.Hop hop : path.hops()) {
          known[hop.hop() - 1] = (int) hop.value();
          length = Math.max(length, hop.hop());
        }
        tallies.add(batch[i], keys.get(i), path.outcome(), Arrays.copyOf(known, length));
      }
    }
    return tallies.end();
  }

  private Verdict judge(int flow, Outcome outcome, int[] path) {
    int[] truth = flows.path(flow);
    if (outcome != Outcome.VALUE) {
      return Verdict.EMPTY;
    }
    if (Arrays.equals(truth, path)) {
      return Verdict.RIGHT;
    }
    List<int[]> all = new ArrayList<>(flows.earlierPaths(flow));
    if (all.stream().anyMatch(one -> Arrays.equals(one, path))) {
      return Verdict.OUTDATED;
    }
    all.add(truth);
    return all.stream().anyMatch(one -> isPartOf(path, one)) ? Verdict.EMPTY : Verdict.WRONG;
  }

  /** Whether hops are missing, and none is another. */
  private static boolean isPartOf(int[] part, int[] whole) {
    if (part.length > whole.length) {
      return false;
    }
    for (int hop = 0; hop < part.length; hop++) {
      if (part[hop] != 0 && part[hop] != whole[hop]) {
        return false;
      }
    }
    return true;
  }
}
