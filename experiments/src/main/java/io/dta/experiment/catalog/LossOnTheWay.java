package io.dta.experiment.catalog;

import io.dta.experiment.Cost;
import io.dta.experiment.Experiment;
import io.dta.experiment.Lab;
import io.dta.experiment.Scale;
import io.dta.experiment.page.Chart;
import io.dta.experiment.page.Comparisons;
import io.dta.experiment.page.Page;
import io.dta.experiment.rig.Losses;
import io.dta.experiment.rig.PathFlows;
import io.dta.experiment.rig.PathMemory;
import io.dta.experiment.rig.Setup;
import io.dta.experiment.rig.Tally;
import io.dta.experiment.statistics.Estimate;
import io.dta.experiment.statistics.Proportion;
import io.dta.experiment.statistics.SharedWrites;
import io.dta.primitives.analysis.ReportedCopies;
import io.dta.primitives.analysis.WindowAverage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** What loss does, before the translator and behind it. */
public final class LossOnTheWay implements Experiment {
  private static final int[] COPIES = {1, 2, 4};
  private static final double[] LOSSES = {0, 0.01, 0.03, 0.1, 0.2, 0.4};
  private static final int[] BYTES = {300, 100, 60};
  private static final double[] AGES = {0.08, 0.24, 0.39};
  private static final double WINDOW = 1.0 / 64;

  private enum Place {
    BEFORE("between reporter and translator"),
    BEHIND("between translator and memory"),
    BOTH("in both places");

    private final String label;

    Place(String label) {
      this.label = label;
    }

    Losses losses(double share) {
      return new Losses(this == BEHIND ? 0 : share, this == BEFORE ? 0 : share);
    }
  }

  private record Answers(
      Place place, double share, int copies, List<Tally> byMemory, List<Tally> byAge) {}

  @Override
  public String name() {
    return "loss";
  }

  @Override
  public String title() {
    return "Loss on the way";
  }

  @Override
  public String question() {
    return "Reports get lost between reporter and translator (UDP), and WRITEs between translator"
        + " and memory (UC). What does that do to success, by memory a flow and by age?";
  }

  private static long slots(Scale scale) {
    return scale.choose(1L << 17, 1L << 24, 1L << 28);
  }

  private static long flows(long slots, int bytes) {
    return slots * PathMemory.store(slots, 1).stride() / bytes;
  }

  private static int trials() {
    return COPIES.length * (1 + (LOSSES.length - 1) * Place.values().length);
  }

  @Override
  public Cost cost(Scale scale) {
    long slots = slots(scale);
    long flows = flows(slots, BYTES[BYTES.length - 1]) * trials();
    long lookups = (samples(slots) * BYTES.length + window(slots) * AGES.length) * trials();
    return new Cost(flows, flows * 7 / 3, lookups, PathMemory.store(slots, 1).regionLength());
  }

  private static long samples(long slots) {
    return slots / 16;
  }

  private static long window(long slots) {
    return (long) (slots * WINDOW);
  }

  @Override
  public void run(Lab lab, Page page) {
    long slots = slots(lab.scale());
    page.method(
        ("INT paths are written into %,d slots with N = 1, 2 and 4. Reports are lost on their way"
                + " to the engine, WRITEs on their way from it to memory over a queue pair that loses"
                + " them silently, as UC does; each by itself, with the probability shown. As memory"
                + " fills to 300, 100 and 60 bytes a flow, %,d flows of all ages are looked up; at the"
                + " end, %,d flows around three ages.")
            .formatted(slots, samples(slots), window(slots)));
    List<Callable<Answers>> trials = new ArrayList<>();
    int number = 0;
    for (int copies : COPIES) {
      for (Place place : Place.values()) {
        for (double share : LOSSES) {
          long seed = lab.seed(this, number++);
          if (share > 0 || place == Place.BEFORE) {
            trials.add(() -> ask(lab, slots, place, share, copies, seed));
          }
        }
      }
    }
    show(lab.run(trials), slots, page);
  }

  private static Answers ask(
      Lab lab, long slots, Place place, double share, int copies, long seed) {
    Setup setup = Setup.DEFAULT.withLosses(place.losses(share));
    try (PathMemory memory =
        new PathMemory(
            lab, PathMemory.store(slots, copies), new PathFlows(16, seed), setup, seed)) {
      List<Tally> byMemory = new ArrayList<>();
      for (int bytes : BYTES) {
        memory.writeUpTo(flows(slots, bytes));
        byMemory.add(memory.lookup(0, flows(slots, bytes), samples(slots)));
      }
      List<Tally> byAge = new ArrayList<>();
      long all = flows(slots, BYTES[BYTES.length - 1]);
      for (double age : AGES) {
        long first = all - Math.round(age * slots) - window(slots) / 2;
        byAge.add(memory.lookup(first, first + window(slots), Long.MAX_VALUE));
      }
      return new Answers(place, share, copies, byMemory, byAge);
    }
  }

  private static void show(List<Answers> all, long slots, Page page) {
    Comparisons memory =
        page.comparisons(
            "by-memory",
            "The share found of all flows of the window",
            "loss",
            "share lost",
            "copies",
            "bytes a flow");
    Comparisons age =
        page.comparisons(
            "by-age",
            "The share found of flows of an age",
            "loss",
            "share lost",
            "copies",
            "load behind");
    for (Place place : Place.values()) {
      Chart chart =
          page.chart(
              new Chart(
                  "loss-" + place.name().toLowerCase(Locale.ROOT),
                  "Loss " + place.label + ", 300 bytes a flow (lines: closed form)",
                  "share lost (%)",
                  "flows answered (%)"));
      for (int copies : COPIES) {
        double[] x = Curves.linear(0, 40, 41);
        chart.line(
            "N = " + copies,
            x,
            Curves.of(x, percent -> 100 * inWindow(place, percent / 100, copies, BYTES[0])));
        for (Answers each : all) {
          if (each.copies == copies && each.place == place) {
            add(each, slots, memory, age);
          }
          if (each.copies == copies && (each.place == place || each.share == 0)) {
            chart.point("N = " + copies, 100 * each.share, estimate(each, 0, slots).times(100));
          }
        }
      }
    }
    page.result(
        "A report that is lost is lost with all of its copies: success falls by the share lost, and"
            + " redundancy does not help (essential reports are repeated, these are not). A WRITE"
            + " that is lost costs one copy of N: with N = 4 even a loss of 10 % behind the"
            + " translator is hardly seen. Lost WRITEs overwrite nothing either, so a memory that"
            + " is too full gains a little.");
  }

  private static double inWindow(Place place, double share, int copies, int bytes) {
    Losses losses = place.losses(share);
    return WindowAverage.of(
        (double) PathMemory.store(1, 1).stride() / bytes,
        load -> ReportedCopies.foundWithLoss(load, copies, losses.reports(), losses.operations()));
  }

  /** The success at a fill. */
  private static Estimate estimate(Answers each, int index, long slots) {
    Tally tally = each.byMemory.get(index);
    double load = (double) flows(slots, BYTES[index]) / slots;
    double effect =
        SharedWrites.designEffectOfWindow(load, each.copies, (double) tally.asked() / slots);
    return Proportion.of(tally.right(), tally.asked(), effect);
  }

  /** Adds all that a memory answered. */
  private static void add(Answers each, long slots, Comparisons memory, Comparisons age) {
    for (int i = 0; i < BYTES.length; i++) {
      memory.equal(
          inWindow(each.place, each.share, each.copies, BYTES[i]),
          estimate(each, i, slots),
          each.place.label,
          each.share,
          each.copies,
          BYTES[i]);
    }
    Losses losses = each.place.losses(each.share);
    for (int i = 0; i < AGES.length; i++) {
      Tally tally = each.byAge.get(i);
      double effect = SharedWrites.designEffect(AGES[i], each.copies, WINDOW);
      age.equal(
          ReportedCopies.foundWithLoss(AGES[i], each.copies, losses.reports(), losses.operations()),
          Proportion.of(tally.right(), tally.asked(), effect),
          each.place.label,
          each.share,
          each.copies,
          AGES[i]);
    }
  }
}
