package io.dta.primitives.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.primitives.analysis.CountMinBounds;
import io.dta.primitives.analysis.CountSketchBounds;
import io.dta.primitives.key.KeyFormat;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SketchReaderTest {
  private static final long SEED = 20230910;
  private static final int REPORTERS = 5;

  @Property(tries = 30)
  void shouldEstimateCountsWithinTheBoundsOfCountMin(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int rows) {
    SketchStore store = store(SketchKind.COUNT_MIN, KeyFormat.IPV4_5_TUPLE, rows, 512);
    Traffic traffic = new Traffic(store, seed);
    SketchReader reader = new SketchReader(store, MemorySegment.ofArray(traffic.region(7)));
    EpochInfo epoch = new EpochInfo();
    assertTrue(reader.newest(false, epoch));
    long total = reader.total(epoch);
    assertEquals(traffic.counts.values().stream().mapToLong(Long::longValue).sum(), total);
    double error = CountMinBounds.error(store.columns(), total);
    int within = 0;
    for (Map.Entry<ByteBuffer, Long> count : traffic.counts.entrySet()) {
      long estimate = reader.estimate(epoch, new UnsafeBuffer(count.getKey()), 0);
      assertTrue(estimate >= count.getValue(), "seed " + seed);
      within += estimate <= count.getValue() + error ? 1 : 0;
    }
    assertTrue(
        within >= CountMinBounds.confidence(rows) * traffic.counts.size(),
        within + " of " + traffic.counts.size() + "; seed " + seed);
  }

  @Property(tries = 30)
  void shouldEstimateCountsWithinTheBoundsOfCountSketch(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int rows) {
    SketchStore store = store(SketchKind.COUNT_SKETCH, KeyFormat.IPV4_5_TUPLE, rows, 512);
    Traffic traffic = new Traffic(store, seed);
    SketchReader reader = new SketchReader(store, MemorySegment.ofArray(traffic.region(7)));
    EpochInfo epoch = new EpochInfo();
    assertTrue(reader.newest(false, epoch));
    double squares =
        traffic.counts.values().stream().mapToDouble(count -> (double) count * count).sum();
    assertEquals(1, reader.norm(epoch) / Math.sqrt(squares), 0.25, "seed " + seed);
    double error = CountSketchBounds.error(store.columns(), Math.sqrt(squares));
    int within = 0;
    for (Map.Entry<ByteBuffer, Long> count : traffic.counts.entrySet()) {
      long estimate = reader.estimate(epoch, new UnsafeBuffer(count.getKey()), 0);
      within += Math.abs(estimate - count.getValue()) <= error ? 1 : 0;
    }
    assertTrue(
        within >= CountSketchBounds.confidence(rows) * traffic.counts.size(),
        within + " of " + traffic.counts.size() + "; seed " + seed);
  }

  @Test
  void shouldTakeTheMedianOfSignedCounters() {
    for (int rows : new int[] {1, 2, 3, 4, 5}) {
      SketchStore store = store(SketchKind.COUNT_SKETCH, KeyFormat.U32, rows, 16);
      SketchHasher hasher = new SketchHasher(store);
      UnsafeBuffer key = key(42);
      hasher.hash(key, 0);
      int[] signed = Arrays.copyOf(new int[] {9, -20, 5, 6, 100}, rows);
      int[] counters = new int[store.columns() * rows];
      for (int row = 0; row < rows; row++) {
        counters[hasher.column(row) * rows + row] = hasher.sign(row) * signed[row];
      }
      byte[] region = new byte[(int) store.regionLength()];
      write(store, region, 1, counters, SketchStore.COMPLETE);
      SketchReader reader = new SketchReader(store, MemorySegment.ofArray(region));
      EpochInfo epoch = new EpochInfo();
      assertTrue(reader.newest(false, epoch));
      long expected = new long[] {9, -6, 5, 5, 6}[rows - 1];
      assertEquals(expected, reader.estimate(epoch, key, 0), rows + " rows");
    }
  }

  /** Consecutive keys are what affine hashes alone would get wrong by a factor. */
  @ParameterizedTest(name = "{0} keys, {1} columns, consecutive: {2}")
  @CsvSource({
    "0, 1024, true",
    "1, 1024, true",
    "100, 1024, true",
    "512, 1024, true",
    "2000, 1024, true",
    "4096, 1024, true",
    "65536, 1024, true",
    "300000, 1024, true",
    "20000, 16384, true",
    "200000, 4096, true",
    "500, 64, true",
    "100, 1024, false",
    "2000, 1024, false",
    "300000, 1024, false",
    "200000, 4096, false",
    "100000, 16, false"
  })
  void shouldEstimateDistinctKeysByHyperLogLog(int keys, int columns, boolean consecutive) {
    SketchStore store = store(SketchKind.HYPERLOGLOG, KeyFormat.U32, 1, columns);
    SketchBuilder[] reporters = new SketchBuilder[2];
    Arrays.setAll(reporters, i -> new SketchBuilder(store));
    int mixer = new Random(SEED).nextInt() | 1;
    UnsafeBuffer key = key(0);
    for (int i = 0; i < keys; i++) {
      int number = consecutive ? 0x0A000001 + i : i * mixer;
      key.putInt(0, number);
      reporters[i % 2].add(key, 0, 1);
      reporters[0].add(key, 0, 5);
    }
    int[] merged = reporters[0].counters().clone();
    for (int i = 0; i < merged.length; i++) {
      merged[i] = Math.max(merged[i], reporters[1].counters()[i]);
    }
    byte[] region = new byte[(int) store.regionLength()];
    write(store, region, 1, merged, SketchStore.COMPLETE);
    SketchReader reader = new SketchReader(store, MemorySegment.ofArray(region));
    EpochInfo epoch = new EpochInfo();
    assertTrue(reader.newest(false, epoch));
    double estimate = reader.cardinality(epoch);
    double standardError = 1.04 / Math.sqrt(columns);
    assertEquals(keys, estimate, 4 * standardError * keys, "seed " + SEED);
  }

  @Test
  void shouldFindFinishedEpochsAndUnfinishedOnesWhereAllowed() {
    SketchStore store = store(SketchKind.COUNT_MIN, KeyFormat.U32, 2, 16);
    byte[] region = new byte[(int) store.regionLength()];
    SketchReader reader = new SketchReader(store, MemorySegment.ofArray(region));
    EpochInfo info = new EpochInfo();
    assertFalse(reader.newest(true, info));
    for (int index = 0; index < store.epochs(); index++) {
      assertFalse(reader.read(index, info), "never written: " + index);
    }
    int[] counters = new int[32];
    write(store, region, 0xFFFF_FFFEL, counters, SketchStore.COMPLETE);
    write(store, region, 0xFFFF_FFFFL, counters, SketchStore.INCOMPLETE);
    write(store, region, 0, counters, SketchStore.OPEN);
    assertTrue(reader.newest(false, info));
    assertEquals(0xFFFF_FFFFL, info.epoch());
    assertEquals(EpochState.INCOMPLETE, info.state());
    assertEquals(REPORTERS, info.expected());
    assertEquals(REPORTERS - 1, info.merged());
    assertEquals(15, info.completeColumns());
    assertTrue(reader.newest(true, info));
    assertEquals(0, info.epoch());
    assertEquals(EpochState.OPEN, info.state());
    assertFalse(reader.find(0, false, info));
    assertTrue(reader.find(0, true, info));
    assertTrue(reader.find(0xFFFF_FFFEL, false, info));
    assertEquals(EpochState.COMPLETE, info.state());
    assertFalse(reader.find(0xFFFF_FFFDL, true, info));
    assertFalse(reader.find(4, true, info));
  }

  @Test
  void shouldSayThatAnEpochWasReplacedWhileItWasQueried() {
    SketchStore store = store(SketchKind.COUNT_MIN, KeyFormat.U32, 2, 16);
    byte[] region = new byte[(int) store.regionLength()];
    int[] counters = new int[32];
    write(store, region, 3, counters, SketchStore.OPEN);
    SketchReader reader = new SketchReader(store, MemorySegment.ofArray(region));
    EpochInfo open = new EpochInfo();
    assertTrue(reader.find(3, true, open));
    assertEquals(0, reader.estimate(open, key(1), 0));
    write(store, region, 3, counters, SketchStore.COMPLETE);
    assertEquals(0, reader.estimate(open, key(1), 0), "an unfinished epoch may finish meanwhile");
    EpochInfo complete = new EpochInfo();
    assertTrue(reader.find(3, false, complete));
    assertEquals(0, reader.total(complete));
    write(store, region, 3 + store.epochs(), counters, SketchStore.OPEN);
    for (EpochInfo gone : List.of(open, complete)) {
      assertEquals(SketchReader.REPLACED, reader.estimate(gone, key(1), 0));
      assertEquals(SketchReader.REPLACED, reader.total(gone));
    }
  }

  @Test
  void shouldNotTakeTornTrailerForFinishedEpoch() {
    SketchStore store = store(SketchKind.COUNT_MIN, KeyFormat.U32, 2, 16);
    byte[] region = new byte[(int) store.regionLength()];
    write(store, region, 1, new int[32], SketchStore.COMPLETE);
    byte[] next = region.clone();
    write(store, next, 1 + store.epochs(), new int[32], SketchStore.OPEN);
    int trailer = (int) (store.epochOffset(1) + store.trailerOffset());
    System.arraycopy(next, trailer, region, trailer, 8);
    SketchReader reader = new SketchReader(store, MemorySegment.ofArray(region));
    assertFalse(reader.newest(false, new EpochInfo()));
  }

  @Test
  void shouldRefuseQueriesThatTheKindDoesNotAnswer() {
    EpochInfo info = new EpochInfo();
    SketchReader hyperLogLog = reader(store(SketchKind.HYPERLOGLOG, KeyFormat.U32, 1, 16));
    assertThrows(IllegalStateException.class, () -> hyperLogLog.estimate(info, key(1), 0));
    assertThrows(IllegalStateException.class, () -> hyperLogLog.total(info));
    SketchReader countMin = reader(store(SketchKind.COUNT_MIN, KeyFormat.U32, 1, 16));
    assertThrows(IllegalStateException.class, () -> countMin.norm(info));
    assertThrows(IllegalStateException.class, () -> countMin.cardinality(info));
  }

  @Test
  void shouldStartAgainAtZeroAfterReset() {
    SketchStore store = store(SketchKind.COUNT_MIN, KeyFormat.U32, 3, 16);
    SketchBuilder builder = new SketchBuilder(store);
    builder.add(key(1), 0, 0xFFFF_FFFFL);
    builder.add(key(1), 0, 2);
    SketchHasher hasher = new SketchHasher(store);
    hasher.hash(key(1), 0);
    for (int row = 0; row < 3; row++) {
      assertEquals(1, builder.counters()[hasher.column(row) * 3 + row], "modulo 2^32");
    }
    builder.reset();
    assertTrue(Arrays.stream(builder.counters()).allMatch(counter -> counter == 0));
  }

  /** What several reporters count, and its merged sketch in memory. */
  private static final class Traffic {
    private final SketchStore store;
    private final Map<ByteBuffer, Long> counts = new HashMap<>();
    private final SketchBuilder[] reporters = new SketchBuilder[REPORTERS];

    Traffic(SketchStore store, long seed) {
      this.store = store;
      Arrays.setAll(reporters, i -> new SketchBuilder(store));
      Random random = new Random(seed);
      byte[][] keys = new byte[1500][store.key().length()];
      for (byte[] key : keys) {
        random.nextBytes(key);
      }
      for (int packet = 0; packet < 6000; packet++) {
        byte[] key = keys[(int) (keys.length * Math.pow(random.nextDouble(), 3))];
        long bytes = 40L + random.nextInt(1460);
        counts.merge(ByteBuffer.wrap(key), bytes, Long::sum);
        reporters[random.nextInt(REPORTERS)].add(new UnsafeBuffer(key), 0, bytes);
      }
    }

    byte[] region(long epoch) {
      int[] merged = new int[store.columns() * store.rows()];
      for (SketchBuilder reporter : reporters) {
        for (int i = 0; i < merged.length; i++) {
          merged[i] += reporter.counters()[i];
        }
      }
      byte[] region = new byte[(int) store.regionLength()];
      write(store, region, epoch, merged, SketchStore.COMPLETE);
      return region;
    }
  }

  /** Writes an epoch as the layout says. */
  private static void write(
      SketchStore store, byte[] region, long epoch, int[] counters, int state) {
    int length = (int) store.epochStride();
    ByteBuffer bytes = ByteBuffer.wrap(region, (int) (epoch % store.epochs()) * length, length);
    for (int counter : counters) {
      bytes.putInt(counter);
    }
    int missing = state == SketchStore.COMPLETE ? 0 : 1;
    bytes
        .putInt((int) epoch)
        .putInt(store.columns() - missing)
        .putShort((short) REPORTERS)
        .putShort((short) (REPORTERS - missing))
        .put((byte) state);
  }

  private static SketchReader reader(SketchStore store) {
    return new SketchReader(store, MemorySegment.ofArray(new byte[(int) store.regionLength()]));
  }

  private static SketchStore store(SketchKind kind, KeyFormat key, int rows, int columns) {
    return new SketchStore(0, "sketch", key, kind, rows, columns, 4, REPORTERS, 0);
  }

  private static UnsafeBuffer key(int number) {
    return new UnsafeBuffer(ByteBuffer.allocate(4).putInt(number).array());
  }
}
