package io.dta.p4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dta.primitives.Primitive;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.SketchKind;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.store.Store;
import io.dta.translator.engine.DropReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Sketch-Merge in BMv2's real switch against the software translator, packet by packet. */
class SketchSwitchTest {
  private static final long SEED = 20260303;
  private static final int STARTING_PSN = 0xFFFFF8;

  private static final SketchStore COUNTS = store(0, SketchKind.COUNT_MIN, 4, 64, 8, 3, 8);

  /** Groups of one column and of up to 256 bytes; and other kinds. */
  @SuppressWarnings("unused") // by its name
  private static final List<SketchStore> STORES =
      List.of(
          COUNTS,
          store(1, SketchKind.COUNT_MIN, 7, 32, 2, 2, 1),
          store(2, SketchKind.COUNT_SKETCH, 7, 64, 4, 2, 8),
          store(3, SketchKind.COUNT_MIN, 8, 128, 4, 1, 8),
          store(63, SketchKind.COUNT_SKETCH, 5, 64, 4, 5, 8),
          store(7, SketchKind.HYPERLOGLOG, 1, 256, 16, 2, 64));

  @TempDir private Path directory;
  private final Random random = new Random(SEED);
  private Path simpleSwitch;

  private static SketchStore store(
      int id, SketchKind kind, int rows, int columns, int epochs, int reporters, int perWrite) {
    return new SketchStore(
        id, "sketch-" + id, KeyFormat.U32, kind, rows, columns, epochs, reporters, perWrite);
  }

  @BeforeEach
  void findSwitch() {
    simpleSwitch = P4Tools.SIMPLE_SWITCH.find();
    assumeTrue(simpleSwitch != null, P4Tools.SIMPLE_SWITCH::missing);
  }

  private Bench start(long operationsPerSecond, Store... stores)
      throws IOException, InterruptedException {
    return Bench.start(
        directory, simpleSwitch, List.of(stores), 2, STARTING_PSN, 1, operationsPerSecond);
  }

  private byte[] column(SketchStore store, int flags, int reporter, int epoch, int column) {
    int[] counters = random.ints(store.rows()).toArray();
    return Reports.sketchColumn(store, flags, reporter, epoch, column, counters);
  }

  /** Every reporter's columns of an epoch, in any order. */
  private List<byte[]> epoch(SketchStore store, int epoch) {
    List<byte[]> reports = new ArrayList<>();
    for (int reporter = 0; reporter < store.reporters(); reporter++) {
      for (int column = 0; column < store.columns(); column++) {
        int flags = random.nextInt(store.columns()) == 0 ? Reports.IMMEDIATE : 0;
        reports.add(column(store, flags, reporter, epoch, column));
      }
    }
    Collections.shuffle(reports, random);
    return reports;
  }

  @ParameterizedTest
  @FieldSource("STORES")
  void shouldMergeTheSketchesOfAllReporters(SketchStore store) throws Exception {
    try (Bench bench = start(0, store)) {
      for (int epoch = -1; epoch <= 1; epoch++) {
        for (byte[] report : epoch(store, epoch)) {
          bench.report(report);
        }
      }
      int groups = store.columns() / store.columnsPerWrite();
      assertEquals(3 * (groups + 2), bench.assertSame("seed " + SEED));
      assertEquals(
          3, bench.device().control().packets("TranslatorIngress.sketch_merge.epochs_finished", 1));
    }
  }

  @Test
  void shouldMergeTwoEpochsAtATimeAndSeveralStores() throws Exception {
    SketchStore other = store(9, SketchKind.COUNT_MIN, 2, 32, 4, 2, 4);
    try (Bench bench = start(0, COUNTS, other)) {
      List<byte[]> reports = epoch(COUNTS, 5);
      reports.addAll(epoch(COUNTS, 6));
      reports.addAll(epoch(other, 6));
      reports.addAll(epoch(other, 7));
      Collections.shuffle(reports, random);
      for (int i = 0; i < reports.size(); i += 4) {
        bench.report(reports.subList(i, i + 4).toArray(byte[][]::new));
        bench.assertSame("seed " + SEED + ", datagram " + i);
      }
      assertEquals(
          4, bench.device().control().packets("TranslatorIngress.sketch_merge.epochs_finished", 1));
    }
  }

  @Test
  void shouldFinishTheOldestEpochWhereANewerOneNeedsItsPlace() throws Exception {
    try (Bench bench = start(0, COUNTS)) {
      // Some columns of epochs that follow each other, at times by more than the ring is long, and
      // of such that are late.
      int newest = 0;
      int written = 0;
      for (int i = 0; i < 400; i++) {
        int late = random.nextInt(4) == 0 ? random.nextInt(4) : 0;
        int reporter = random.nextInt(COUNTS.reporters());
        bench.report(
            column(COUNTS, 0, reporter, newest - late, random.nextInt(COUNTS.columns())),
            column(COUNTS, 0, reporter, newest, random.nextInt(COUNTS.columns())));
        // The second report of a datagram goes round, and may be overtaken by the next datagram.
        written += bench.assertSame("seed " + SEED + ", datagram " + i);
        if (random.nextInt(40) == 0) {
          newest += random.nextInt(6) == 0 ? 20 : 1;
        }
      }
      assertTrue(written > 60, written + " requests");
      assertTrue(
          bench.device().control().packets("TranslatorIngress.sketch_merge.epochs_finished", 0)
              > 3);
    }
  }

  @Test
  void shouldCountEveryDropByItsReason() throws Exception {
    try (Bench bench = start(0, COUNTS)) {
      bench.report(column(COUNTS, 0, 3, 1, 0));
      bench.report(column(COUNTS, 0, 0, 1, 64));
      bench.report(column(COUNTS, 0, 0, 1, -1));
      bench.report(column(COUNTS, 0, 0, 1, 7));
      bench.report(column(COUNTS, 0, 0, 1, 7));
      bench.report(column(COUNTS, 0, 0, 2, 7));
      bench.report(column(COUNTS, 0, 0, 3, 7));
      bench.report(column(COUNTS, 0, 0, 1, 8));
      assertTrue(bench.assertSame("seed " + SEED) > 10);
      assertEquals(1, dropped(bench, DropReason.BAD_REPORTER));
      assertEquals(2, dropped(bench, DropReason.BAD_COLUMN));
      assertEquals(1, dropped(bench, DropReason.DUPLICATE));
      assertEquals(1, dropped(bench, DropReason.STALE_EPOCH));
      assertEquals(8, bench.device().control().packets("TranslatorIngress.received", 5));
    }
  }

  @Test
  void shouldDropAColumnThatCallsForMoreThanTheRateLimit() throws Exception {
    SketchStore narrow = store(0, SketchKind.COUNT_MIN, 1, 128, 2, 1, 1);
    try (Bench bench = start(1, narrow)) {
      for (int column = 0; column < narrow.columns(); column++) {
        bench.toSwitch(Bench.REPORTER, column(narrow, 0, 0, 1, column));
      }
      int packets = bench.countPackets(0);
      long dropped = dropped(bench, DropReason.RATE_LIMITED);
      // The opening trailer is one more.
      assertTrue(packets >= 64 && dropped > 0, packets + " packets, " + dropped + " dropped");
      assertEquals(narrow.columns(), packets - 1 + dropped);
    }
  }

  @SuppressWarnings("EnumOrdinal") // as in p4/include/constants.p4, which P4ConstantsTest compares
  private static long dropped(Bench bench, DropReason reason) throws Exception {
    bench.assertNothingElse("drops");
    return bench
        .device()
        .control()
        .packets(
            "TranslatorIngress.drops", Primitive.SKETCH_MERGE.opcode() * 32 + reason.ordinal());
  }
}
