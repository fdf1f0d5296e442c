package io.dta.experiment.catalog;

import io.dta.experiment.Cost;
import io.dta.experiment.Experiment;
import io.dta.experiment.Lab;
import io.dta.experiment.Scale;
import io.dta.experiment.catalog.CountedStructure.Answers;
import io.dta.experiment.catalog.CountedStructure.Sizes;
import io.dta.experiment.page.Chart;
import io.dta.experiment.page.Comparisons;
import io.dta.experiment.page.Numbers;
import io.dta.experiment.page.Page;
import io.dta.experiment.rig.MergedSketch;
import io.dta.experiment.rig.PathFlows;
import io.dta.experiment.statistics.Estimate;
import io.dta.experiment.statistics.Mean;
import io.dta.primitives.store.SketchKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;

/** Key-Increment and merged sketches: errors against memory, and heavy hitters. */
public final class Counts implements Experiment {
  private static final int[] COPIES = {1, 2, 4};
  private static final int[] COUNTER_BITS = {12, 14, 16, 18};
  private static final int[] COLUMN_BITS = {8, 10, 12, 14};
  private static final int COUNT_MIN_ROWS = 4;
  private static final int COUNT_SKETCH_ROWS = 5;
  private static final int[] REGISTER_BITS = {6, 8, 10, 12};

  /** Repetitions of a structure, for the spread of its errors: keys of one share its cells. */
  private static final int REPETITIONS = 16;

  /** Repetitions of a HyperLogLog, for its root mean square error. */
  private static final int CARDINALITIES = 48;

  private record Cardinality(int bits, double relativeError) {}

  private record Answered(CountedStructure structure, Answers answers) {}

  /** A structure and what all memories of it answered. */
  private record Errors(CountedStructure structure, List<Answers> all) {
    String kind() {
      return structure.kind();
    }

    long bytes() {
      return all.getFirst().bytes();
    }

    long total(ToLongFunction<Answers> part) {
      return all.stream().mapToLong(part).sum();
    }

    /** The mean over memories of a share of the flows. */
    Estimate share(ToLongFunction<Answers> part) {
      return Mean.of(
          all.stream()
              .mapToDouble(each -> (double) part.applyAsLong(each) / each.flows())
              .toArray());
    }

    double meanError() {
      return all.stream().mapToDouble(Answers::meanError).average().orElseThrow();
    }
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

  /** Bits more than at small scale, so that about as many flows share a cell. */
  private static int moreBits(Scale scale) {
    return scale.choose(0, 5, 7);
  }

  @Override
  public Cost cost(Scale scale) {
    long flows = flows(scale);
    long structures = (long) COPIES.length * COUNTER_BITS.length + 2L * COLUMN_BITS.length;
    long cardinalities = (long) CARDINALITIES * REGISTER_BITS.length;
    return new Cost(
        flows * (structures * REPETITIONS + cardinalities),
        flows * structures * REPETITIONS,
        flows * structures * REPETITIONS,
        (64L << 20) << moreBits(scale));
  }

  @Override
  public void run(Lab lab, Page page) {
    int flows = flows(lab.scale());
    int more = moreBits(lab.scale());
    int repetitions = Math.max(2, lab.repetitions(REPETITIONS));
    page.method(
        ("%,d flows with the packets of a data mining cluster (VL2, SIGCOMM 2009) are counted: by"
                + " Key-Increment with N = 1, 2 and 4 in 2^%d to 2^%d counters of 8 bytes; and by"
                + " Count-Min (%d rows) and Count Sketch (%d rows) of 2^%d to 2^%d columns on each of"
                + " %d switches, whose sketches the engine merges. Then every flow is asked for. Heavy"
                + " are the largest %s %% of the flows. %d times with other keys.")
            .formatted(
                flows,
                COUNTER_BITS[0] + more,
                COUNTER_BITS[COUNTER_BITS.length - 1] + more,
                COUNT_MIN_ROWS,
                COUNT_SKETCH_ROWS,
                COLUMN_BITS[0] + more,
                COLUMN_BITS[COLUMN_BITS.length - 1] + more,
                CountedStructure.REPORTERS,
                100 * CountedStructure.HEAVY,
                repetitions));
    page.method(
        "The papers' bounds hold for any workload. For this one the distribution of errors follows"
            + " from the sizes: what other flows leave in a cell is a sum whose generating function"
            + " is known, and a Fourier transform inverts it.");
    page.method(
        "HyperLogLogs of 2^6 to 2^12 registers count the flows, merged in the same way, %d times with other flows."
            .formatted(CARDINALITIES));
    Sizes sizes = new Sizes(flows, lab.seed(this, 0));
    showErrors(ask(lab, sizes, more, repetitions), sizes, page);
    List<Callable<Cardinality>> cardinalities = new ArrayList<>();
    for (int bits : REGISTER_BITS) {
      for (int i = 0; i < CARDINALITIES; i++) {
        long seed = lab.seed(this, 10_000 + 100 * bits + i);
        cardinalities.add(() -> cardinality(lab, flows, bits, seed));
      }
    }
    showCardinalities(lab.run(cardinalities), page);
  }

  private List<Errors> ask(Lab lab, Sizes sizes, int more, int repetitions) {
    List<Callable<CountedStructure>> closedForms = new ArrayList<>();
    for (int copies : COPIES) {
      for (int bits : COUNTER_BITS) {
        closedForms.add(() -> CountedStructure.keyIncrement(sizes, copies, 1 << (bits + more)));
      }
    }
    for (int bits : COLUMN_BITS) {
      int columns = 1 << (bits + more);
      closedForms.add(() -> CountedStructure.countMin(sizes, COUNT_MIN_ROWS, columns));
      closedForms.add(() -> CountedStructure.countSketch(sizes, COUNT_SKETCH_ROWS, columns));
    }
    List<Callable<Answered>> trials = new ArrayList<>();
    List<CountedStructure> structures = lab.run(closedForms);
    for (CountedStructure structure : structures) {
      for (int repetition = 0; repetition < repetitions; repetition++) {
        long seed = lab.seed(this, 1 + trials.size());
        trials.add(() -> new Answered(structure, structure.ask(lab, sizes, seed)));
      }
    }
    List<Answered> answers = lab.run(trials);
    List<Errors> errors = new ArrayList<>();
    for (CountedStructure structure : structures) {
      List<Answers> its =
          answers.stream()
              .filter(each -> each.structure.equals(structure))
              .map(Answered::answers)
              .toList();
      if (its.size() >= 2) {
        errors.add(new Errors(structure, its));
      }
    }
    return errors;
  }

  private static Cardinality cardinality(Lab lab, int count, int bits, long seed) {
    PathFlows flows = new PathFlows(16, seed);
    try (MergedSketch sketch =
        new MergedSketch(SketchKind.HYPERLOGLOG, 1, 1 << bits, CountedStructure.REPORTERS)) {
      for (int flow = 0; flow < count; flow++) {
        flows.seek(flow);
        sketch.add(flow % CountedStructure.REPORTERS, flows, 1);
      }
      sketch.finish();
      lab.advance(count);
      return new Cardinality(bits, sketch.cardinality() / count - 1);
    }
  }

  private static void showErrors(List<Errors> all, Sizes sizes, Page page) {
    Comparisons exact =
        page.comparisons(
            "error",
            "The share of flows whose count is off by more than so many packets",
            "structure",
            "bytes",
            "packets");
    Comparisons bounds =
        page.comparisons(
            "beyond", "The share of flows whose error exceeds its bound", "structure", "bytes");
    Comparisons under =
        page.comparisons("under", "The share of counts under the truth", "structure", "bytes");
    Comparisons recall =
        page.comparisons("heavy", "The share of heavy flows that is found", "structure", "bytes");
    for (Errors each : all) {
      CountedStructure structure = each.structure;
      for (int i = 0; i < structure.points().size(); i++) {
        int point = i;
        exact.equal(
            structure.beyond().get(i),
            each.share(answers -> answers.beyondPoints()[point]),
            each.kind(),
            each.bytes(),
            structure.points().get(i));
      }
      bounds.atMost(structure.risk(), each.share(Answers::beyondBound), each.kind(), each.bytes());
      if (structure.sketch() != SketchKind.COUNT_SKETCH) {
        long flows = each.total(Answers::flows);
        long heavy = each.total(Answers::heavy);
        under.equal(
            0,
            Estimate.exact((double) each.total(Answers::under) / flows, flows),
            each.kind(),
            each.bytes());
        recall.equal(
            1,
            Estimate.exact((double) each.total(Answers::found) / heavy, heavy),
            each.kind(),
            each.bytes());
      }
    }
    plot(all, sizes, page);
    listHeavy(all, page);
    page.result(
        "Key-Increment and Count-Min are never under the truth, so they find every heavy hitter and"
            + " some that are none, fewer with more memory. The bounds hold for any workload; with"
            + " one whose flows are mostly small, typical errors are far below them, and are"
            + " distributed as the flows' sizes say.");
  }

  private static void plot(List<Errors> all, Sizes sizes, Page page) {
    Chart chart =
        page.chart(
            new Chart(
                    "error",
                    "Mean error of a flow's count (dashed: bound of most errors)",
                    "memory (bytes)",
                    "error (share of all packets)")
                .logX()
                .logY());
    for (Errors each : all) {
      chart.point(
          each.kind(),
          (double) each.bytes(),
          Estimate.exact(each.meanError() / sizes.total, each.total(Answers::flows)));
    }
    for (String kind : all.stream().map(Errors::kind).distinct().toList()) {
      List<Errors> its = all.stream().filter(each -> each.kind().equals(kind)).toList();
      chart.bound(
          kind,
          its.stream().mapToDouble(Errors::bytes).toArray(),
          its.stream().mapToDouble(each -> each.structure.bound() / sizes.total).toArray());
    }
  }

  private static void listHeavy(List<Errors> all, Page page) {
    List<List<String>> hitters = new ArrayList<>();
    for (Errors each : all) {
      long found = each.total(Answers::found);
      hitters.add(
          List.of(
              each.kind(),
              Numbers.bytes(each.bytes()),
              Numbers.text(each.total(Answers::heavy)),
              Numbers.text(found),
              Numbers.text(each.total(Answers::claimed) - found)));
    }
    page.listing(
        "Heavy hitters of all repetitions, by asking for every flow",
        List.of("structure", "memory", "heavy flows", "found", "said to be heavy and not"),
        hitters);
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
