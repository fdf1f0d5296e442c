package io.dta.fattree.verify;

import io.dta.fattree.reporter.CongestionReporter;
import io.dta.fattree.topology.Wiring;
import io.dta.fattree.witness.FlowTruths;
import io.dta.fattree.witness.Witness;
import io.dta.primitives.Primitive;
import io.dta.primitives.store.AppendStore;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Reads the events of ports, and the lossy flows, and compares them with what happened. */
final class EventComparison {
  private static final String APPEND = Primitive.APPEND.label();

  private final Witness witness;
  private final FlowTruths flows;
  private final EntryReader reader;
  private final AnswerListener listener;

  EventComparison(Witness witness, CollectorAnswers answers, AnswerListener listener) {
    this.witness = witness;
    flows = witness.flows();
    reader = new EntryReader(flows, answers);
    this.listener = listener;
  }

  /** INT's congestion events: as many of every port as its queue became congested. */
  Comparison congestion(AppendStore store) throws IOException {
    Comparison.Tally tally =
        new Comparison.Tally(APPEND, "INT events", store.name(), "congested queues", listener);
    int k = witness.tree().k();
    Wiring wiring = new Wiring(witness.tree());
    int[] told = new int[(witness.tree().switches() + 1) * k];
    List<UnsafeBuffer> entries = reader.entries(store);
    for (UnsafeBuffer entry : entries) {
      CongestionReporter.Event event = CongestionReporter.Event.get(entry, 0);
      if (event.switchId() < 1
          || event.switchId() > witness.tree().switches()
          || event.port() >= k) {
        tally.add(
            Verdict.WRONG, "switch %d port %d".formatted(event.switchId(), event.port()), 0, 1);
        continue;
      }
      told[event.switchId() * k + event.port()]++;
    }
    for (int switchId = 1; switchId <= witness.tree().switches(); switchId++) {
      for (int port = 0; port < k; port++) {
        int events = told[switchId * k + port];
        int truth = witness.excursions(switchId, port);
        for (int i = 0; i < Math.max(events, truth); i++) {
          Verdict verdict = i < truth ? Verdict.EMPTY : Verdict.WRONG;
          if (i < truth && i < events) {
            verdict = Verdict.RIGHT;
          }
          String key = wiring.name(wiring.port(switchId, port));
          tally.add(verdict, key, i < truth ? 1 : 0, i < events ? 1 : 0);
        }
      }
    }
    return tally.ofReports(entries.size(), null);
  }

  /** Marple's lossy flows, each at least once. */
  Comparison lossyFlows(AppendStore store) throws IOException {
    Comparison.Tally tally =
        new Comparison.Tally(APPEND, "Marple", store.name(), "lossy flows", listener);
    BitSet told = new BitSet();
    List<UnsafeBuffer> entries = reader.entries(store);
    for (UnsafeBuffer entry : entries) {
      int flow = reader.flow(entry);
      if (flow != FlowTruths.NONE) {
        told.set(flow);
      }
    }
    for (int flow = 0; flow < flows.size(); flow++) {
      boolean lossy = witness.wasLossy(flow);
      if (lossy || told.get(flow)) {
        Verdict verdict = lossy ? Verdict.EMPTY : Verdict.WRONG;
        if (lossy && told.get(flow)) {
          verdict = Verdict.RIGHT;
        }
        tally.add(
            verdict,
            FlowKeys.print(flows, flow),
            lossy ? "lossy" : "",
            told.get(flow) ? "lossy" : "");
      }
    }
    return tally.ofReports(entries.size(), null);
  }
}
