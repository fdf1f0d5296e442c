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
import io.dta.primitives.analysis.PrototypeHashes;
import io.dta.primitives.analysis.QuerySuccess;
import io.dta.primitives.hash.HashScheme;
import io.dta.primitives.hash.SlotHasher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.IntArrayList;

/** The public prototype's hashes against independent ones. */
public final class HashIndependence implements Experiment {
  private static final int[] COPIES = {1, 2, 4, 8};
  private static final double[] LOADS = {0.05, 0.1, 0.2, 0.3, 0.5};
  private static final double WINDOW = 1.0 / 64;
  private static final int PAIR_COPIES = 4;

  private record Answers(HashScheme hashes, int copies, List<Tally> byLoad) {}

  /** Pairs of keys that share slot 0, and how many of them share all. */
  private record Pairs(HashScheme hashes, long sharing, long sharingAll) {}

  @Override
  public String name() {
    return "hash-independence";
  }

  @Override
  public String title() {
    return "Hash independence: the prototype's scheme against ours";
  }

  @Override
  public String question() {
    return "The public prototype derives all slots of a key from one CRC: slot n is CRC-32(key ‖"
        + " n). CRCs are affine. What is left of redundancy?";
  }

  private static long slots(Scale scale) {
    return scale.choose(1L << 17, 1L << 26, 1L << 28);
  }

  private static int keys(Scale scale) {
    return scale.choose(1 << 17, 1 << 20, 1 << 20);
  }

  @Override
  public Cost cost(Scale scale) {
    long slots = slots(scale);
    int trials = repetitions(scale) * COPIES.length * 2;
    long flows = flows(slots) * trials;
    long lookups = window(slots) * LOADS.length * trials;
    return new Cost(flows, flows * 15 / 4, lookups, PathMemory.store(slots, 1).regionLength());
  }

  private static int repetitions(Scale scale) {
    return scale.choose(4, 1, 1);
  }

  private static long window(long slots) {
    return (long) (slots * WINDOW);
  }

  private static long flows(long slots) {
    return (long) (slots * (LOADS[LOADS.length - 1] + WINDOW));
  }

  @Override
  public void run(Lab lab, Page page) {
    long slots = slots(lab.scale());
    int keys = keys(lab.scale());
    int repetitions = lab.repetitions(repetitions(lab.scale()));
    page.method(
        ("The engine fills %,d slots with INT paths, once with the store's 'hashes: independent'"
                + " and once with 'hashes: prototype', with N = 1, 2, 4 and 8; %,d flows around each"
                + " load are looked up, %d times with other flows. Besides, among %,d flows and as"
                + " many slots, all pairs that share slot 0 are examined for the other three.")
            .formatted(slots, window(slots), repetitions, keys));
    List<Callable<Answers>> trials = new ArrayList<>();
    int number = 0;
    for (int repetition = 0; repetition < repetitions; repetition++) {
      for (int copies : COPIES) {
        for (HashScheme hashes : HashScheme.values()) {
          long seed = lab.seed(this, number++);
          trials.add(() -> ask(lab, slots, hashes, copies, seed));
        }
      }
    }
    List<Answers> answers = lab.run(trials);
    List<Callable<Pairs>> counts = new ArrayList<>();
    for (HashScheme hashes : HashScheme.values()) {
      long seed = lab.seed(this, -1);
      counts.add(() -> pairs(keys, hashes, seed));
    }
    show(answers, lab.run(counts), keys, page);
  }

  private static Answers ask(Lab lab, long slots, HashScheme hashes, int copies, long seed) {
    try (PathMemory memory =
        new PathMemory(
            lab,
            PathMemory.store(slots, copies, hashes),
            new PathFlows(16, seed),
            Setup.DEFAULT,
            seed)) {
      long flows = flows(slots);
      memory.writeUpTo(flows);
      List<Tally> tallies = new ArrayList<>();
      for (double load : LOADS) {
        long first = flows - Math.round(load * slots) - window(slots) / 2;
        tallies.add(memory.lookup(first, first + window(slots), Long.MAX_VALUE));
      }
      return new Answers(hashes, copies, tallies);
    }
  }

  private static Pairs pairs(int keys, HashScheme hashes, long seed) {
    PathFlows flows = new PathFlows(16, seed);
    SlotHasher hasher = new SlotHasher(hashes, PathFlows.KEY.length(), PAIR_COPIES);
    int[][] slots = new int[keys][PAIR_COPIES];
    Int2ObjectHashMap<IntArrayList> byFirstSlot = new Int2ObjectHashMap<>();
    long sharing = 0;
    long sharingAll = 0;
    for (int key = 0; key < keys; key++) {
      flows.seek(key);
      hasher.hash(flows.key(), 0);
      for (int copy = 0; copy < PAIR_COPIES; copy++) {
        slots[key][copy] = hasher.slot(copy) & (keys - 1);
      }
      IntArrayList others =
          byFirstSlot.computeIfAbsent(slots[key][0], ignored -> new IntArrayList());
      for (int i = 0; i < others.size(); i++) {
        sharing++;
        sharingAll += Arrays.equals(slots[others.getInt(i)], slots[key]) ? 1 : 0;
      }
      others.addInt(key);
    }
    return new Pairs(hashes, sharing, sharingAll);
  }

  private static void show(List<Answers> answers, List<Pairs> counts, int keys, Page page) {
    Comparisons pairs =
        page.comparisons(
            "pairs", "Of the pairs of keys that share slot 0, those that share all four", "hashes");
    for (Pairs each : counts) {
      boolean prototype = each.hashes == HashScheme.PROTOTYPE;
      pairs.equal(
          prototype ? 1 : Math.pow(keys, 1.0 - PAIR_COPIES),
          Proportion.of(each.sharingAll, each.sharing),
          label(each.hashes));
      page.result(
          "%s hashes: of %,d pairs that share slot 0, %,d share all four slots."
              .formatted(label(each.hashes), each.sharing, each.sharingAll));
    }
    Comparisons success =
        page.comparisons("success", "The share of keys found", "hashes", "copies", "load behind");
    Chart chart =
        page.chart(
            new Chart(
                "success",
                "Keys found with both schemes (lines: closed form)",
                "α: keys written later / slots",
                "keys found (%)"));
    for (HashScheme hashes : HashScheme.values()) {
      for (int copies : COPIES) {
        String name = label(hashes) + ", N = " + copies;
        boolean drawn =
            copies == 4 || copies == 2 || (copies == 1 && hashes == HashScheme.INDEPENDENT);
        List<Answers> its =
            answers.stream()
                .filter(each -> each.hashes == hashes && each.copies == copies)
                .toList();
        if (its.isEmpty()) {
          continue;
        }
        if (drawn) {
          double[] x = Curves.linear(0, 0.5, 51);
          chart.line(name, x, Curves.of(x, load -> 100 * found(hashes, load, copies)));
        }
        for (int i = 0; i < LOADS.length; i++) {
          int index = i;
          Tally tally =
              its.stream().map(each -> each.byLoad.get(index)).reduce(Tally.NOTHING, Tally::plus);
          Estimate measured =
              Proportion.of(tally.right(), tally.asked(), effect(hashes, LOADS[i], copies));
          success.equal(found(hashes, LOADS[i], copies), measured, label(hashes), copies, LOADS[i]);
          if (drawn) {
            chart.point(name, LOADS[i], measured.times(100));
          }
        }
      }
    }
    page.result(
        "With the prototype's scheme redundancy does not do nothing, it does harm: the N slots of a"
            + " key are a coset that it shares with other keys as a whole, so that one later key"
            + " takes all copies, and there are N times fewer cosets than slots. Success is"
            + " exp(−αN), with one copy exp(−α).");
  }

  private static String label(HashScheme hashes) {
    return hashes == HashScheme.PROTOTYPE ? "prototype" : "independent";
  }

  private static double found(HashScheme hashes, double load, int copies) {
    return hashes == HashScheme.PROTOTYPE
        ? PrototypeHashes.found(load, copies)
        : QuerySuccess.found(load, copies);
  }

  /** The prototype's copies are one slot of a memory of M/N. */
  private static double effect(HashScheme hashes, double load, int copies) {
    return hashes == HashScheme.PROTOTYPE
        ? SharedWrites.designEffect(load * copies, 1, WINDOW * copies)
        : SharedWrites.designEffect(load, copies, WINDOW);
  }
}
