package io.dta.benchmarks;

import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.KeyIncrementStore;
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
 * Key-Increment reports of 4-byte keys from a ring of datagrams into a region of 64-bit counters.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KeyIncrementBenchmark {
  private static final int REPORTS = 1 << 20;

  @Param({"1", "2", "4"})
  private int redundancy;

  @Param({"64", "1024"})
  private int mebibytes;

  private EngineHarness harness;
  private MachineLimit limit;

  @Setup
  public void setUp() {
    KeyIncrementStore store =
        new KeyIncrementStore(
            0,
            "host-bytes",
            KeyFormat.U32,
            ((long) mebibytes << 20) / KeyIncrementStore.COUNTER_LENGTH,
            redundancy);
    RandomKeys keys = new RandomKeys(REPORTS, KeyFormat.U32.length());
    harness =
        new EngineHarness(
            store,
            new DatagramRing(
                REPORTS,
                HeaderFormat.FULL.length() + store.reportLength(),
                (builder, report) ->
                    builder.keyIncrement(
                        store, 0, 0, redundancy, keys.buffer(), keys.index(report), report)));
    limit = new MachineLimit(harness.memory(), KeyIncrementStore.COUNTER_LENGTH, 1);
  }

  @TearDown
  public void tearDown() {
    harness.close();
  }

  /** Reports a second. */
  @Benchmark
  @OperationsPerInvocation(REPORTS)
  public void reports() {
    harness.translateAll();
  }

  /** The machine's limit for the same: as many atomic additions to random counters. */
  @Benchmark
  @OperationsPerInvocation(REPORTS)
  public void limit() {
    limit.add(REPORTS * redundancy);
  }
}
