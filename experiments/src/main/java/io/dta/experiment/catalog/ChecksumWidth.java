package io.dta.experiment.catalog;

import io.dta.experiment.Cost;
import io.dta.experiment.Experiment;
import io.dta.experiment.Lab;
import io.dta.experiment.Scale;
import io.dta.experiment.page.Chart;
import io.dta.experiment.page.Comparisons;
import io.dta.experiment.page.Page;
import io.dta.experiment.rig.PathFlows;
import io.dta.experiment.rig.PathMemory;
import io.dta.experiment.rig.Setup;
import io.dta.experiment.rig.Tally;
import io.dta.experiment.statistics.Estimate;
import io.dta.experiment.statistics.Proportion;
import io.dta.experiment.statistics.SharedWrites;
import io.dta.primitives.analysis.PolicyOutcome;
import io.dta.primitives.analysis.QuerySuccess;
import io.dta.primitives.store.QueryPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Wrong answers against checksum width, by policy. */
public final class ChecksumWidth implements Experiment {
  private static final int[] BITS = {8, 12, 16, 20, 24, 28, 32};
  private static final int[] COPIES = {1, 2, 4};
  private static final QueryPolicy[] POLICIES = {
    QueryPolicy.FIRST_MATCH, QueryPolicy.PLURALITY, QueryPolicy.consensus(2)
  };
  private static final double LOAD = 0.5;
  private static final double WINDOW = 1.0 / 16;

  /** What was asked. */
  private record Question(int copies, QueryPolicy policy, int bits) {}

  @Override
  public String name() {
    return "checksum-width";
  }

  @Override
  public String title() {
    return "Wrong answers against the width of the checksum";
  }

  @Override
  public String question() {
    return "A foreign slot whose checksum happens to be right is taken for the key's own. How many"
        + " bits keep that rare enough, and what do the policies make of it?";
  }

  private static long slots(Scale scale) {
    return scale.choose(1L << 18, 1L << 24, 1L << 26);
  }

  private static int repetitions(Scale scale) {
    return scale.choose(4, 4, 4);
  }

  @Override
  public Cost cost(Scale scale) {
    long slots = slots(scale);
    int repetitions = repetitions(scale);
    long flows = flows(slots) * COPIES.length * repetitions;
    long lookups = window(slots) * BITS.length * POLICIES.length * COPIES.length * repetitions;
    return new Cost(flows, flows * 7 / 3, lookups, PathMemory.store(slots, 1).regionLength());
  }

  private static long window(long slots) {
    return (long) (slots * WINDOW);
  }

  private static long flows(long slots) {
    return (long) (slots * (LOAD + WINDOW / 2));
  }

  @Override
  public void run(Lab lab, Page page) {
    long slots = slots(lab.scale());
    int repetitions = lab.repetitions(repetitions(lab.scale()));
    page.method(
        ("For N = 1, 2 and 4 the engine fills %,d slots with INT paths up to a load of α = %s"
                + " behind the %,d oldest keys, which are then looked up by each policy, %d times with"
                + " other flows. Checksums have 32 bits in memory; readers of b bits look at the low b"
                + " of them, and so answer as a store with checksums of b bits would.")
            .formatted(slots, LOAD, window(slots), repetitions));
    List<Callable<Map<Question, Tally>>> trials = new ArrayList<>();
    for (int repetition = 0; repetition < repetitions; repetition++) {
      for (int copies : COPIES) {
        long seed = lab.seed(this, repetition * 16 + copies);
        trials.add(() -> ask(lab, slots, copies, seed));
      }
    }
    Map<Question, Tally> all = new HashMap<>();
    lab.run(trials)
        .forEach(
            some -> some.forEach((question, tally) -> all.merge(question, tally, Tally::plus)));
    show(all, page);
  }

  private static Map<Question, Tally> ask(Lab lab, long slots, int copies, long seed) {
    Map<Question, Tally> answers = new HashMap<>();
    try (PathMemory memory =
        new PathMemory(
            lab, PathMemory.store(slots, copies), new PathFlows(16, seed), Setup.DEFAULT, seed)) {
      memory.writeUpTo(flows(slots));
      for (QueryPolicy policy : POLICIES) {
        for (int bits : BITS) {
          answers.put(
              new Question(copies, policy, bits),
              memory.lookup(0, window(slots), Long.MAX_VALUE, policy, bits));
        }
      }
    }
    return answers;
  }

  private static void show(Map<Question, Tally> all, Page page) {
    Comparisons wrong =
        page.comparisons("wrong", "The share of wrong answers", "copies", "policy", "bits");
    Comparisons right =
        page.comparisons("right", "The share of right answers", "copies", "policy", "bits");
    Comparisons bounds =
        page.comparisons(
            "bound",
            "Wrong answers by plurality, and DART's bound q^N · (1 − (1 − ε)^N)",
            "copies",
            "bits");
    for (int copies : COPIES) {
      Chart chart =
          page.chart(
              new Chart(
                      "wrong-n" + copies,
                      "Wrong answers, N = %d, α = %s (lines: closed form)".formatted(copies, LOAD),
                      "bits of the checksum",
                      "wrong answers (share of look-ups)")
                  .logY()
                  .yRange(1e-10, 1));
      for (QueryPolicy policy : POLICIES) {
        double[] x = Curves.linear(8, 32, 49);
        if (policy.threshold() == 1) {
          chart.line(
              policy.toString(), x, Curves.of(x, bits -> outcome(policy, copies, bits).wrong()));
        }
        for (int bits : BITS) {
          Tally tally = all.get(new Question(copies, policy, bits));
          if (tally != null) {
            PolicyOutcome closed = outcome(policy, copies, bits);
            Estimate measured = Proportion.of(tally.wrong(), tally.asked());
            wrong.equal(closed.wrong(), measured, copies, policy, bits);
            right.equal(
                closed.right(),
                Proportion.of(
                    tally.right(), tally.asked(), SharedWrites.designEffect(LOAD, copies, WINDOW)),
                copies,
                policy,
                bits);
            if (tally.wrong() > 0) {
              chart.point(policy.toString(), bits, measured);
            }
            if (policy.equals(QueryPolicy.PLURALITY)) {
              bounds.atMost(QuerySuccess.wrongBound(LOAD, copies, bits), measured, copies, bits);
            }
          }
        }
      }
    }
    page.result(
        "Every bit halves the wrong answers, whatever the policy. First match errs most, because it"
            + " takes a foreign slot even where a copy of the key's own follows; a consensus of two"
            + " needs two foreign slots that agree, and was never wrong. With the 32 bits of the"
            + " product a wrong answer at α = %s and N = 2 is expected once in %.0g look-ups."
                .formatted(LOAD, 1 / outcome(QueryPolicy.PLURALITY, 2, 32).wrong()));
  }

  private static PolicyOutcome outcome(QueryPolicy policy, int copies, double bits) {
    double foreign = Math.pow(2, -bits);
    return switch (policy.kind()) {
      case FIRST_MATCH -> PolicyOutcome.firstMatch(LOAD, copies, foreign);
      case PLURALITY -> PolicyOutcome.plurality(LOAD, copies, foreign);
      case CONSENSUS -> PolicyOutcome.consensusOfTwo(LOAD, copies);
    };
  }
}
