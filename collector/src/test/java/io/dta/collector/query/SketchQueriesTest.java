package io.dta.collector.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.collector.StoreWriter;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.EpochState;
import io.dta.primitives.store.SketchBuilder;
import io.dta.primitives.store.SketchKind;
import io.dta.primitives.store.SketchStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SketchQueriesTest {
  private static final EpochChoice LATEST = EpochChoice.parse(null, false);

  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void free() {
    arena.close();
  }

  private static SketchStore store(SketchKind kind) {
    int rows = kind == SketchKind.HYPERLOGLOG ? 1 : 4;
    return new SketchStore(0, "flows", KeyFormat.U32, kind, rows, 1024, 4, 3, 0);
  }

  /** A store and its memory. */
  private final class Fixture {
    final SketchStore store;
    final SketchQueries queries;
    final StoreWriter writer;

    Fixture(SketchKind kind) {
      store = store(kind);
      MemorySegment region = arena.allocate(store.regionLength(), 8);
      queries = new SketchQueries(store, region, 1000);
      writer = new StoreWriter(StoreWriter.Path.direct(s -> region));
    }

    /** A sketch in which key n was counted n times, n from 1 on. */
    SketchBuilder sketch(int keys) {
      SketchBuilder sketch = new SketchBuilder(store);
      for (int key = 1; key <= keys; key++) {
        sketch.add(new UnsafeBuffer(store.key().parseKey("" + key)), 0, key);
      }
      return sketch;
    }
  }

  @Test
  void shouldEstimateWithinTheBoundItStates() {
    Fixture countMin = new Fixture(SketchKind.COUNT_MIN);
    countMin.writer.sketch(countMin.store, 7, countMin.sketch(100));
    KeyEstimate estimate = countMin.queries.estimate(List.of("42"), LATEST).getFirst();
    assertEquals(7, estimate.epoch());
    assertEquals(EpochState.COMPLETE, estimate.state());
    assertEquals(5050, estimate.total());
    assertNull(estimate.norm());
    assertEquals(Math.E / 1024 * 5050, estimate.bound(), 1e-9);
    assertTrue(estimate.estimate() >= 42 && estimate.estimate() <= 42 + estimate.bound());
  }

  @Test
  void shouldMeasureACountSketchAgainstItsNorm() {
    Fixture countSketch = new Fixture(SketchKind.COUNT_SKETCH);
    countSketch.writer.sketch(countSketch.store, 1, countSketch.sketch(100));
    KeyEstimate estimate = countSketch.queries.estimate(List.of("42"), LATEST).getFirst();
    assertNull(estimate.total());
    double norm = Math.sqrt(100.0 * 101 * 201 / 6);
    assertEquals(norm, estimate.norm(), norm / 5);
    assertTrue(Math.abs(estimate.estimate() - 42) <= estimate.bound());
    HeavyHitters hitters = countSketch.queries.heavyHitters(List.of("100", "1"), 0.1, LATEST);
    assertEquals(List.of("100"), hitters.heavyHitters().stream().map(h -> h.key()).toList());
  }

  @Test
  void shouldFindHeavyHittersAmongCandidatesLargestFirst() {
    Fixture countMin = new Fixture(SketchKind.COUNT_MIN);
    countMin.writer.sketch(countMin.store, 7, countMin.sketch(100));
    List<String> candidates = List.of("98", "3", "100", "99", "100");
    HeavyHitters found = countMin.queries.heavyHitters(candidates, 0.01, LATEST);
    assertEquals(50.5, found.minimum(), 1e-9);
    assertEquals(4, found.candidates());
    assertEquals(
        List.of("100", "99", "98"), found.heavyHitters().stream().map(h -> h.key()).toList());
  }

  @Test
  void shouldTakeCandidatesFromAListWhoseEntriesAreKeys() {
    Fixture countMin = new Fixture(SketchKind.COUNT_MIN);
    countMin.writer.sketch(countMin.store, 7, countMin.sketch(100));
    AppendStore lists = new AppendStore(0, "hosts", 2, 4, 2, 4);
    MemorySegment region = arena.allocate(lists.regionLength(), 8);
    new StoreWriter(StoreWriter.Path.direct(s -> region))
        .frame(lists, 1, 1, List.of(HexFormat.of().parseHex("00000064")));
    AppendQueries hosts = new AppendQueries(lists, region, 1000);
    HeavyHitters found = countMin.queries.heavyHitters(hosts, 1, 0.01, LATEST);
    assertEquals(List.of("100"), found.heavyHitters().stream().map(h -> h.key()).toList());
  }

  @Test
  void shouldRefuseAListWhoseEntriesAreNoKeys() {
    Fixture countMin = new Fixture(SketchKind.COUNT_MIN);
    AppendStore lists = new AppendStore(0, "events", 2, 18, 2, 4);
    AppendQueries events = new AppendQueries(lists, arena.allocate(lists.regionLength(), 8), 1000);
    assertEquals(
        "store 'events' has entries of 18 bytes, but a key (u32) of store 'flows' has 4",
        assertThrows(
                QueryException.class, () -> countMin.queries.heavyHitters(events, 1, 0.01, LATEST))
            .getMessage());
  }

  @Test
  void shouldKnowUnfinishedEpochsOnRequestOnlyAndStateNoBoundForThem() {
    Fixture countMin = new Fixture(SketchKind.COUNT_MIN);
    countMin.writer.sketch(countMin.store, 7, countMin.sketch(10), SketchStore.OPEN);
    assertEquals(List.of(), countMin.queries.epochs(false).epochs());
    assertEquals(
        List.of(new SketchEpoch(7, EpochState.OPEN, 1024, 0, 3, 0)),
        countMin.queries.epochs(true).epochs());
    assertEquals(
        "store 'flows' has no finished epoch yet",
        assertThrows(QueryException.class, () -> countMin.queries.estimate(List.of("1"), LATEST))
            .getMessage());
    assertEquals(
        "store 'flows' has no epoch 7 that is finished, ask with unfinished=true for the open one; GET /v1/sketch-merge/flows lists those that it has",
        assertThrows(
                QueryException.class,
                () -> countMin.queries.estimate(List.of("1"), EpochChoice.parse("7", false)))
            .getMessage());
    KeyEstimate open =
        countMin.queries.estimate(List.of("9"), EpochChoice.parse("latest", true)).getFirst();
    assertEquals(EpochState.OPEN, open.state());
    assertNull(open.bound());
    assertNull(open.confidence());
  }

  @Test
  void shouldListEpochsNewestFirst() {
    Fixture countMin = new Fixture(SketchKind.COUNT_MIN);
    for (int epoch = 3; epoch <= 8; epoch++) {
      countMin.writer.sketch(countMin.store, epoch, countMin.sketch(1));
    }
    assertEquals(
        List.of(8L, 7L, 6L, 5L),
        countMin.queries.epochs(false).epochs().stream().map(SketchEpoch::epoch).toList());
    assertEquals(
        "store 'flows' has no epoch 4; GET /v1/sketch-merge/flows lists those that it has",
        assertThrows(
                QueryException.class,
                () -> countMin.queries.estimate(List.of("1"), EpochChoice.parse("4", false)))
            .getMessage());
  }

  @Test
  void shouldCountDifferentKeys() {
    Fixture distinct = new Fixture(SketchKind.HYPERLOGLOG);
    distinct.writer.sketch(distinct.store, 1, distinct.sketch(500));
    Cardinality cardinality = distinct.queries.cardinality(LATEST);
    assertEquals(1.04 / 32, cardinality.relativeStandardError(), 1e-12);
    assertEquals(500, cardinality.estimate(), 4 * 500 * cardinality.relativeStandardError());
  }

  @Test
  void shouldSayWhatAKindOfSketchIsForWhereItIsAskedForSomethingElse() {
    Fixture distinct = new Fixture(SketchKind.HYPERLOGLOG);
    assertEquals(
        "store 'flows' counts different keys, and nothing of any one: ask /v1/sketch-merge/flows/cardinality",
        assertThrows(QueryException.class, () -> distinct.queries.estimate(List.of("1"), LATEST))
            .getMessage());
    Fixture countMin = new Fixture(SketchKind.COUNT_MIN);
    assertEquals(
        "store 'flows' counts how often keys occur: ask /v1/sketch-merge/flows/estimate; cardinality is for HyperLogLog",
        assertThrows(QueryException.class, () -> countMin.queries.cardinality(LATEST))
            .getMessage());
  }

  @Test
  void shouldRefuseEpochsAndThresholdsOutOfRange() {
    assertEquals(
        "epoch '-1': expected a number from 0 to 4294967295, or latest",
        assertThrows(QueryException.class, () -> EpochChoice.parse("-1", false)).getMessage());
    Fixture countMin = new Fixture(SketchKind.COUNT_MIN);
    for (double threshold : new double[] {0, -1, 1.5, Double.NaN}) {
      assertEquals(
          "threshold %s: expected a share, above 0 and at most 1".formatted(threshold),
          assertThrows(
                  QueryException.class,
                  () -> countMin.queries.heavyHitters(List.of("1"), threshold, LATEST))
              .getMessage());
    }
  }
}
