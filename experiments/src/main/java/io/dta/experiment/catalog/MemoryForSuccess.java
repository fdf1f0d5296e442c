package io.dta.experiment.catalog;

import io.dta.experiment.Cost;
import io.dta.experiment.Experiment;
import io.dta.experiment.Lab;
import io.dta.experiment.Scale;
import io.dta.experiment.page.Chart;
import io.dta.experiment.page.Comparisons;
import io.dta.experiment.page.Numbers;
import io.dta.experiment.page.Page;
import io.dta.experiment.plan.Scheme;
import io.dta.experiment.plan.Simulation;
import io.dta.experiment.rig.PathFlows;
import io.dta.experiment.statistics.Estimate;
import io.dta.primitives.analysis.MemoryNeed;
import io.dta.primitives.analysis.PrototypeHashes;
import io.dta.primitives.analysis.QuerySuccess;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.DoubleUnaryOperator;

/** Bytes a flow for a given success, by scheme. */
public final class MemoryForSuccess implements Experiment {
  private static final double[] SUCCESSES = {0.99, 0.999, 0.9999};
  private static final int[] COPIES = {1, 2, 3, 4, 6, 8};
  private static final Scheme[] SCHEMES = {Scheme.KEY_WRITE, Scheme.POSTCARDING};

  /** Fewer flows than these say nothing of such a success. */
  private static final long LEAST_FLOWS = 2000;

  private record Case(Scheme scheme, int copies, double success, double load) {
    double bytes() {
      return scheme.slotBytes(PathFlows.HOPS) / load;
    }
  }

  private record Answer(Case asked, Simulation.Result result) {}

  @Override
  public String name() {
    return "memory-for-success";
  }

  @Override
  public String title() {
    return "Memory for a given success";
  }

  @Override
  public String question() {
    return "How many bytes a flow does it take that 99 %, 99.9 % or 99.99 % of the flows of a"
        + " window are answered, by scheme and redundancy?";
  }

  private static long flows(Scale scale) {
    return scale.choose(60_000L, 1_000_000L, 4_000_000L);
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Scheme scheme : SCHEMES) {
      for (int copies : COPIES) {
        for (double success : SUCCESSES) {
          cases.add(new Case(scheme, copies, success, load(success, copies)));
        }
      }
    }
    return cases;
  }

  private static double load(double success, int copies) {
    return MemoryNeed.load(success, alpha -> QuerySuccess.foundInWindow(alpha, copies));
  }

  @Override
  public Cost cost(Scale scale) {
    long flows = flows(scale) * 2 * cases().size();
    return new Cost(flows * 3, flows * 4, flows, flows(scale) * 64 * 32);
  }

  @Override
  public void run(Lab lab, Page page) {
    page.method(
        ("The closed form of the average over a window is solved for the load, and the load gives"
                + " the bytes a flow: 24 bytes a slot of Key-Write (the whole path), 32 a chunk of"
                + " Postcarding. Then about %,d flows or more are written at that load, and all of"
                + " them are looked up; loads so low that fewer than %,d flows would fit were not"
                + " simulated.")
            .formatted(flows(lab.scale()), LEAST_FLOWS));
    List<Callable<Answer>> trials = new ArrayList<>();
    for (Case each : cases()) {
      long seed = lab.seed(this, trials.size());
      trials.add(
          () -> {
            Simulation.Result result =
                Simulation.run(
                    lab,
                    each.scheme,
                    each.copies,
                    PathFlows.HOPS,
                    each.load,
                    flows(lab.scale()),
                    false,
                    seed);
            return new Answer(each, result);
          });
    }
    show(lab.run(trials), page);
  }

  private static void show(List<Answer> answers, Page page) {
    Comparisons table =
        page.comparisons(
            "success",
            "The share found with the memory that the closed form asks for",
            "scheme",
            "copies",
            "wanted",
            "bytes a flow");
    for (Scheme scheme : SCHEMES) {
      Chart chart =
          page.chart(
              new Chart(
                      "memory-" + scheme.name().toLowerCase(Locale.ROOT),
                      scheme.label() + ": flows not answered (lines: closed form)",
                      "memory a flow (bytes)",
                      "flows not answered (share)")
                  .logX()
                  .logY()
                  .yRange(3e-5, 0.1));
      for (int copies : COPIES) {
        double[] x = Curves.logarithmic(100, 200_000, 80);
        long slot = scheme.slotBytes(PathFlows.HOPS);
        chart.line(
            "N = " + copies,
            x,
            Curves.of(x, bytes -> 1 - QuerySuccess.foundInWindow(slot / bytes, copies)));
      }
      for (Answer answer : answers) {
        Case asked = answer.asked;
        if (asked.scheme == scheme && answer.result.flows() >= LEAST_FLOWS) {
          Estimate measured = answer.result.measured();
          table.equal(
              answer.result.closedForm(),
              measured,
              scheme.label(),
              asked.copies,
              asked.success,
              Math.rint(asked.bytes() * 10) / 10);
          chart.point("N = " + asked.copies, asked.bytes(), measured.complement());
        }
      }
    }
    List<List<String>> rows = new ArrayList<>();
    for (Scheme scheme : SCHEMES) {
      for (int copies : COPIES) {
        rows.add(row(scheme.label(), scheme, copies, success -> load(success, copies)));
      }
    }
    for (int copies : new int[] {2, 4}) {
      rows.add(
          row(
              "Key-Write, prototype's hashes",
              Scheme.KEY_WRITE,
              copies,
              success ->
                  MemoryNeed.load(success, alpha -> PrototypeHashes.foundInWindow(alpha, copies))));
    }
    page.listing(
        "Bytes a flow by the closed form",
        List.of("scheme", "N", "99 %", "99.9 %", "99.99 %"),
        rows);
    page.result(
        "The more certain the answers are to be, the more copies pay: one copy takes ten times the"
            + " memory for every further nine, eight copies one and a half times. A chunk of"
            + " Postcarding takes a third more memory than a slot of Key-Write, as strides are"
            + " powers of two, and a fifth of the WRITEs that Key-Write per hop would.");
  }

  private static List<String> row(
      String label, Scheme scheme, int copies, DoubleUnaryOperator load) {
    List<String> row = new ArrayList<>(List.of(label, Integer.toString(copies)));
    for (double success : SUCCESSES) {
      double bytes = scheme.slotBytes(PathFlows.HOPS) / load.applyAsDouble(success);
      row.add(Numbers.text(Math.rint(bytes)));
    }
    return row;
  }
}
