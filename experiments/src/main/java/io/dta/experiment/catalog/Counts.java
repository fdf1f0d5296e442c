package io.dta.experiment.catalog;

import io.dta.experiment.Cost;
import io.dta.experiment.Experiment;
import io.dta.experiment.Lab;
import io.dta.experiment.Scale;
import io.dta.experiment.page.Chart;
import io.dta.experiment.page.Comparisons;
import io.dta.experiment.page.Numbers;
import io.dta.experiment.page.Page;
import io.dta.experiment.rig.CounterMemory;
import io.dta.experiment.rig.MergedSketch;
import io.dta.experiment.rig.PathFlows;
import io.dta.experiment.statistics.Estimate;
import io.dta.experiment.statistics.Mean;
import io.dta.experiment.statistics.Proportion;
import io.dta.fattree.workload.PublishedSizes;
import io.dta.fattree.workload.SizeDistribution;
import io.dta.fattree.workload.SplitMix64;
import io.dta.primitives.analysis.CountMinBounds;
import io.dta.primitives.analysis.CountSketchBounds;
import io.dta.primitives.analysis.KeyIncrementBounds;
import io.dta.primitives.store.SketchKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

/** Key-Increment and merged sketches: errors against memory, and heavy hitters. */
public final class Counts implements Experiment {
  private static final int[] COPIES = {1, 2, 4};
  private static final int[] COUNTER_BITS = {12, 14, 16, 18};
  private static final int[] COLUMN_BITS = {8, 10, 12, 14};
  private static final int COUNT_MIN_ROWS = 4;
  private static final int COUNT_SKETCH_ROWS = 5;
  private static final int[] REGISTER_BITS = {6, 8, 10, 12};
  private static final int REPORTERS = 16;
  private static final int PACKET = 1460;

  /** The share of flows that are heavy. */
  private static final double HEAVY = 2e-3;

  /** Repetitions of a HyperLogLog, for its root mean square error. */
  private static final int CARDINALITIES = 48;

  /** Packets of flows, so many that they need not be drawn again. */
  private static final class Sizes {
    final long[] packets;
    final long total;
    final double norm;

    /** The packets of the smallest heavy flow. */
    final long heavy;

    Sizes(int flows, long seed) {
      SizeDistribution distribution = SizeDistribution.of(PublishedSizes.DATA_MINING);
      SplitMix64 random = new SplitMix64(seed);
      packets = new long[flows];
      long sum = 0;
      double squares = 0;
      for (int flow = 0; flow < flows; flow++) {
        packets[flow] = 1 + distribution.size(random.nextDouble()) / PACKET;
        sum += packets[flow];
        squares += (double) packets[flow] * packets[flow];
      }
      total = sum;
      norm = Math.sqrt(squares);
      long[] sorted = packets.clone();
      Arrays.sort(sorted);
      heavy = sorted[(int) (flows * (1 - HEAVY))];
    }
  }

  /** What a structure says of all flows. */
  private record Errors(
      String kind,
      int parameter,
      long bytes,
      long under,
      long beyond,
      long flows,
      double meanError,
      double boundOfError,
      double risk,
      Heavy heavy) {}

  /**
   * Heavy hitters.
   *
   * @param all flows with at least the threshold
   * @param found of them
   * @param claimed flows that are said to be heavy
   */
  private record Heavy(long all, long found, long claimed) {}

  private record Cardinality(int bits, double relativeError) {}

  /** Something that counts and can be asked. */
  private interface Counting extends AutoCloseable {
    void add(int flow, PathFlows flows, long packets);

    void finish();

    long estimate(PathFlows flows);

    @Override
    void close();
  }

  @Override
  public String name() {
    return "counters-and-sketches";
  }

  @Override
  public String title() {
    return "Key-Increment and sketches: error against memory";
  }

  @Override
  public String question() {
    return "Counts share memory. How far off are they, compared with the bounds, and which heavy"
        + " hitters does one find?";
  }

  private static int flows(Scale scale) {
    return scale.choose(40_000, 1_000_000, 4_000_000);
  }

  @Override
  public Cost cost(Scale scale) {
    long flows = flows(scale);
    long structures = (long) COPIES.length * COUNTER_BITS.length + 2L * COLUMN_BITS.length;
    long cardinalities = (long) CARDINALITIES * REGISTER_BITS.length;
    return new Cost(
        flows * (structures + cardinalities), flows * structures, flows * structures, 64L << 20);
  }

  @Override
  public void run(Lab lab, Page page) {
    int flows = flows(lab.scale());
    page.method(
        ("%,d flows with the packets of a data mining cluster (VL2, SIGCOMM 2009) are counted: by"
                + " Key-Increment with N = 1, 2 and 4 in 2^12 to 2^18 counters of 8 bytes; and by"
                + " Count-Min (%d rows) and Count Sketch (%d rows) of 2^8 to 2^14 columns on each of"
                + " %d switches, whose sketches the engine merges. Then every flow is asked for. Heavy"
                + " are the largest %s %% of the flows.")
            .formatted(flows, COUNT_MIN_ROWS, COUNT_SKETCH_ROWS, REPORTERS, 100 * HEAVY));
    page.method(
        "HyperLogLogs of 2^6 to 2^12 registers count the flows, merged in the same way, %d times with other flows."
            .formatted(CARDINALITIES));
    Sizes sizes = new Sizes(flows, lab.seed(this, 0));
    List<Callable<Errors>> trials = new ArrayList<>();
    for (int copies : COPIES) {
      for (int bits : COUNTER_BITS) {
        long seed = lab.seed(this, 100 * copies + bits);
        trials.add(() -> increments(lab, sizes, copies, bits, seed));
      }
    }
    for (int bits : COLUMN_BITS) {
      long seed = lab.seed(this, 1000 + bits);
      trials.add(() -> countMin(lab, sizes, bits, seed));
      trials.add(() -> countSketch(lab, sizes, bits, seed));
    }
    showErrors(lab.run(trials), sizes, page);
    List<Callable<Cardinality>> cardinalities = new ArrayList<>();
    for (int bits : REGISTER_BITS) {
      for (int i = 0; i < CARDINALITIES; i++) {
        long seed = lab.seed(this, 10_000 + 100 * bits + i);
        cardinalities.add(() -> cardinality(lab, flows, bits, seed));
      }
    }
    showCardinalities(lab.run(cardinalities), page);
  }

  private static Errors increments(Lab lab, Sizes sizes, int copies, int bits, long seed) {
    CounterMemory memory = new CounterMemory(1L << bits, copies);
    Counting counting =
        new Counting() {
          @Override
          public void add(int flow, PathFlows flows, long packets) {
            memory.add(flows, packets);
          }

          @Override
          public void finish() {
            memory.finish();
          }

          @Override
          public long estimate(PathFlows flows) {
            return memory.count(flows);
          }

          @Override
          public void close() {
            memory.close();
          }
        };
    return errors(
        lab,
        counting,
        sizes,
        seed,
        new Errors(
            "Key-Increment, N = " + copies,
            copies,
            8L << bits,
            0,
            0,
            0,
            0,
            KeyIncrementBounds.error(copies, sizes.total, 1L << bits),
            1 - KeyIncrementBounds.confidence(copies),
            null));
  }

  private static Errors countMin(Lab lab, Sizes sizes, int bits, long seed) {
    MergedSketch sketch =
        new MergedSketch(SketchKind.COUNT_MIN, COUNT_MIN_ROWS, 1 << bits, REPORTERS);
    return errors(
        lab,
        sketched(sketch),
        sizes,
        seed,
        new Errors(
            "Count-Min",
            COUNT_MIN_ROWS,
            sketch.bytes(),
            0,
            0,
            0,
            0,
            CountMinBounds.error(1 << bits, sizes.total),
            1 - CountMinBounds.confidence(COUNT_MIN_ROWS),
            null));
  }

  private static Errors countSketch(Lab lab, Sizes sizes, int bits, long seed) {
    MergedSketch sketch =
        new MergedSketch(SketchKind.COUNT_SKETCH, COUNT_SKETCH_ROWS, 1 << bits, REPORTERS);
    return errors(
        lab,
        sketched(sketch),
        sizes,
        seed,
        new Errors(
            "Count Sketch",
            COUNT_SKETCH_ROWS,
            sketch.bytes(),
            0,
            0,
            0,
            0,
            CountSketchBounds.error(1 << bits, sizes.norm),
            1 - CountSketchBounds.confidence(COUNT_SKETCH_ROWS),
            null));
  }

  private static Counting sketched(MergedSketch sketch) {
    return new Counting() {
      @Override
      public void add(int flow, PathFlows flows, long packets) {
        sketch.add(flow % REPORTERS, flows, packets);
      }

      @Override
      public void finish() {
        sketch.merge();
      }

      @Override
      public long estimate(PathFlows flows) {
        return sketch.estimate(flows);
      }

      @Override
      public void close() {
        sketch.close();
      }
    };
  }

  /** Counts all flows and asks for all of them; completes what is known of the structure. */
  private static Errors errors(
      Lab lab, Counting counting, Sizes sizes, long seed, Errors structure) {
    PathFlows flows = new PathFlows(16, seed);
    int count = sizes.packets.length;
    try (counting) {
      for (int flow = 0; flow < count; flow++) {
        flows.seek(flow);
        counting.add(flow, flows, sizes.packets[flow]);
      }
      counting.finish();
      lab.advance(count);
      long threshold = sizes.heavy;
      long under = 0;
      long beyond = 0;
      double sum = 0;
      long heavy = 0;
      long found = 0;
      long claimed = 0;
      for (int flow = 0; flow < count; flow++) {
        flows.seek(flow);
        long estimate = counting.estimate(flows);
        long error = estimate - sizes.packets[flow];
        under += error < 0 ? 1 : 0;
        beyond += Math.abs(error) > structure.boundOfError ? 1 : 0;
        sum += Math.abs(error);
        heavy += sizes.packets[flow] >= threshold ? 1 : 0;
        claimed += estimate >= threshold ? 1 : 0;
        found += sizes.packets[flow] >= threshold && estimate >= threshold ? 1 : 0;
      }
      lab.advance(count);
      return new Errors(
          structure.kind,
          structure.parameter,
          structure.bytes,
          under,
          beyond,
          count,
          sum / count,
          structure.boundOfError,
          structure.risk,
          new Heavy(heavy, found, claimed));
    }
  }

  private static Cardinality cardinality(Lab lab, int count, int bits, long seed) {
    PathFlows flows = new PathFlows(16, seed);
    try (MergedSketch sketch = new MergedSketch(SketchKind.HYPERLOGLOG, 1, 1 << bits, REPORTERS)) {
      for (int flow = 0; flow < count; flow++) {
        flows.seek(flow);
        sketch.add(flow % REPORTERS, flows, 1);
      }
      sketch.merge();
      lab.advance(count);
      return new Cardinality(bits, sketch.cardinality() / count - 1);
    }
  }

  private static void showErrors(List<Errors> all, Sizes sizes, Page page) {
    Comparisons bounds =
        page.comparisons(
            "beyond", "The share of flows whose error exceeds its bound", "structure", "bytes");
    Comparisons under =
        page.comparisons("under", "The share of counts under the truth", "structure", "bytes");
    Chart chart =
        page.chart(
            new Chart(
                    "error",
                    "Mean error of a flow's count (dashed: bound of most errors)",
                    "memory (bytes)",
                    "error (share of all packets)")
                .logX()
                .logY());
    Comparisons recall =
        page.comparisons("heavy", "The share of heavy flows that is found", "structure", "bytes");
    List<List<String>> hitters = new ArrayList<>();
    for (Errors each : all) {
      bounds.atMost(each.risk, Proportion.of(each.beyond, each.flows), each.kind, each.bytes);
      if (!each.kind.equals("Count Sketch")) {
        under.equal(
            0, Estimate.exact((double) each.under / each.flows, each.flows), each.kind, each.bytes);
        recall.equal(
            1,
            Estimate.exact((double) each.heavy.found / each.heavy.all, each.heavy.all),
            each.kind,
            each.bytes);
      }
      chart.point(
          each.kind, (double) each.bytes, Estimate.exact(each.meanError / sizes.total, each.flows));
      hitters.add(
          List.of(
              each.kind,
              Numbers.bytes(each.bytes),
              Numbers.text(each.heavy.all),
              Numbers.text(each.heavy.found),
              Numbers.text((double) each.heavy.claimed - each.heavy.found)));
    }
    for (String kind : all.stream().map(Errors::kind).distinct().toList()) {
      List<Errors> its = all.stream().filter(each -> each.kind.equals(kind)).toList();
      chart.bound(
          kind,
          its.stream().mapToDouble(Errors::bytes).toArray(),
          its.stream().mapToDouble(each -> each.boundOfError / sizes.total).toArray());
    }
    page.listing(
        "Heavy hitters, by asking for every flow",
        List.of("structure", "memory", "heavy flows", "found", "said to be heavy and not"),
        hitters);
    page.result(
        "Key-Increment and Count-Min are never under the truth, so they find every heavy hitter and"
            + " some that are none, fewer with more memory. The bounds hold for any workload; with"
            + " one whose flows are mostly small, typical errors are far below them.");
  }

  private static void showCardinalities(List<Cardinality> all, Page page) {
    Comparisons table =
        page.comparisons(
            "cardinality",
            "HyperLogLog: mean square of the relative error, and 1.04² / registers",
            "registers");
    for (int bits : REGISTER_BITS) {
      double[] squares =
          all.stream()
              .filter(each -> each.bits == bits)
              .mapToDouble(each -> each.relativeError * each.relativeError)
              .toArray();
      if (squares.length >= 2) {
        table.equal(1.04 * 1.04 / (1 << bits), Mean.of(squares), 1 << bits);
      }
    }
  }
}
