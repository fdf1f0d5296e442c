package io.dta.experiment.catalog;

import io.dta.experiment.Cost;
import io.dta.experiment.Experiment;
import io.dta.experiment.Lab;
import io.dta.experiment.Scale;
import io.dta.experiment.page.Chart;
import io.dta.experiment.page.Comparisons;
import io.dta.experiment.page.Numbers;
import io.dta.experiment.page.Page;
import io.dta.experiment.rig.PathFlows;
import io.dta.experiment.rig.PathMemory;
import io.dta.experiment.rig.Setup;
import io.dta.experiment.rig.Tally;
import io.dta.experiment.statistics.Estimate;
import io.dta.experiment.statistics.Proportion;
import io.dta.experiment.statistics.SharedWrites;
import io.dta.primitives.analysis.QuerySuccess;
import io.dta.primitives.store.KeyWriteStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Success against load and age. */
public final class LoadAndAge implements Experiment {
  private static final int MOST_COPIES = 8;

  /** α at which keys are looked up; the crossovers of the best N lie between them. */
  private static final double[] LOADS = {
    0.02, 0.05, 0.08, 0.1, 0.14, 0.17, 0.24, 0.35, 0.42, 0.55, 0.7, 0.85, 1.0
  };

  /** Keys around an age that are looked up, as a share of the slots. */
  private static final double WINDOW = 1.0 / 64;

  /** What one memory answered: a tally for each of {@link #LOADS}. */
  private record Answers(int copies, List<Tally> byLoad) {}

  @Override
  public String name() {
    return "load-and-age";
  }

  @Override
  public String title() {
    return "Success against load and age";
  }

  @Override
  public String question() {
    return "A key can be found until later keys have overwritten all of its copies. How long does"
        + " it live, and how many copies are best at which load?";
  }

  private static long slots(Scale scale) {
    return scale.choose(1L << 17, 1L << 27, 1L << 28);
  }

  @Override
  public Cost cost(Scale scale) {
    long slots = slots(scale);
    long flows = (long) (slots * (1 + WINDOW));
    int repetitions = repetitions(scale);
    long operations = flows * MOST_COPIES * (MOST_COPIES + 1) / 2;
    return new Cost(
        flows * MOST_COPIES * repetitions,
        operations * repetitions,
        ((long) (LOADS.length * MOST_COPIES * WINDOW * slots)) * repetitions,
        PathMemory.store(slots, 1).regionLength());
  }

  private static int repetitions(Scale scale) {
    return scale.choose(4, 1, 1);
  }

  @Override
  public void run(Lab lab, Page page) {
    long slots = slots(lab.scale());
    int repetitions = lab.repetitions(repetitions(lab.scale()));
    page.method(
        ("For every N from 1 to 8 the engine writes the INT paths of %,d flows, one after the"
                + " other, into %,d slots (%s), %d times with other flows. The last flow has the load"
                + " α = 0 behind it, the first one α = 1: a key's age in keys, divided by the slots,"
                + " is its load. Around each load %,d keys are looked up, by plurality.")
            .formatted(
                flows(slots),
                slots,
                Numbers.bytes(PathMemory.store(slots, 1).regionLength()),
                repetitions,
                window(slots)));
    List<Callable<Answers>> trials = new ArrayList<>();
    for (int repetition = 0; repetition < repetitions; repetition++) {
      for (int copies = MOST_COPIES; copies >= 1; copies--) {
        int n = copies;
        long seed = lab.seed(this, repetition * MOST_COPIES + copies);
        trials.add(() -> ask(lab, slots, n, seed));
      }
    }
    show(lab.run(trials), page);
  }

  private static long flows(long slots) {
    return slots + window(slots);
  }

  private static long window(long slots) {
    return (long) (slots * WINDOW);
  }

  private static Answers ask(Lab lab, long slots, int copies, long seed) {
    KeyWriteStore store = PathMemory.store(slots, copies);
    try (PathMemory memory =
        new PathMemory(lab, store, new PathFlows(16, seed), Setup.DEFAULT, seed)) {
      long flows = flows(slots);
      memory.writeUpTo(flows);
      List<Tally> tallies = new ArrayList<>();
      for (double load : LOADS) {
        long middle = flows - Math.round(load * slots);
        long first = middle - window(slots) / 2;
        tallies.add(memory.lookup(first, first + window(slots), Long.MAX_VALUE));
      }
      return new Answers(copies, tallies);
    }
  }

  private static void show(List<Answers> all, Page page) {
    Chart chart =
        page.chart(
            new Chart(
                "success-by-age",
                "Keys found, by the load behind them (lines: closed form)",
                "α: keys written later / slots",
                "keys found (%)"));
    Comparisons table =
        page.comparisons(
            "success-by-age", "The share of keys found: 1 − q^N", "copies", "load behind");
    Estimate[][] measured = new Estimate[MOST_COPIES + 1][LOADS.length];
    for (int copies = 1; copies <= MOST_COPIES; copies++) {
      int n = copies;
      List<Answers> answers = all.stream().filter(each -> each.copies() == n).toList();
      if (answers.isEmpty()) {
        continue;
      }
      for (int i = 0; i < LOADS.length; i++) {
        int index = i;
        Tally tally =
            answers.stream()
                .map(each -> each.byLoad().get(index))
                .reduce(Tally.NOTHING, Tally::plus);
        double effect = SharedWrites.designEffect(LOADS[i], n, WINDOW);
        measured[n][i] = Proportion.of(tally.right(), tally.asked(), effect);
        table.equal(found(LOADS[i], n), measured[n][i], n, LOADS[i]);
        if (n <= 4 || n == MOST_COPIES) {
          chart.point("N = " + n, LOADS[i], measured[n][i].times(100));
        }
      }
      if (n <= 4 || n == MOST_COPIES) {
        double[] x = Curves.linear(0, 1, 51);
        chart.line("N = " + n, x, Curves.of(x, load -> 100 * QuerySuccess.found(load, n)));
      }
    }
    showBest(measured, page);
  }

  /** The average over the window of keys around a load. */
  private static double found(double load, int copies) {
    double sum = 0;
    int steps = 16;
    for (int step = 0; step < steps; step++) {
      sum += QuerySuccess.found(load + WINDOW * ((step + 0.5) / steps - 0.5), copies);
    }
    return sum / steps;
  }

  /** The N that theory prefers must not be beaten by any other, beyond what chance explains. */
  private static void showBest(Estimate[][] measured, Page page) {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < LOADS.length; i++) {
      int predicted = QuerySuccess.bestRedundancy(LOADS[i]);
      Estimate byPrediction = measured[predicted][i];
      if (byPrediction == null) {
        continue;
      }
      int best = predicted;
      boolean beaten = false;
      for (int copies = 1; copies <= MOST_COPIES; copies++) {
        Estimate other = measured[copies][i];
        if (other != null) {
          best = other.value() > measured[best][i].value() ? copies : best;
          beaten |= other.low() > byPrediction.high();
        }
      }
      rows.add(
          List.of(
              Numbers.text(LOADS[i]),
              Integer.toString(predicted),
              Integer.toString(best),
              Numbers.percent(byPrediction.value())));
      if (beaten) {
        page.claim("N = %d is best at α = %s".formatted(predicted, LOADS[i]), "N = " + best, false);
      }
    }
    page.listing(
        "The best redundancy for the oldest key",
        List.of("α", "best N by the closed form", "best N as measured", "found with the former"),
        rows);
    page.result(
        "More copies help at low load only, as each of them also overwrites: by the closed form 2"
            + " beat 1 below α = %.3f, 3 beat 2 below %.3f, 4 beat 3 below %.3f, 8 beat 4 below %.3f."
                .formatted(
                    QuerySuccess.crossover(1, 2),
                    QuerySuccess.crossover(2, 3),
                    QuerySuccess.crossover(3, 4),
                    QuerySuccess.crossover(4, 8)));
  }
}
