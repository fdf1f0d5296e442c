package io.dta.benchmarks;

import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendReader;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.EpochInfo;
import io.dta.primitives.store.KeyIncrementReader;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.PathAnswer;
import io.dta.primitives.store.PathVerification;
import io.dta.primitives.store.PostcardingReader;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchKind;
import io.dta.primitives.store.SketchReader;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.store.ValueRange;
import io.dta.primitives.wire.HeaderFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The readers of the other four stores, over memory that the engine has written. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ReaderBenchmark {
  private static final int KEYS = 1 << 16;
  private static final int HOPS = 5;
  private static final int HEADER = HeaderFormat.FULL.length();

  private final RandomKeys flows = new RandomKeys(2 * KEYS, KeyFormat.IPV4_5_TUPLE.length());
  private final RandomKeys hosts = new RandomKeys(KEYS, KeyFormat.U32.length());
  private final KeyIncrementStore counters =
      new KeyIncrementStore(0, "host-bytes", KeyFormat.U32, 1 << 23, 2);
  private final AppendStore events = new AppendStore(0, "events", 1, 4, 16, 1 << 16);
  private final PostcardingStore postcards =
      new PostcardingStore(
          0,
          "postcards",
          KeyFormat.IPV4_5_TUPLE,
          HOPS,
          1 << 21,
          2,
          PathVerification.VALUE_SET,
          List.of(new ValueRange(1, 1024)));
  private final SketchStore sizes =
      new SketchStore(
          0, "sizes", KeyFormat.IPV4_5_TUPLE, SketchKind.COUNT_MIN, 4, 1 << 14, 2, 1, 0);

  private EngineHarness counterHarness;
  private EngineHarness eventHarness;
  private EngineHarness postcardHarness;
  private EngineHarness sketchHarness;
  private KeyIncrementReader counterReader;
  private PostcardingReader postcardReader;
  private PathAnswer path;
  private SketchReader sketchReader;
  private final EpochInfo epoch = new EpochInfo();
  private MachineLimit limit;
  private long entries;

  @Setup
  public void setUp() {
    counterHarness =
        new EngineHarness(
            counters,
            new DatagramRing(
                KEYS,
                HEADER + counters.reportLength(),
                (builder, i) ->
                    builder.keyIncrement(counters, 0, 0, 2, hosts.buffer(), hosts.index(i), i)));
    eventHarness =
        new EngineHarness(
            events,
            new DatagramRing(
                KEYS,
                HEADER + events.reportLength(),
                (builder, i) -> builder.append(events, 0, 0, 0, hosts.buffer(), hosts.index(i))));
    postcardHarness =
        new EngineHarness(
            postcards,
            new DatagramRing(
                KEYS * HOPS,
                HEADER + postcards.reportLength(),
                (builder, i) ->
                    builder.postcard(
                        postcards, 0, 0, flows.buffer(), flows.index(i / HOPS), i % HOPS + 1, 7)));
    int[] column = {1, 2, 3, 4};
    sketchHarness =
        new EngineHarness(
            sizes,
            new DatagramRing(
                sizes.columns(),
                HEADER + sizes.reportLength(),
                (builder, i) -> builder.sketchColumn(sizes, 0, 0, 0, 1, i, column, 0)));
    counterHarness.translateAll();
    eventHarness.translateAll();
    postcardHarness.translateAll();
    sketchHarness.translateAll();
    counterReader = new KeyIncrementReader(counters, counterHarness.memory());
    postcardReader = new PostcardingReader(postcards, postcardHarness.memory());
    path = new PathAnswer(postcards);
    sketchReader = new SketchReader(sizes, sketchHarness.memory());
    if (!sketchReader.newest(false, epoch)) {
      throw new IllegalStateException("the sketch's epoch is not complete");
    }
    limit = new MachineLimit(postcardHarness.memory(), postcards.stride(), 1);
  }

  @TearDown
  public void tearDown() {
    counterHarness.close();
    eventHarness.close();
    postcardHarness.close();
    sketchHarness.close();
  }

  /** Counts of keys, the least of two counters each. */
  @Benchmark
  @OperationsPerInvocation(KEYS)
  public long counts() {
    long sum = 0;
    for (int i = 0; i < KEYS; i++) {
      sum += counterReader.count(hosts.buffer(), hosts.index(i));
    }
    return sum;
  }

  /** Paths that are there. */
  @Benchmark
  @OperationsPerInvocation(KEYS)
  public int pathHits() {
    return paths(0);
  }

  /** Paths that are not. */
  @Benchmark
  @OperationsPerInvocation(KEYS)
  public int pathMisses() {
    return paths(KEYS);
  }

  private int paths(int first) {
    int matched = 0;
    for (int i = first; i < first + KEYS; i++) {
      postcardReader.lookup(flows.buffer(), flows.index(i), PostcardingReader.PAPER_POLICY, path);
      matched += path.copiesMatched();
    }
    return matched;
  }

  /** Entries of a list, followed from its beginning. */
  @Benchmark
  @OperationsPerInvocation(KEYS)
  public long entries() {
    AppendReader reader =
        new AppendReader(events, eventHarness.memory(), 0, AppendStore.FIRST_SEQUENCE);
    entries = 0;
    reader.poll((sequence, position, buffer, index, length) -> entries++, KEYS);
    return entries;
  }

  /** Estimates of keys in a merged Count-Min sketch of four rows. */
  @Benchmark
  @OperationsPerInvocation(KEYS)
  public long estimates() {
    long sum = 0;
    for (int i = 0; i < KEYS; i++) {
      sum += sketchReader.estimate(epoch, flows.buffer(), flows.index(i));
    }
    return sum;
  }

  /** The machine's limit for a look-up of two places: as many random reads of one word. */
  @Benchmark
  @OperationsPerInvocation(KEYS)
  public long limit() {
    return limit.read(2 * KEYS);
  }
}
