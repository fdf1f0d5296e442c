package io.dta.translator.engine;

import static io.dta.translator.engine.EngineFixture.MILLISECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.Primitive;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.EpochInfo;
import io.dta.primitives.store.EpochState;
import io.dta.primitives.store.SketchKind;
import io.dta.primitives.store.SketchReader;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.ImmediateData;
import io.dta.translator.engine.EngineFixture.Answer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SketchTranslatorTest {
  private static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final SketchStore SKETCH = store(SketchKind.COUNT_MIN);

  private final EpochInfo info = new EpochInfo();

  private static SketchStore store(SketchKind kind) {
    int rows = kind == SketchKind.HYPERLOGLOG ? 1 : 3;
    return new SketchStore(2, "sketch", KeyFormat.U32, kind, rows, 32, 4, 3, 8);
  }

  private static int counter(int epoch, int reporter, int column, int row) {
    return new Random(((epoch * 31L + reporter) * 31 + column) * 31 + row).nextInt();
  }

  private static void column(
      EngineFixture fixture, SketchStore store, int flags, int epoch, int reporter, int column) {
    int[] counters = new int[store.rows()];
    for (int row = 0; row < store.rows(); row++) {
      counters[row] = counter(epoch, reporter, column, row);
    }
    fixture.reports.sketchColumn(store, flags, 0, reporter, epoch, column, counters, 0);
  }

  private static int merged(SketchStore store, int epoch, int column, int row, int reporters) {
    int merged = 0;
    for (int reporter = 0; reporter < reporters; reporter++) {
      int counter = counter(epoch, reporter, column, row);
      if (store.kind() == SketchKind.HYPERLOGLOG) {
        merged = Integer.compareUnsigned(counter, merged) > 0 ? counter : merged;
      } else {
        merged += counter;
      }
    }
    return merged;
  }

  private static void assertColumn(
      MemorySegment memory, SketchStore store, int epoch, int column, int reporters) {
    for (int row = 0; row < store.rows(); row++) {
      long offset = store.columnOffset(epoch, column) + 4L * row;
      assertEquals(
          merged(store, epoch, column, row, reporters),
          memory.get(U32, offset),
          "epoch " + epoch + " column " + column + " row " + row);
    }
  }

  private boolean isFinished(EngineFixture fixture, SketchStore store, int epoch) {
    return new SketchReader(store, fixture.memory(store)).find(epoch, false, info);
  }

  @ParameterizedTest
  @EnumSource(SketchKind.class)
  void shouldMergeWhatAllReportersDeliverInAnyOrder(SketchKind kind) {
    SketchStore store = store(kind);
    try (EngineFixture fixture = EngineFixture.with(store).build()) {
      for (int epoch = 1; epoch <= 9; epoch++) {
        List<Integer> columns = new ArrayList<>();
        for (int i = 0; i < store.columns() * store.reporters(); i++) {
          columns.add(i);
        }
        Collections.shuffle(columns, new Random(epoch));
        for (int i : columns) {
          column(fixture, store, 0, epoch, i % store.reporters(), i / store.reporters());
        }
        assertFalse(isFinished(fixture, store, epoch));
        fixture.send();
        fixture.check("epoch " + epoch);
        assertTrue(isFinished(fixture, store, epoch));
        assertEquals(EpochState.COMPLETE, info.state());
        assertEquals(store.columns(), info.completeColumns());
        assertEquals(3, info.expected());
        assertEquals(3, info.merged());
        for (int column = 0; column < store.columns(); column++) {
          assertColumn(fixture.memory(store), store, epoch, column, 3);
        }
      }
      EngineSnapshot counts = fixture.counts();
      assertEquals(9 * 32 * 3, counts.written(Primitive.SKETCH_MERGE));
      assertEquals(9, counts.count(EngineEvent.EPOCHS_COMPLETE));
      assertEquals(
          9 * (32 / 8 + 2), counts.operations(Primitive.SKETCH_MERGE), "4 groups, 2 trailers");
    }
  }

  @Test
  void shouldSayThatAnEpochIsOpenBeforeItsFirstColumnIsWritten() {
    ScriptedQueuePair[] queuePair = new ScriptedQueuePair[1];
    try (EngineFixture fixture = scripted(queuePair)) {
      for (int column = 0; column < 32; column++) {
        for (int reporter = 0; reporter < 3; reporter++) {
          int flags = column + reporter == 0 ? BaseHeader.IMMEDIATE_FLAG : 0;
          column(fixture, SKETCH, flags, 6, reporter, column);
        }
      }
      fixture.send();
      long trailer = SKETCH.epochOffset(6) + SKETCH.trailerOffset();
      List<ScriptedQueuePair.Operation> posted = queuePair[0].posted;
      assertEquals(6, posted.size());
      assertEquals(trailer, posted.getFirst().offset());
      assertEquals(trailer, posted.getLast().offset());
      int immediate = posted.getLast().immediate();
      assertEquals(Primitive.SKETCH_MERGE, ImmediateData.primitive(immediate));
      assertEquals(6, ImmediateData.detail(immediate));
      for (int group = 0; group < 4; group++) {
        assertEquals(SKETCH.columnOffset(6, 8 * group), posted.get(1 + group).offset());
        assertEquals(8 * SKETCH.columnLength(), posted.get(1 + group).length());
      }
    }
  }

  @Test
  void shouldFinishAnEpochWithWhatItHasWhenItsTimeIsOver() {
    try (EngineFixture fixture = EngineFixture.with(SKETCH).build()) {
      fixture.after(0);
      fixture.memory(SKETCH).fill((byte) 0x77); // what an earlier lap left
      for (int column = 0; column < 32; column++) {
        for (int reporter = 0; reporter < (column < 10 ? 3 : 2); reporter++) {
          column(fixture, SKETCH, 0, 1, reporter, column);
        }
      }
      fixture.send();
      EngineSnapshot counts = fixture.counts();
      assertEquals(8 * 3, counts.written());
      assertEquals(2 * 3 + 22 * 2, counts.inFlight());
      fixture.after(2000 * MILLISECOND - 1);
      assertFalse(isFinished(fixture, SKETCH, 1));
      fixture.after(1);
      assertTrue(isFinished(fixture, SKETCH, 1));
      assertEquals(EpochState.INCOMPLETE, info.state());
      assertEquals(10, info.completeColumns());
      assertEquals(2, info.merged());
      for (int column = 0; column < 32; column++) {
        assertColumn(fixture.memory(SKETCH), SKETCH, 1, column, column < 10 ? 3 : 2);
      }
      column(fixture, SKETCH, 0, 1, 2, 31);
      fixture.send();
      counts = fixture.counts();
      assertEquals(1, counts.dropped(DropReason.STALE_EPOCH));
      assertEquals(0, counts.inFlight());
      assertEquals(1, counts.count(EngineEvent.EPOCHS_INCOMPLETE));
    }
  }

  @Test
  void shouldFinishTheOldestEpochWhereItsPlaceIsNeeded() {
    try (EngineFixture fixture = EngineFixture.with(SKETCH).build()) {
      column(fixture, SKETCH, 0, 5, 0, 0);
      column(fixture, SKETCH, 0, 6, 0, 0);
      fixture.send();
      assertEquals(2, fixture.counts().inFlight());
      column(fixture, SKETCH, 0, 4, 0, 0);
      column(fixture, SKETCH, 0, 7, 0, 0);
      column(fixture, SKETCH, 0, 5, 1, 0);
      fixture.send();
      EngineSnapshot counts = fixture.counts();
      assertEquals(2, counts.dropped(DropReason.STALE_EPOCH));
      assertEquals(1, counts.written());
      assertEquals(2, counts.inFlight());
      assertTrue(isFinished(fixture, SKETCH, 5));
      // Epoch 11 shares a place in the ring with 7, so both open epochs have to go.
      column(fixture, SKETCH, 0, 11, 0, 0);
      fixture.send();
      fixture.check("end");
      assertEquals(1, fixture.counts().inFlight());
      assertTrue(isFinished(fixture, SKETCH, 6));
    }
  }

  @Test
  void shouldRecoverWhereReportersStartToCountAgain() {
    try (EngineFixture fixture = EngineFixture.with(SKETCH).build()) {
      fixture.after(0);
      column(fixture, SKETCH, 0, 0x4000_0000, 0, 0);
      column(fixture, SKETCH, 0, 1, 0, 0);
      fixture.send();
      fixture.after(2000 * MILLISECOND);
      column(fixture, SKETCH, 0, 2, 0, 0);
      fixture.send();
      EngineSnapshot counts = fixture.counts();
      assertEquals(2, counts.dropped(DropReason.STALE_EPOCH));
      fixture.after(1);
      column(fixture, SKETCH, 0, 0x4000_0000 - 3, 0, 0);
      column(fixture, SKETCH, 0, 3, 0, 0);
      fixture.send();
      counts = fixture.counts();
      assertEquals(3, counts.dropped(DropReason.STALE_EPOCH), "a straggler is not a restart");
      assertEquals(1, counts.inFlight());
    }
  }

  @Test
  void shouldRefuseColumnsThatCannotBeAndThoseThatCameBefore() {
    try (EngineFixture fixture = EngineFixture.with(SKETCH).build()) {
      column(fixture, SKETCH, 0, 1, 3, 0);
      column(fixture, SKETCH, 0, 1, 0xFFFF, 0);
      column(fixture, SKETCH, 0, 1, 0, 32);
      column(fixture, SKETCH, 0, 1, 0, -1);
      column(fixture, SKETCH, 0, 1, 2, 31);
      column(fixture, SKETCH, 0, 1, 2, 31);
      fixture.send();
      EngineSnapshot counts = fixture.counts();
      assertEquals(2, counts.dropped(DropReason.BAD_REPORTER));
      assertEquals(2, counts.dropped(DropReason.BAD_COLUMN));
      assertEquals(1, counts.dropped(DropReason.DUPLICATE));
      assertEquals(1, counts.inFlight());
    }
  }

  @Test
  void shouldAskForMissingColumnsHalfWay() {
    int[] counters = new int[SKETCH.rows()];
    try (EngineFixture fixture = EngineFixture.with(SKETCH).build()) {
      fixture.after(0);
      int[] sources = {0x0A000001, 0x0A000002, 0};
      for (int reporter = 0; reporter < 3; reporter++) {
        int columns = reporter == 1 ? 31 : 32;
        for (int column = 0; column < columns; column++) {
          fixture.reports.sketchColumn(
              SKETCH, BaseHeader.RETRANSMITTABLE_FLAG, column, reporter, 1, column, counters, 0);
        }
        fixture.send(sources[reporter]);
      }
      fixture.after(1000 * MILLISECOND - 1);
      fixture.answers.clear();
      fixture.after(1);
      assertEquals(
          List.of(new Answer(sources[1], 31, true)), fixture.answers, "its last one was lost");
      fixture.answers.clear();
      fixture.after(MILLISECOND);
      assertEquals(List.of(), fixture.answers);
      fixture.reports.sketchColumn(
          SKETCH, BaseHeader.RETRANSMITTABLE_FLAG, 31, 1, 1, 31, counters, 0);
      fixture.send(sources[1]);
      assertEquals(1, fixture.counts().count(EngineEvent.EPOCHS_COMPLETE));
    }
  }

  @Test
  void shouldSpreadALargeEpochsEndOverDutyCycles() {
    SketchStore store =
        new SketchStore(0, "sketch", KeyFormat.U32, SketchKind.COUNT_MIN, 1, 1 << 12, 2, 2, 4);
    try (EngineFixture fixture = EngineFixture.with(store).build()) {
      fixture.after(0);
      column(fixture, store, 0, 1, 0, 4095);
      fixture.send();
      fixture.after(2000 * MILLISECOND);
      assertFalse(isFinished(fixture, store, 1));
      assertEquals(1, fixture.counts().inFlight());
      for (int cycle = 0; cycle < 20; cycle++) {
        fixture.after(0);
        fixture.check("cycle " + cycle);
      }
      assertTrue(isFinished(fixture, store, 1));
      assertEquals(1, fixture.counts().written());
    }
  }

  @Test
  void shouldSayWhatToLowerWhereEpochsTakeTooMuchMemory() {
    SketchStore store =
        new SketchStore(0, "sketch", KeyFormat.U32, SketchKind.COUNT_MIN, 8, 1 << 24, 2, 65535, 1);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new SketchTranslator(
                    store,
                    new CollectorLink[1],
                    EngineSettings.DEFAULTS,
                    null,
                    new EngineCounters()));
    assertTrue(e.getMessage().contains("lower openEpochs"), e.getMessage());
  }

  private static EngineFixture scripted(ScriptedQueuePair[] queuePair) {
    return EngineFixture.with(SKETCH)
        .queuePairs(
            (memory, listener) -> {
              queuePair[0] = new ScriptedQueuePair(listener);
              return queuePair[0];
            })
        .build();
  }
}
