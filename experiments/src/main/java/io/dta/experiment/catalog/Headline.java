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
import io.dta.experiment.rig.Way;
import io.dta.experiment.statistics.Estimate;
import io.dta.experiment.statistics.Proportion;
import io.dta.experiment.statistics.SharedWrites;
import io.dta.fattree.topology.FatTree;
import io.dta.primitives.analysis.QuerySuccess;
import io.dta.primitives.analysis.ReportedCopies;
import io.dta.primitives.analysis.WindowAverage;
import io.dta.primitives.store.KeyWriteStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** DART's headline: success against memory, with a translator and without. */
public final class Headline implements Experiment {
  /** Memory a flow in bytes, falling: one memory passes them all as it fills. */
  private static final int[] BYTES = {600, 400, 300, 200, 150, 100, 60, 30};

  private static final int K = 16;

  private static final int CLAIMED_BYTES = 300;
  private static final double CLAIMED_SUCCESS = 0.999;

  /** How the flows get there. */
  private record Scheme(Way way, int copies, int reportsPerFlow) {
    String label() {
      String n = "N = " + copies;
      return switch (way) {
        case TRANSLATOR -> n;
        case DIRECT_ALL -> n + ", direct, all copies";
        case DIRECT_ONE ->
            "direct, 1 of %d, %d %s"
                .formatted(copies, reportsPerFlow, reportsPerFlow == 1 ? "report" : "reports");
      };
    }

    /** The share found of keys with α others behind them. */
    double found(double load) {
      return way == Way.DIRECT_ONE
          ? ReportedCopies.foundWithOneEach(load, copies, reportsPerFlow)
          : QuerySuccess.found(load, copies);
    }

    /** Copies that a flow has in memory, on average. */
    double copiesWritten() {
      return way == Way.DIRECT_ONE ? ReportedCopies.distinctSlots(copies, reportsPerFlow) : copies;
    }
  }

  private static final List<Scheme> SCHEMES =
      List.of(
          new Scheme(Way.TRANSLATOR, 8, 1),
          new Scheme(Way.TRANSLATOR, 4, 1),
          new Scheme(Way.TRANSLATOR, 2, 1),
          new Scheme(Way.TRANSLATOR, 1, 1),
          new Scheme(Way.DIRECT_ALL, 4, 1),
          new Scheme(Way.DIRECT_ONE, 4, 1),
          new Scheme(Way.DIRECT_ONE, 4, 8));

  /** A memory at one point of its filling. */
  private record Point(int bytes, long flows, Tally tally) {}

  /** A memory's life. */
  private record Life(
      Scheme scheme, List<Point> points, long flows, long operations, int connections) {}

  /**
   * The sizes.
   *
   * @param slots M of a collector
   * @param collectors how many the flows are spread over
   * @param samples look-ups a point and memory
   * @param leastBytes where to stop: half of all flows come between 60 and 30 bytes a flow
   */
  private record Size(long slots, int collectors, long samples, int repetitions, int leastBytes) {
    private static final Size SMALL = new Size(1 << 17, 1, 1 << 14, 8, 30);

    static Size of(Scale scale) {
      return scale.choose(
          SMALL, new Size(1 << 28, 5, 1 << 20, 1, 60), new Size(1L << 30, 1, 1 << 22, 1, 30));
    }

    /** Direct writing costs the same connections and operations at any size. */
    Size of(Scheme scheme) {
      return scheme.way == Way.TRANSLATOR ? this : SMALL;
    }

    int[] bytes() {
      return Arrays.stream(BYTES).filter(bytes -> bytes >= leastBytes).toArray();
    }

    /** All collectors' flows at so many bytes each. */
    long flows(int bytes) {
      return slots * collectors * PathMemory.store(slots, 1).stride() / bytes;
    }
  }

  @Override
  public String name() {
    return "headline";
  }

  @Override
  public String title() {
    return "DART's headline: success against memory";
  }

  @Override
  public String question() {
    return "INT path tracing on a fat tree: what share of flows is answered with how many bytes of"
        + " memory a flow? And what do switches that write directly (DART) cost, compared with a"
        + " translator (DTA), in RDMA operations and in connections at the NIC?";
  }

  @Override
  public Cost cost(Scale scale) {
    Size size = Size.of(scale);
    Cost cost = new Cost(0, 0, 0, PathMemory.store(size.slots, 1).regionLength());
    for (Scheme scheme : SCHEMES) {
      cost = cost.plus(cost(size.of(scheme), scheme));
    }
    return cost;
  }

  private static Cost cost(Size size, Scheme scheme) {
    long flows = size.flows(size.leastBytes) * size.repetitions;
    int copies = scheme.way == Way.DIRECT_ONE ? scheme.reportsPerFlow : scheme.copies;
    return new Cost(
        flows,
        flows / size.collectors * copies,
        size.samples * size.bytes().length * size.repetitions,
        0);
  }

  @Override
  public void run(Lab lab, Page page) {
    Size size = Size.of(lab.scale());
    int repetitions = lab.repetitions(size.repetitions);
    page.method(
        ("Flows of a fat tree with k = %d (%,d hosts) are reported once each with their path, 20"
                + " bytes under the 5-tuple, into %,d slots of 24 bytes (%s) at each of %d collectors."
                + " As memory fills, from %d to %d bytes a flow, that is from %,d to %,d flows, up to"
                + " %,d flows of all ages are looked up by plurality: the share found is the average"
                + " over the window. %d repetitions with other flows. %s")
            .formatted(
                K,
                new FatTree(K).hosts(),
                size.slots,
                Numbers.bytes(PathMemory.store(size.slots, 1).regionLength()),
                size.collectors,
                BYTES[0],
                size.leastBytes,
                size.flows(BYTES[0]),
                size.flows(size.leastBytes),
                size.samples,
                repetitions,
                size.collectors == 1
                    ? ""
                    : "Collectors differ by chance only: the first is written and asked. What"
                        + " switches write directly goes into 2^17 slots."));
    List<Callable<Life>> trials = new ArrayList<>();
    for (int i = 0; i < SCHEMES.size(); i++) {
      Scheme scheme = SCHEMES.get(i);
      Size own = size.of(scheme);
      for (int repetition = 0; repetition < lab.repetitions(own.repetitions); repetition++) {
        long seed = lab.seed(this, repetition * SCHEMES.size() + i);
        trials.add(() -> live(lab, own, scheme, seed));
      }
    }
    show(lab.run(trials), size, page);
  }

  private static Life live(Lab lab, Size size, Scheme scheme, long seed) {
    KeyWriteStore store = PathMemory.store(size.slots, scheme.copies);
    Setup setup =
        Setup.DEFAULT.withWay(scheme.way, scheme.reportsPerFlow).withCollectors(size.collectors);
    PathFlows flows = new PathFlows(K, seed);
    try (PathMemory memory = new PathMemory(lab, store, flows, setup, seed)) {
      List<Point> points = new ArrayList<>();
      for (int bytes : size.bytes()) {
        long end = size.flows(bytes);
        memory.writeUpTo(end);
        Tally tally = memory.lookup(0, end, size.samples * size.collectors);
        points.add(new Point(bytes, memory.written(), tally));
      }
      return new Life(scheme, points, memory.written(), memory.operations(), memory.connections());
    }
  }

  private static void show(List<Life> lives, Size size, Page page) {
    Chart found =
        page.chart(
            new Chart(
                    "success-by-memory",
                    "Flows answered, by memory (lines: closed form)",
                    "memory a flow (bytes)",
                    "flows answered (%)")
                .logX());
    Chart unanswered =
        page.chart(
            new Chart(
                    "unanswered-by-memory",
                    "Flows not answered, by memory (lines: closed form)",
                    "memory a flow (bytes)",
                    "flows not answered (share)")
                .logX()
                .logY()
                .yRange(1e-5, 1));
    Comparisons table =
        page.comparisons(
            "success-by-memory",
            "The share of all flows that is answered",
            "way",
            "copies",
            "reports a flow",
            "bytes a flow");
    Map<Scheme, List<Life>> byScheme = new LinkedHashMap<>();
    SCHEMES.stream()
        .sorted((one, other) -> one.way == other.way ? one.copies - other.copies : 0)
        .forEach(scheme -> byScheme.put(scheme, new ArrayList<>()));
    lives.forEach(life -> byScheme.get(life.scheme).add(life));
    List<String> claims = new ArrayList<>();
    boolean[] reached = new boolean[1];
    byScheme.forEach(
        (scheme, its) -> {
          if (its.isEmpty()) {
            return;
          }
          boolean direct = scheme.way != Way.TRANSLATOR;
          Chart both = scheme.way == Way.DIRECT_ALL ? null : found;
          Size own = size.of(scheme);
          for (int i = 0; i < own.bytes().length; i++) {
            Estimate measured = add(its, i, own, table);
            if (both != null) {
              both.point(scheme.label(), BYTES[i], measured.times(100));
            }
            if (!direct) {
              unanswered.point(scheme.label(), BYTES[i], measured.complement());
            }
            if (BYTES[i] == CLAIMED_BYTES && !direct) {
              claims.add("N = %d: %s".formatted(scheme.copies, Numbers.percent(measured.value())));
              reached[0] |= measured.value() >= CLAIMED_SUCCESS;
            }
          }
          if (both != null) {
            both.line(scheme.label(), curveX(), curve(scheme, 100, 0));
          }
          if (!direct) {
            unanswered.line(scheme.label(), curveX(), curve(scheme, -1, 1));
          }
        });
    if (claims.size() == 4) {
      page.claim(
          "99.9 % query success with 300 bytes a flow, INT path tracing on a fat tree (DART,"
              + " abstract)",
          "at 300 bytes a flow: " + String.join(", ", claims), reached[0]);
    }
    page.result(
        "The papers' figure is an average over all flows of the window, and of N = 4 rounded; the"
            + " oldest flows of the window fare worse (see the experiment load-and-age).");
    page.result(
        "Writing directly changes nothing about success where all N copies are written, and needs a"
            + " connection an edge switch at every collector's NIC. With one"
            + " copy a report, a flow has as many copies as it has had different draws: reported"
            + " once, N = 4 is worth no more than N = 1.");
    showCosts(byScheme, page);
  }

  /** Adds what all memories of a scheme answered at a point. */
  private static Estimate add(List<Life> lives, int index, Size size, Comparisons table) {
    Scheme scheme = lives.getFirst().scheme;
    Tally tally = Tally.NOTHING;
    double expected = 0;
    double load = 0;
    for (Life life : lives) {
      Point point = life.points.get(index);
      tally = tally.plus(point.tally);
      load = Math.max(load, (double) point.flows / size.slots);
      expected +=
          scheme.way == Way.DIRECT_ONE
              ? WindowAverage.of((double) point.flows / size.slots, scheme::found)
              : QuerySuccess.expectedShare(point.flows, size.slots, scheme.copies);
    }
    double lookupsPerSlot = (double) tally.asked() / lives.size() / size.slots;
    double effect =
        SharedWrites.designEffectOfWindow(
            load, (int) Math.ceil(scheme.copiesWritten()), lookupsPerSlot);
    Estimate measured = Proportion.of(tally.right(), tally.asked(), effect);
    table.equal(
        expected / lives.size(),
        measured,
        scheme.way.label(),
        scheme.copies,
        scheme.reportsPerFlow,
        BYTES[index]);
    return measured;
  }

  private static double[] curveX() {
    return Curves.logarithmic(30, 600, 60);
  }

  private static double[] curve(Scheme scheme, double factor, double offset) {
    int stride = PathMemory.store(1, 1).stride();
    return Curves.of(
        curveX(), bytes -> offset + factor * WindowAverage.of(stride / bytes, scheme::found));
  }

  private static void showCosts(Map<Scheme, List<Life>> byScheme, Page page) {
    List<List<String>> rows = new ArrayList<>();
    byScheme.forEach(
        (scheme, lives) -> {
          if (!lives.isEmpty()) {
            Life life = lives.getFirst();
            rows.add(
                List.of(
                    scheme.way.label(),
                    Integer.toString(scheme.copies),
                    Integer.toString(scheme.reportsPerFlow),
                    Numbers.text((double) life.operations / life.flows),
                    Numbers.text(life.connections)));
          }
        });
    page.listing(
        "What it costs a collector's NIC",
        List.of(
            "way",
            "copies",
            "reports a flow",
            "RDMA operations a flow (measured)",
            "connections (measured)"),
        rows);
    List<List<String>> sizes = new ArrayList<>();
    for (int k : new int[] {8, 16, 24, 32, 48}) {
      FatTree tree = new FatTree(k);
      sizes.add(
          List.of(
              Integer.toString(k),
              Numbers.text(tree.hosts()),
              Numbers.text(tree.edges()),
              "1 a translator's shard"));
    }
    page.listing(
        "Connections at each collector's NIC, by the size of the fat tree",
        List.of("k", "hosts", "direct: one an edge switch", "with a translator"),
        sizes);
  }
}
