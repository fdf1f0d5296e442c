package io.dta.experiment.catalog;

import io.dta.experiment.Cost;
import io.dta.experiment.Experiment;
import io.dta.experiment.Lab;
import io.dta.experiment.Scale;
import io.dta.experiment.page.Chart;
import io.dta.experiment.page.Comparisons;
import io.dta.experiment.page.Page;
import io.dta.experiment.rig.AppendList;
import io.dta.experiment.statistics.Confidence;
import io.dta.experiment.statistics.Estimate;
import io.dta.experiment.statistics.Mean;
import io.dta.fattree.workload.SplitMix64;
import io.dta.primitives.analysis.AppendBatching;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

/** Append: what batches save and cost, and what a slow reader loses. */
public final class AppendBatches implements Experiment {
  private static final int[] BATCHES = {1, 2, 4, 8, 16, 32, 64};
  private static final int[] RATES = {300, 3_000, 30_000};
  private static final long FLUSH_NS = 10_000_000;
  private static final int FRAMES = 1 << 10;
  private static final int REPETITIONS = 64;

  private static final int SMALL_RING = 64;
  private static final int[] FRAMES_A_POLL = {16, 48, 64, 65, 80, 128, 200, 512};
  private static final int POLLS = 50;

  /** What one list saw. */
  private record Segment(double waitSeconds, double entries, double writes) {}

  private record Segments(int rate, int batch, List<Segment> all) {}

  private record Lapped(int framesAPoll, long lostFrames, long frames, long entries) {}

  @Override
  public String name() {
    return "append";
  }

  @Override
  public String title() {
    return "Append: batches, latency, and readers that are too slow";
  }

  @Override
  public String question() {
    return "A batch of b entries costs one WRITE, and its first entry waits for the last one. How"
        + " many operations does that save, how long until an entry is visible, and what"
        + " does a reader miss when the ring comes round before it looks again?";
  }

  private static int entries(Scale scale) {
    return scale.choose(500, 20_000, 100_000);
  }

  @Override
  public Cost cost(Scale scale) {
    long reports = (long) entries(scale) * BATCHES.length * RATES.length * REPETITIONS;
    return new Cost(reports, reports / 3, 0, 1 << 20);
  }

  @Override
  public void run(Lab lab, Page page) {
    int entries = entries(lab.scale());
    int repetitions = Math.max(2, lab.repetitions(REPETITIONS));
    page.method(
        ("Entries of a list arrive as a Poisson process, each in a datagram of its own; the engine"
                + " writes a frame when it has b entries or its first one has waited for 10 ms; the"
                + " reader looks after every step of a clock that the experiment moves. %d runs of"
                + " %,d entries and more, up to the end of a frame, for each rate and b.")
            .formatted(repetitions, entries));
    page.method(
        ("For the slow reader a list of %d frames of 4 entries is polled each time that so many"
                + " frames were written.")
            .formatted(SMALL_RING));
    List<Callable<Segments>> trials = new ArrayList<>();
    for (int rate : RATES) {
      for (int batch : BATCHES) {
        long seed = lab.seed(this, trials.size());
        trials.add(() -> segments(lab, rate, batch, entries, repetitions, seed));
      }
    }
    show(lab.run(trials), page);
    List<Callable<Lapped>> slow = new ArrayList<>();
    for (int frames : FRAMES_A_POLL) {
      slow.add(() -> lap(frames));
    }
    showLapped(lab.run(slow), page);
  }

  private static Segments segments(
      Lab lab, int rate, int batch, int entries, int repetitions, long seed) {
    List<Segment> all = new ArrayList<>();
    SplitMix64 random = new SplitMix64(seed);
    for (int repetition = 0; repetition < repetitions; repetition++) {
      all.add(segment(rate, batch, entries, random));
      lab.advance(entries);
    }
    return new Segments(rate, batch, all);
  }

  /** Entries until there were enough and none waits: whole frames. */
  private static Segment segment(int rate, int batch, int entries, SplitMix64 random) {
    List<Long> arrivals = new ArrayList<>();
    long[] wait = new long[1];
    try (AppendList list = new AppendList(batch, FRAMES, FLUSH_NS)) {
      AppendList.Visible visible =
          (number, timeNs) -> wait[0] += timeNs - arrivals.get((int) number);
      long now = 0;
      long opened = 0;
      while (arrivals.size() < entries || list.waiting() > 0) {
        long next = now + 1 + Math.round(-1e9 * Math.log1p(-random.nextDouble()) / rate);
        boolean open = list.waiting() > 0;
        if (open && next >= opened + FLUSH_NS) {
          now = opened + FLUSH_NS;
          list.advanceTo(now);
          list.poll(visible);
          if (arrivals.size() >= entries) {
            break;
          }
          // Poisson arrivals have no memory: the time to the next one may be drawn anew.
          continue;
        }
        now = next;
        opened = open ? opened : now;
        list.advanceTo(now);
        arrivals.add(now);
        list.append();
        list.poll(visible);
      }
      return new Segment(wait[0] / 1e9, arrivals.size(), list.operations());
    }
  }

  private static void show(List<Segments> trials, Page page) {
    Comparisons waits =
        page.comparisons("latency", "Mean time to visibility in ms", "entries a second", "batch");
    Comparisons writes =
        page.comparisons("writes", "RDMA WRITEs an entry", "entries a second", "batch");
    Chart latency =
        page.chart(
            new Chart(
                    "latency",
                    "Time until an entry is visible (lines: closed form)",
                    "b: entries a batch",
                    "mean time (ms)")
                .logX());
    Chart operations =
        page.chart(
            new Chart(
                    "writes",
                    "RDMA WRITEs an entry (lines: closed form)",
                    "b: entries a batch",
                    "WRITEs an entry")
                .logX()
                .logY());
    double[] x = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64};
    for (int rate : RATES) {
      String name = "%,d entries/s".formatted(rate);
      latency.line(
          name, x, Curves.of(x, b -> 1e3 * AppendBatching.meanWait(rate, (int) b, FLUSH_NS / 1e9)));
      operations.line(
          name, x, Curves.of(x, b -> AppendBatching.writesPerEntry(rate, (int) b, FLUSH_NS / 1e9)));
    }
    for (Segments each : trials) {
      double[] wait = each.all.stream().mapToDouble(Segment::waitSeconds).toArray();
      double[] count = each.all.stream().mapToDouble(Segment::entries).toArray();
      double[] posted = each.all.stream().mapToDouble(Segment::writes).toArray();
      Estimate meanWait = Mean.ratio(wait, count).times(1e3);
      Estimate meanWrites = withUnseen(Mean.ratio(posted, count), posted);
      String name = "%,d entries/s".formatted(each.rate);
      waits.equal(
          1e3 * AppendBatching.meanWait(each.rate, each.batch, FLUSH_NS / 1e9),
          meanWait,
          each.rate,
          each.batch);
      writes.equal(
          AppendBatching.writesPerEntry(each.rate, each.batch, FLUSH_NS / 1e9),
          meanWrites,
          each.rate,
          each.batch);
      latency.point(name, each.batch, meanWait);
      operations.point(name, each.batch, meanWrites);
    }
    page.result(
        "Where entries come fast a batch of 16 costs 1/16 WRITE an entry and some hundred"
            + " microseconds of waiting. Where they come slowly the flush bounds the wait, larger"
            + " batches are never filled, and b does not matter any more.");
  }

  /**
   * Where all frames seen were full, they differ in nothing, and Student's interval is a point. But
   * what did not happen to n frames may still happen with a probability of up to ln(1/risk)/n; and
   * then a frame has fewer entries, at least one.
   */
  private static Estimate withUnseen(Estimate writes, double[] posted) {
    double frames = Arrays.stream(posted).sum();
    return writes.widened(writes.value() * -Math.log(Confidence.RISK) / frames);
  }

  private static Lapped lap(int framesAPoll) {
    int batch = 4;
    try (AppendList list = new AppendList(batch, SMALL_RING, FLUSH_NS)) {
      long entries = 0;
      for (int poll = 0; poll < POLLS; poll++) {
        for (int i = 0; i < framesAPoll * batch; i++) {
          list.append();
        }
        entries += list.poll((number, timeNs) -> {});
      }
      return new Lapped(
          framesAPoll, list.lostFrames(), (long) POLLS * framesAPoll, entries / batch);
    }
  }

  private static void showLapped(List<Lapped> all, Page page) {
    Comparisons table =
        page.comparisons(
            "lapped",
            "The share of frames lost to the reader: max(0, 1 − F/P)",
            "frames written between polls");
    Chart chart =
        page.chart(
            new Chart(
                "lapped",
                "Frames lost to a slow reader, F = %d (line: closed form)".formatted(SMALL_RING),
                "P: frames written between two polls",
                "frames lost (%)"));
    double[] x = Curves.linear(1, 512, 128);
    chart.line("lost", x, Curves.of(x, frames -> 100 * lost(frames)));
    for (Lapped each : all) {
      Estimate share = Estimate.exact((double) each.lostFrames / each.frames, each.frames);
      table.equal(lost(each.framesAPoll), share, each.framesAPoll);
      chart.point("lost", each.framesAPoll, share.times(100));
      if (each.lostFrames + each.entries != each.frames) {
        page.claim(
            "every frame is delivered or counted as lost",
            "%d + %d of %d".formatted(each.entries, each.lostFrames, each.frames),
            false);
      }
    }
    page.result(
        "A reader that comes round in time misses nothing; one that is lapped gets the last F"
            + " frames whole and knows exactly how many it lost.");
  }

  private static double lost(double framesAPoll) {
    return Math.max(0, 1 - SMALL_RING / framesAPoll);
  }
}
