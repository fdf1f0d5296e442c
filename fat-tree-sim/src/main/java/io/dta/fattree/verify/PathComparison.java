package io.dta.fattree.verify;

import io.dta.fattree.topology.FatTree;
import io.dta.fattree.witness.FlowTruths;
import io.dta.primitives.Primitive;
import io.dta.primitives.store.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Asks for the paths of flows and compares them with those that their packets took. */
final class PathComparison {
  private final FlowTruths flows;
  private final CollectorAnswers answers;

  PathComparison(FlowTruths flows, CollectorAnswers answers) {
    this.flows = flows;
    this.answers = answers;
  }

  Comparison keyWrite(String store) throws IOException {
    Comparison.Tally tally =
        new Comparison.Tally(Primitive.KEY_WRITE.label(), "INT-MD", store, "flows");
    for (int[] batch : FlowKeys.batches(flows, flow -> flows.path(flow).length > 0)) {
      List<String> keys = FlowKeys.print(flows, batch);
      List<CollectorAnswers.Value> values =
          Verification.complete(answers.values(store, keys), keys);
      for (int i = 0; i < batch.length; i++) {
        judge(tally, batch[i], values.get(i).outcome(), path(values.get(i).value()));
      }
    }
    return tally.end();
  }

  private static int[] path(String hexadecimal) {
    if (hexadecimal == null) {
      return new int[0];
    }
    byte[] bytes = HexFormat.of().parseHex(hexadecimal);
    int[] path = new int[FatTree.MAX_HOPS];
    int hops = 0;
    for (int hop = 0; hop < path.length; hop++) {
      int at = hop * Integer.BYTES;
      path[hop] =
          (bytes[at] & 0xFF) << 24
              | (bytes[at + 1] & 0xFF) << 16
              | (bytes[at + 2] & 0xFF) << 8
              | (bytes[at + 3] & 0xFF);
      hops = path[hop] == 0 ? hops : hop + 1;
    }
    return Arrays.copyOf(path, hops);
  }

  Comparison postcarding(String store) throws IOException {
    Comparison.Tally tally =
        new Comparison.Tally(Primitive.POSTCARDING.label(), "INT-XD", store, "flows");
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
        judge(tally, batch[i], path.outcome(), Arrays.copyOf(known, length));
      }
    }
    return tally.end();
  }

  private void judge(Comparison.Tally tally, int flow, Outcome outcome, int[] path) {
    int[] truth = flows.path(flow);
    List<int[]> all = new ArrayList<>(flows.earlierPaths(flow));
    all.add(truth);
    if (outcome != Outcome.VALUE) {
      tally.empty();
    } else if (Arrays.equals(truth, path)) {
      tally.right();
    } else if (all.stream().anyMatch(one -> Arrays.equals(one, path))) {
      tally.outdated();
    } else if (all.stream().anyMatch(one -> isPartOf(path, one))) {
      tally.empty();
    } else {
      tally.wrong();
    }
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
