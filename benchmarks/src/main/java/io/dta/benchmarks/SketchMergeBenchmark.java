package io.dta.benchmarks;

import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.SketchKind;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.wire.HeaderFormat;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Sketch columns of four reporters, four rows each, merged and written. A ring is one epoch; its
 * number is counted up in place before each pass, which is measured too.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SketchMergeBenchmark {
  private static final int REPORTERS = 4;
  private static final int COLUMNS = 1 << 14;
  private static final int ROWS = 4;
  private static final int REPORTS = REPORTERS * COLUMNS;

  @Param({"COUNT_MIN", "COUNT_SKETCH"})
  private SketchKind kind;

  private EngineHarness harness;
  private MachineLimit limit;
  private int epoch;

  @Setup
  public void setUp() {
    SketchStore store =
        new SketchStore(
            0, "flow-sizes", KeyFormat.IPV4_5_TUPLE, kind, ROWS, COLUMNS, 64, REPORTERS, 0);
    int[] counters = {1, 2, 3, 4};
    harness =
        new EngineHarness(
            store,
            new DatagramRing(
                REPORTS,
                HeaderFormat.FULL.length() + store.reportLength(),
                (builder, report) ->
                    builder.sketchColumn(
                        store, 0, 0, report % REPORTERS, 0, report / REPORTERS, counters, 0)));
    limit = new MachineLimit(harness.memory(), store.columnLength(), 1);
  }

  @TearDown
  public void tearDown() {
    harness.close();
  }

  /** Columns received a second; a quarter of them completes a column. */
  @Benchmark
  @OperationsPerInvocation(REPORTS)
  public void columns() {
    harness.setEpoch(++epoch);
    harness.translateAll();
  }

  /** The machine's limit for the same: as many writes of merged columns, at random places. */
  @Benchmark
  @OperationsPerInvocation(REPORTS)
  public void limit() {
    limit.write(COLUMNS, ROWS * SketchStore.COUNTER_LENGTH / Long.BYTES);
  }
}
