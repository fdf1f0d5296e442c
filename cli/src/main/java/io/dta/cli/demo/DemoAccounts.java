package io.dta.cli.demo;

import io.dta.fattree.send.SendCounters;
import io.dta.primitives.Primitive;
import io.dta.translator.Accounting;
import io.dta.translator.engine.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares what the switches sent with where the translator says that every report went. */
final class DemoAccounts {
  /**
   * What a right translator drops here: essential reports that were sent again although they had
   * arrived, as happens when an acknowledgement is late.
   */
  private static final Set<String> EXPECTED_DROPS = Set.of(DropReason.DUPLICATE.label());

  private DemoAccounts() {}

  /** A sentence for everything that does not add up. */
  static List<String> check(SendCounters sent, Accounting accounting) {
    List<String> findings = new ArrayList<>();
    long dropped = accounting.droppedInAll();
    long placed = accounting.written() + dropped + accounting.uncertain() + accounting.inFlight();
    if (accounting.received() != placed) {
      findings.add(
          "accounting: %,d reports were received, but %,d are accounted for"
              .formatted(accounting.received(), placed));
    }
    long arrived = sent.sent() - sent.lost();
    if (accounting.received() != arrived) {
      findings.add(
          "network: %,d reports were not lost on purpose, but %,d arrived: raise net.core.rmem_max"
              .formatted(arrived, accounting.received()));
    }
    if (accounting.inFlight() != 0) {
      findings.add("translator: %,d reports are still in flight".formatted(accounting.inFlight()));
    }
    if (accounting.uncertain() != 0) {
      findings.add("translator: %,d reports are uncertain".formatted(accounting.uncertain()));
    }
    accounting
        .dropped()
        .forEach(
            (reason, count) -> {
              if (count != 0 && !EXPECTED_DROPS.contains(reason)) {
                findings.add("translator: %,d reports were dropped: %s".formatted(count, reason));
              }
            });
    return findings;
  }

  static Accounting.PrimitiveAccounting of(Accounting accounting, Primitive primitive) {
    Map<String, Accounting.PrimitiveAccounting> primitives = accounting.primitives();
    return primitives.get(primitive.label());
  }
}
