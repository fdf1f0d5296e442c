package io.dta.primitives.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Closed forms beside the same thing counted out, or played through with random numbers. */
class ExperimentFormsTest {
  private static final long SEED = 42;
  private static final double SIGMAS = 6;

  @Test
  void shouldFindWithOneCopyEachWhatSimpleCasesSay() {
    for (double load : new double[] {0, 0.1, 1}) {
      assertEquals(Math.exp(-load), ReportedCopies.foundWithOneEach(load, 1, 5), 1e-12);
      for (int copies = 1; copies <= 8; copies++) {
        assertEquals(Math.exp(-load), ReportedCopies.foundWithOneEach(load, copies, 1), 1e-12);
        assertEquals(
            QuerySuccess.found(load, copies),
            ReportedCopies.foundWithOneEach(load, copies, 1000),
            1e-9,
            "reported often enough, all copies are there");
      }
    }
    assertEquals(1.75, ReportedCopies.distinctSlots(2, 3), 1e-12);
    // Two slots, two reports: one slot or two, as likely.
    double lost = -Math.expm1(-0.2 * 1.5);
    assertEquals(1 - (lost + lost * lost) / 2, ReportedCopies.foundWithOneEach(0.2, 2, 2), 1e-12);
  }

  @Test
  void shouldFindWithLossWhatSimpleCasesSay() {
    assertEquals(QuerySuccess.found(0.3, 4), ReportedCopies.foundWithLoss(0.3, 4, 0, 0), 1e-12);
    assertEquals(0.9, ReportedCopies.foundWithLoss(0, 4, 0.1, 0), 1e-12);
    assertEquals(1 - Math.pow(0.1, 4), ReportedCopies.foundWithLoss(0, 4, 0, 0.1), 1e-12);
    assertEquals(0, ReportedCopies.foundWithLoss(0.3, 4, 1, 0));
    assertEquals(0, ReportedCopies.foundWithLoss(0.3, 4, 0, 1));
    // Of the reports that arrive, success is that of a lower load.
    assertEquals(
        0.75 * QuerySuccess.found(0.3, 2), ReportedCopies.foundWithLoss(0.4, 2, 0.25, 0), 1e-12);
  }

  /** Every copy is own, foreign and matching, or foreign and silent: 3^N cases, each judged. */
  @Test
  void shouldAnswerByPolicyAsAllCasesTogetherDo() {
    for (int copies = 1; copies <= 5; copies++) {
      for (double foreign : new double[] {0, 0.01, 0.3}) {
        double load = 0.4;
        double[][] sums = countOut(load, copies, foreign);
        check(sums[0], PolicyOutcome.firstMatch(load, copies, foreign), "first match", copies);
        check(sums[1], PolicyOutcome.plurality(load, copies, foreign), "plurality", copies);
        check(sums[2], PolicyOutcome.consensusOfTwo(load, copies), "consensus", copies);
        check(sums[3], PolicyOutcome.unanimous(load, copies, foreign), "unanimous", copies);
      }
    }
  }

  private static void check(double[] sums, PolicyOutcome outcome, String policy, int copies) {
    String message = policy + ", " + copies + " copies";
    assertEquals(sums[0], outcome.right(), 1e-12, message);
    assertEquals(sums[1], outcome.wrong(), 1e-12, message);
    assertEquals(1 - sums[0] - sums[1], outcome.none(), 1e-12, message);
  }

  private static double[][] countOut(double load, int copies, double foreign) {
    double lost = QuerySuccess.overwritten(load, copies);
    double[] weights = {1 - lost, lost * foreign, lost * (1 - foreign)};
    double[][] sums = new double[4][2];
    int cases = (int) Math.pow(3, copies);
    for (int each = 0; each < cases; each++) {
      double weight = 1;
      int own = 0;
      int matching = 0;
      int first = 2;
      for (int copy = 0, rest = each; copy < copies; copy++, rest /= 3) {
        int kind = rest % 3;
        weight *= weights[kind];
        own += kind == 0 ? 1 : 0;
        matching += kind == 1 ? 1 : 0;
        first = first == 2 ? kind : first;
      }
      sums[0][0] += first == 0 ? weight : 0;
      sums[0][1] += first == 1 ? weight : 0;
      sums[1][0] += own >= 2 || (own == 1 && matching == 0) ? weight : 0;
      sums[1][1] += own == 0 && matching == 1 ? weight : 0;
      sums[2][0] += own >= 2 ? weight : 0;
      sums[3][0] += own > 0 && matching == 0 ? weight : 0;
      sums[3][1] += own == 0 && matching == 1 ? weight : 0;
    }
    return sums;
  }

  @Test
  void shouldStayBelowThePapersBoundOfWrongAnswers() {
    for (int copies = 1; copies <= 8; copies++) {
      double foreign = Math.scalb(1.0, -8);
      assertTrue(
          PolicyOutcome.plurality(0.5, copies, foreign).wrong()
              <= QuerySuccess.wrongBound(0.5, copies, 8) * (1 + 1e-12));
    }
  }

  /** The prototype's cosets, played through: N slots a key, of M/N cosets. */
  @Test
  void shouldFindWithThePrototypesHashesWhatCosetsLeave() {
    assertEquals(Math.exp(-0.4), PrototypeHashes.found(0.1, 4), 1e-12);
    assertEquals(1, PrototypeHashes.foundInWindow(0, 4));
    assertEquals(
        WindowAverage.of(0.3, load -> PrototypeHashes.found(load, 2)),
        PrototypeHashes.foundInWindow(0.3, 2),
        1e-9);
    assertThrows(IllegalArgumentException.class, () -> PrototypeHashes.found(0.1, 3));
  }

  @Test
  void shouldBatchAppendAsAPlayedThroughListDoes() {
    // Without a flush entry i of b waits for b − 1 − i others.
    assertEquals(
        15 / 2.0 / 1000, AppendBatching.meanWait(1000, 16, Double.POSITIVE_INFINITY), 1e-12);
    assertEquals(
        1.0 / 16, AppendBatching.writesPerEntry(1000, 16, Double.POSITIVE_INFINITY), 1e-12);
    assertEquals(0, AppendBatching.meanWait(1000, 1, 0.01), 1e-12);
    assertEquals(1, AppendBatching.writesPerEntry(1000, 1, 0.01), 1e-12);
    for (double rate : new double[] {50, 300, 2000}) {
      checkBatching(rate, 8, 0.01);
    }
  }

  private static void checkBatching(double rate, int batch, double flushAfter) {
    SplittableRandom random = new SplittableRandom(SEED);
    int frames = 40_000;
    double entries = 0;
    double wait = 0;
    double squares = 0;
    double expected = AppendBatching.meanWait(rate, batch, flushAfter);
    for (int frame = 0; frame < frames; frame++) {
      double time = 0;
      double sum = 0;
      int count = 1;
      double next = -Math.log(1 - random.nextDouble()) / rate;
      while (count < batch && next < flushAfter) {
        time = next;
        sum += time;
        count++;
        next += -Math.log(1 - random.nextDouble()) / rate;
      }
      double end = count == batch ? time : flushAfter;
      double total = count * end - sum;
      entries += count;
      wait += total;
      squares += Math.pow(total - expected * count, 2);
    }
    String message = "rate " + rate + ", seed " + SEED;
    double error = Math.sqrt(squares) / entries;
    assertEquals(expected, wait / entries, SIGMAS * error, message);
    double writes = AppendBatching.writesPerEntry(rate, batch, flushAfter);
    assertEquals(writes, frames / entries, 0.01 * writes, message);
  }

  @Test
  void shouldInvertSuccess() {
    for (double success : new double[] {0.5, 0.99, 0.9999}) {
      double load = MemoryNeed.load(success, alpha -> QuerySuccess.foundInWindow(alpha, 4));
      assertEquals(success, QuerySuccess.foundInWindow(load, 4), 1e-9);
    }
    assertThrows(IllegalArgumentException.class, () -> MemoryNeed.load(1, load -> 1));
  }
}
