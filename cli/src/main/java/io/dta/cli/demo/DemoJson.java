package io.dta.cli.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.verify.VerificationReport;
import io.dta.translator.Accounting;
import java.util.List;
import java.util.Map;

/** The demo's result for scripts, printed as one line. */
record DemoJson(
    boolean ok,
    Topology topology,
    Reports reports,
    Primitives primitives,
    double elapsedSeconds,
    List<String> findings) {

  /** The data centre. */
  record Topology(int k, int hosts, int switches) {}

  /**
   * Where every report went.
   *
   * @param sent by the switches, retransmissions included
   * @param lost of those, on purpose, before they reached the translator
   */
  record Reports(
      long sent,
      long lost,
      long received,
      long written,
      long uncertain,
      long inFlight,
      Map<String, Long> dropped) {}

  /** The answers by primitive. */
  record Primitives(
      @JsonProperty("key-write") Lookups keyWrite,
      @JsonProperty("postcarding") Lookups postcarding,
      @JsonProperty("append") Lists append,
      @JsonProperty("key-increment") Counts keyIncrement,
      @JsonProperty("sketch-merge") Sketches sketchMerge) {}

  /** {@code queried = correct + empty + wrong}. */
  record Lookups(long queried, long correct, long empty, long wrong) {
    static Lookups of(VerificationReport.Lookups lookups) {
      return new Lookups(lookups.queried(), lookups.correct(), lookups.empty(), lookups.wrong());
    }
  }

  /** Entries of all lists. */
  record Lists(long sent, long read, long lost, long outOfOrder) {}

  /** {@code queried = exact + over + under}. */
  record Counts(long queried, long exact, long over, long under) {}

  /** Epochs and estimates. */
  record Sketches(long epochs, long columns, long queried, long withinBound) {}

  static DemoJson of(DemoOutcome outcome) {
    FatTree tree = outcome.run().truth().tree();
    Accounting accounting = outcome.accounting();
    VerificationReport answers = outcome.answers();
    return new DemoJson(
        outcome.ok(),
        new Topology(outcome.run().truth().config().k(), tree.hosts(), tree.switches()),
        new Reports(
            outcome.run().counters().sent(),
            outcome.run().counters().lost(),
            accounting.received(),
            accounting.written(),
            accounting.uncertain(),
            accounting.inFlight(),
            accounting.dropped()),
        new Primitives(
            Lookups.of(answers.keyWrite()),
            Lookups.of(answers.postcarding()),
            new Lists(
                answers.append().sent(),
                answers.append().read(),
                answers.append().lost(),
                answers.append().outOfOrder()),
            new Counts(
                answers.keyIncrement().queried(),
                answers.keyIncrement().exact(),
                answers.keyIncrement().over(),
                answers.keyIncrement().under()),
            new Sketches(
                answers.sketchMerge().epochs(),
                answers.sketchMerge().columns(),
                answers.sketchMerge().queried(),
                answers.sketchMerge().withinBound())),
        outcome.elapsedSeconds(),
        outcome.findings());
  }
}
