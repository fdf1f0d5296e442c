package io.dta.experiment.catalog;

import io.dta.experiment.Cost;
import io.dta.experiment.Experiment;
import io.dta.experiment.Lab;
import io.dta.experiment.Scale;
import io.dta.experiment.page.Chart;
import io.dta.experiment.page.Comparisons;
import io.dta.experiment.page.Page;
import io.dta.experiment.rig.CacheModel;
import io.dta.experiment.rig.HopWrites;
import io.dta.experiment.rig.PathFlows;
import io.dta.experiment.rig.PostcardMemory;
import io.dta.experiment.rig.Tally;
import io.dta.experiment.statistics.Estimate;
import io.dta.experiment.statistics.Mean;
import io.dta.experiment.statistics.Proportion;
import io.dta.experiment.statistics.SharedWrites;
import io.dta.fattree.workload.SplitMix64;
import io.dta.primitives.analysis.PolicyOutcome;
import io.dta.primitives.analysis.PostcardingBounds;
import io.dta.primitives.store.PathVerification;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.ValueRange;
import io.dta.translator.engine.EngineEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Postcarding: success and wrong answers, the cache, and what it saves. */
public final class Postcards implements Experiment {
  private static final int[] COPIES = {1, 2, 4};
  private static final double[] LOADS = {0.05, 0.1, 0.2, 0.35, 0.5, 0.8};
  private static final double WINDOW = 1.0 / 32;

  /** Sizes of the set of known values: that of a fat tree, and ever more of all 2^32. */
  private static final long[] VALUES = {512, 1L << 30, 1L << 31, 3L << 30};

  /** Rows that flows would occupy if all had a place, as a share of those there are. */
  private static final double[] OCCUPANCIES = {0.125, 0.25, 0.375, 0.5, 0.75, 1};

  private static final int[] ROWS = {256, 1024, 4096};
  private static final int WAYS = 4;

  private record Question(int copies, long values, double load) {}

  /** Runs of the model of a cache, for its expectation and spread. */
  private static final int MODELS = 32;

  /**
   * A cache's life.
   *
   * @param models the shares of paths that left early of some runs of the model
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares two
  private record Cache(
      int rows, int delay, long numbers, long flows, long complete, double[] models) {
    /** How many flows begin while one is being reported. */
    long meanwhile() {
      return ((PathFlows.HOPS - 1L) * delay - 1) * flows / numbers;
    }

    /** Flows that are being reported, as a share of the rows. */
    double occupancy() {
      return (double) meanwhile() / rows;
    }

    /**
     * Paths that left early; one that does makes others do so, which the spread of models knows.
     */
    Estimate early() {
      double share = 1 - (double) complete / flows;
      double reach = Mean.reachOfOneMore(models);
      return new Estimate(share, Math.max(0, share - reach), Math.min(1, share + reach), flows);
    }

    double expectation() {
      return Arrays.stream(models).average().orElseThrow();
    }
  }

  @Override
  public String name() {
    return "postcarding";
  }

  @Override
  public String title() {
    return "Postcarding";
  }

  @Override
  public String question() {
    return "Every hop reports by itself, and the translator gathers a flow's postcards into one"
        + " WRITE. How often is a path found, or a wrong one, against load and the number of"
        + " known values? How large must the cache be? What does it save?";
  }

  private static long chunks(Scale scale) {
    return scale.choose(1L << 16, 1L << 24, 1L << 27);
  }

  private static int repetitions(Scale scale) {
    return scale.choose(3, 3, 1);
  }

  private static long window(long chunks) {
    return (long) (chunks * WINDOW);
  }

  private static long flows(long chunks) {
    return (long) (chunks * (LOADS[LOADS.length - 1] + WINDOW));
  }

  private static long cacheFlows(Scale scale) {
    return scale.choose(1L << 16, 1L << 20, 1L << 22);
  }

  @Override
  public Cost cost(Scale scale) {
    long chunks = chunks(scale);
    long flows = flows(chunks) * COPIES.length * repetitions(scale);
    long lookups =
        window(chunks) * LOADS.length * VALUES.length * COPIES.length * repetitions(scale);
    long caches = cacheFlows(scale) * OCCUPANCIES.length * ROWS.length;
    return new Cost(
        flows * PathFlows.HOPS + caches * PathFlows.HOPS,
        flows * 7 / 3 + caches,
        lookups + caches,
        store(chunks, 1, VALUES[0]).regionLength());
  }

  private static PostcardingStore store(long chunks, int copies, long values) {
    return new PostcardingStore(
        0,
        "postcards",
        PathFlows.KEY,
        PathFlows.HOPS,
        chunks,
        copies,
        PathVerification.VALUE_SET,
        List.of(new ValueRange(1, values)));
  }

  @Override
  public void run(Lab lab, Page page) {
    long chunks = chunks(lab.scale());
    int repetitions = lab.repetitions(repetitions(lab.scale()));
    page.method(
        ("Postcards of flows with five hops go into %,d chunks of 32 bytes with N = 1, 2 and 4;"
                + " %,d flows around each load are looked up by the paper's rule (all valid chunks"
                + " agree), by readers that know 512 values or, to see wrong answers at all, up to"
                + " three quarters of all 32-bit words; %d times with other flows.")
            .formatted(chunks, window(chunks), repetitions));
    List<Callable<Map<Question, Tally>>> trials = new ArrayList<>();
    int number = 0;
    for (int repetition = 0; repetition < repetitions; repetition++) {
      for (int copies : COPIES) {
        long seed = lab.seed(this, number++);
        trials.add(() -> ask(lab, chunks, copies, seed));
      }
    }
    Map<Question, Tally> all = new HashMap<>();
    lab.run(trials)
        .forEach(
            some -> some.forEach((question, tally) -> all.merge(question, tally, Tally::plus)));
    showAnswers(all, page);
    runCaches(lab, page);
    runSavings(lab, page);
  }

  private static Map<Question, Tally> ask(Lab lab, long chunks, int copies, long seed) {
    Map<Question, Tally> answers = new HashMap<>();
    PathFlows paths = new PathFlows(16, seed);
    try (PostcardMemory memory = new PostcardMemory(lab, store(chunks, copies, VALUES[0]), paths)) {
      // Flows with fewer hops are passed over: what counts is how many were written.
      long end = flows(chunks) * 17 / 16;
      memory.writeUpTo(end);
      double perNumber = (double) memory.written() / end;
      for (double load : LOADS) {
        long middle = end - Math.round(load * chunks / perNumber);
        long half = Math.round(window(chunks) / perNumber / 2);
        for (long values : VALUES) {
          answers.put(
              new Question(copies, values, load),
              memory.lookup(
                  middle - half, middle + half, Long.MAX_VALUE, store(chunks, copies, values)));
        }
      }
    }
    return answers;
  }

  private static void showAnswers(Map<Question, Tally> all, Page page) {
    Comparisons right =
        page.comparisons(
            "found", "The share of paths found", "copies", "known values", "load behind");
    Comparisons wrong =
        page.comparisons(
            "wrong", "The share of wrong paths", "copies", "known values", "load behind");
    Comparisons bound =
        page.comparisons(
            "bound",
            "Wrong paths and the bound q^N · N · ((|V| + 1) / 2^32)^5",
            "copies",
            "known values",
            "load behind");
    Chart found =
        page.chart(
            new Chart(
                "found",
                "Paths found, 512 known values (lines: closed form)",
                "α: flows written later / chunks",
                "paths found (%)"));
    Chart errors =
        page.chart(
            new Chart(
                    "wrong",
                    "Wrong paths, N = 2 (lines: closed form)",
                    "α: flows written later / chunks",
                    "wrong paths (share of look-ups)")
                .logY()
                .yRange(1e-7, 1));
    double[] x = Curves.linear(0.02, 0.8, 40);
    for (int copies : COPIES) {
      found.line(
          "N = " + copies, x, Curves.of(x, load -> 100 * outcome(load, copies, VALUES[0]).right()));
      for (long values : VALUES) {
        String name = "|V| = " + values / VALUES[1] + " · 2^30";
        if (copies == 2 && values > VALUES[0]) {
          errors.line(name, x, Curves.of(x, load -> outcome(load, copies, values).wrong()));
        }
        for (double load : LOADS) {
          Tally tally = all.get(new Question(copies, values, load));
          if (tally == null) {
            continue;
          }
          PolicyOutcome closed = outcome(load, copies, values);
          double effect = SharedWrites.designEffect(load, copies, WINDOW);
          Estimate share = Proportion.of(tally.right(), tally.asked(), effect);
          Estimate error = Proportion.of(tally.wrong(), tally.asked());
          right.equal(closed.right(), share, copies, values, load);
          wrong.equal(closed.wrong(), error, copies, values, load);
          bound.atMost(
              PostcardingBounds.wrong(
                  load, copies, values, PathFlows.HOPS, PostcardingBounds.WORD_BITS),
              error,
              copies,
              values,
              load);
          if (values == VALUES[0]) {
            found.point("N = " + copies, load, share.times(100));
          } else if (copies == 2 && tally.wrong() > 0) {
            errors.point(name, load, error);
          }
        }
      }
    }
    page.result(
        "A foreign chunk is valid with the probability ((|V| + 1)/2^32)^5: with the switches of a"
            + " data center never. Even where every second word is a known value, five hops leave"
            + " one foreign chunk of 32.");
  }

  private static PolicyOutcome outcome(double load, int copies, long values) {
    return PolicyOutcome.unanimous(load, copies, Math.pow((values + 1) / 0x1p32, PathFlows.HOPS));
  }

  private void runCaches(Lab lab, Page page) {
    long flows = cacheFlows(lab.scale());
    List<Callable<Cache>> trials = new ArrayList<>();
    for (int rows : ROWS) {
      for (double occupancy : OCCUPANCIES) {
        long seed = lab.seed(this, 1000 + trials.size());
        trials.add(() -> cache(lab, flows, rows, occupancy, seed));
      }
    }
    Comparisons expected =
        page.comparisons(
            "cache",
            "Paths that left the cache early, and the mean of %d runs of a model".formatted(MODELS),
            "rows",
            "occupancy");
    Comparisons least =
        page.comparisons(
            "cache-bound",
            "Paths that left the cache early, and the least that chance makes do so",
            "rows",
            "occupancy");
    Chart chart =
        page.chart(
            new Chart(
                    "cache",
                    "Paths that leave the cache early (line: model, dashed: lower bound)",
                    "ρ: flows that are being reported / rows of the cache",
                    "paths written with holes (share)")
                .logY()
                .yRange(1e-5, 1));
    int most = ROWS[ROWS.length - 1];
    double[] x = Curves.linear(0.1, 1, 46);
    chart.bound(
        "lower bound", x, Curves.of(x, occupancy -> crowded(Math.round(occupancy * most), most)));
    List<Cache> caches = lab.run(trials);
    List<Cache> largest = caches.stream().filter(each -> each.rows == most).toList();
    chart.line(
        most + " rows",
        largest.stream().mapToDouble(Cache::occupancy).toArray(),
        largest.stream().mapToDouble(Cache::expectation).toArray());
    for (Cache each : caches) {
      expected.equal(each.expectation(), each.early(), each.rows, each.occupancy());
      least.atLeast(
          crowded(each.meanwhile(), each.rows), each.early(), each.rows, each.occupancy());
      chart.point(each.rows + " rows", each.occupancy(), each.early());
    }
    page.method(
        ("For the cache, %,d flows report their hops one after the other with so many flows in"
                + " between that a given number of flows, ρ times the cache's rows, is being reported"
                + " at any time; rows time out after twice the time that a path takes. A path that the"
                + " engine did not write whole left the cache early. Beside it, %d runs of a model"
                + " whose flows fall into sets by chance give the expectation, and by their spread the"
                + " interval.")
            .formatted(flows, MODELS));
    page.result(
        "The cache is 4-way: a path leaves early where four later flows fall into its set while it"
            + " is being reported, a binomial tail with a mean of 4ρ. That is a lower bound: what"
            + " is left of such a path needs a row again, which it never fills and keeps until its"
            + " time is over, so that four times as many leave early where few do. With eight rows"
            + " for every flow that is being reported it is one path in 200, and the number of rows"
            + " as such does not matter.");
  }

  /** The probability that of some flows four or more fall into one of the cache's sets. */
  private static double crowded(long flows, int rows) {
    double share = (double) WAYS / rows;
    double term = Math.pow(1 - share, (double) flows);
    double fewer = 0;
    for (int i = 0; i < WAYS; i++) {
      fewer += term;
      term *= (flows - i) / (i + 1.0) * share / (1 - share);
    }
    return 1 - fewer;
  }

  private static Cache cache(Lab lab, long numbers, int rows, double occupancy, long seed) {
    int delay = (int) Math.round(occupancy * rows / (PathFlows.HOPS - 1));
    int timeout = 2 * (PathFlows.HOPS - 1) * delay;
    try (PostcardMemory memory =
        new PostcardMemory(
            lab, store(numbers, 1, VALUES[0]), new PathFlows(16, seed), rows, timeout)) {
      memory.writeSpread(numbers, delay);
      double share = (double) memory.written() / numbers;
      SplitMix64 random = new SplitMix64(~seed);
      double[] models = new double[MODELS];
      for (int i = 0; i < MODELS; i++) {
        models[i] =
            new CacheModel(rows, PathFlows.HOPS, timeout).early(numbers, share, delay, random);
        lab.advance(0);
      }
      return new Cache(
          rows,
          delay,
          numbers,
          memory.written(),
          memory.counters().count(EngineEvent.PATHS_COMPLETE),
          models);
    }
  }

  private void runSavings(Lab lab, Page page) {
    long flows = cacheFlows(lab.scale()) / 4;
    Comparisons table =
        page.comparisons(
            "writes", "RDMA WRITEs a path, counted by the engine", "primitive", "copies");
    for (int copies : COPIES) {
      PathFlows paths = new PathFlows(16, lab.seed(this, 2000 + copies));
      if (lab.isStopped()) {
        return;
      }
      try (PostcardMemory memory =
          new PostcardMemory(lab, store(flows, copies, VALUES[0]), paths)) {
        memory.writeUpTo(flows);
        table.equal(
            copies,
            Estimate.exact(
                (double) memory.counters().operations() / memory.written(), memory.written()),
            "Postcarding",
            copies);
      }
      HopWrites perHop = HopWrites.count(flows, copies, paths);
      table.equal(
          (double) PathFlows.HOPS * copies,
          Estimate.exact((double) perHop.operations() / perHop.flows(), perHop.flows()),
          "Key-Write per hop",
          copies);
    }
    page.result(
        "One WRITE a copy instead of one a hop and copy: a fifth, and 32 bytes of memory a path and"
            + " copy instead of 5 · 8.");
  }
}
