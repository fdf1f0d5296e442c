package io.dta.experiment.catalog;

import io.dta.experiment.Lab;
import io.dta.experiment.rig.CounterMemory;
import io.dta.experiment.rig.FlowCounter;
import io.dta.experiment.rig.MergedSketch;
import io.dta.experiment.rig.PathFlows;
import io.dta.fattree.workload.PublishedSizes;
import io.dta.fattree.workload.SizeDistribution;
import io.dta.fattree.workload.SplitMix64;
import io.dta.primitives.analysis.CellLoad;
import io.dta.primitives.analysis.CountMinBounds;
import io.dta.primitives.analysis.CountSketchBounds;
import io.dta.primitives.analysis.KeyIncrementBounds;
import io.dta.primitives.store.SketchKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * A structure that counts flows: how far its counts may be off by the papers' bound, how far they
 * are off by chance, and what one memory of it answers.
 *
 * @param kind its name
 * @param sketch null for Key-Increment
 * @param rows of a sketch, or the copies of Key-Increment
 * @param cells columns, or counters
 * @param bound what most errors are below
 * @param risk the share of errors that may exceed the bound
 * @param points errors, rising, for which the closed form is known
 * @param beyond for each point the share of flows whose error exceeds it, by the closed form
 */
record CountedStructure(
    String kind,
    SketchKind sketch,
    int rows,
    int cells,
    double bound,
    double risk,
    List<Integer> points,
    List<Double> beyond) {
  static final int REPORTERS = 16;

  /** Sums of packets that are tabulated, a power of two. */
  private static final int TABLE = 1 << 18;

  /** Signed sums come round: asked for are those of which only one in a hundred does. */
  private static final int SIGNED_MOST = TABLE / 256;

  /** A point for each of these shares of errors beyond it, if there is one. */
  private static final double[] SHARES = {0.75, 0.5, 0.25, 0.1};

  private static final double LEAST_SHARE = 0.01;
  private static final int PACKET = 1460;

  /** The share of flows that are heavy. */
  static final double HEAVY = 2e-3;

  /** Packets of flows: the same in all memories, so that closed forms hold for each of them. */
  static final class Sizes {
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

  /**
   * What a memory said of all flows.
   *
   * @param under counts below the truth
   * @param beyondBound counts that are further off than the bound
   * @param beyondPoints the same for each point
   * @param meanError in packets
   * @param heavy flows with at least the threshold
   * @param found of them
   * @param claimed flows that are said to be heavy
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares two
  record Answers(
      long bytes,
      long flows,
      long under,
      long beyondBound,
      long[] beyondPoints,
      double meanError,
      long heavy,
      long found,
      long claimed) {}

  static CountedStructure keyIncrement(Sizes sizes, int copies, int cells) {
    CellLoad load = CellLoad.added(sizes.packets, copies, cells, TABLE);
    return of(
        "Key-Increment, N = " + copies,
        null,
        copies,
        cells,
        KeyIncrementBounds.error(copies, sizes.total, cells),
        1 - KeyIncrementBounds.confidence(copies),
        TABLE / 2,
        error -> load.leastExceeds(copies, error));
  }

  static CountedStructure countMin(Sizes sizes, int rows, int cells) {
    CellLoad load = CellLoad.added(sizes.packets, 1, cells, TABLE);
    return of(
        "Count-Min",
        SketchKind.COUNT_MIN,
        rows,
        cells,
        CountMinBounds.error(cells, sizes.total),
        1 - CountMinBounds.confidence(rows),
        TABLE / 2,
        error -> load.leastExceeds(rows, error));
  }

  static CountedStructure countSketch(Sizes sizes, int rows, int cells) {
    CellLoad load = CellLoad.signed(sizes.packets, cells, TABLE);
    return of(
        "Count Sketch",
        SketchKind.COUNT_SKETCH,
        rows,
        cells,
        CountSketchBounds.error(cells, sizes.norm),
        1 - CountSketchBounds.confidence(rows),
        SIGNED_MOST,
        error -> load.medianExceeds(rows, error));
  }

  private static CountedStructure of(
      String kind,
      SketchKind sketch,
      int rows,
      int cells,
      double bound,
      double risk,
      int most,
      IntToDoubleFunction exceeds) {
    List<Integer> points = new ArrayList<>();
    List<Double> beyond = new ArrayList<>();
    int next = 0;
    for (double share : SHARES) {
      int point = firstWithAtMost(share, exceeds, next, most);
      if (point < most && exceeds.applyAsDouble(point) >= LEAST_SHARE) {
        points.add(point);
        beyond.add(exceeds.applyAsDouble(point));
        next = point + 1;
      }
    }
    return new CountedStructure(kind, sketch, rows, cells, bound, risk, points, beyond);
  }

  /** The first error from {@code low} on that at most this share exceeds; {@code high} if none. */
  private static int firstWithAtMost(double share, IntToDoubleFunction exceeds, int low, int high) {
    int from = low;
    int to = high;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (exceeds.applyAsDouble(middle) <= share) {
        to = middle;
      } else {
        from = middle + 1;
      }
    }
    return to;
  }

  private FlowCounter open() {
    return sketch == null
        ? new CounterMemory(cells, rows)
        : new MergedSketch(sketch, rows, cells, REPORTERS);
  }

  /** Counts all flows in a new memory, under keys of their own, and asks for all of them. */
  Answers ask(Lab lab, Sizes sizes, long seed) {
    PathFlows flows = new PathFlows(16, seed);
    int count = sizes.packets.length;
    try (FlowCounter counter = open()) {
      for (int flow = 0; flow < count; flow++) {
        flows.seek(flow);
        counter.add(flow % REPORTERS, flows, sizes.packets[flow]);
      }
      counter.finish();
      lab.advance(count);
      long under = 0;
      long far = 0;
      long[] beyondPoints = new long[points.size()];
      double sum = 0;
      long heavy = 0;
      long found = 0;
      long claimed = 0;
      for (int flow = 0; flow < count; flow++) {
        flows.seek(flow);
        long estimate = counter.estimate(flows);
        long error = estimate - sizes.packets[flow];
        under += error < 0 ? 1 : 0;
        far += Math.abs(error) > bound ? 1 : 0;
        for (int i = 0; i < beyondPoints.length; i++) {
          beyondPoints[i] += Math.abs(error) > points.get(i) ? 1 : 0;
        }
        sum += Math.abs(error);
        boolean isHeavy = sizes.packets[flow] >= sizes.heavy;
        boolean isClaimed = estimate >= sizes.heavy;
        heavy += isHeavy ? 1 : 0;
        claimed += isClaimed ? 1 : 0;
        found += isHeavy && isClaimed ? 1 : 0;
      }
      lab.advance(count);
      return new Answers(
          counter.bytes(), count, under, far, beyondPoints, sum / count, heavy, found, claimed);
    }
  }
}
