package io.dta.benchmarks;

import io.dta.primitives.store.AppendStore;
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

/** Append reports of 4-byte entries from a ring of datagrams into a region, batched into frames. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AppendBenchmark {
  private static final int REPORTS = 1 << 16;
  private static final int ENTRY_LENGTH = 4;
  private static final int REGION_FRAMES = 1 << 20;

  @Param({"1", "4", "16"})
  private int batch;

  @Param({"1", "255"})
  private int lists;

  private EngineHarness harness;
  private MachineLimit limit;
  private int frameWords;

  @Setup
  public void setUp() {
    AppendStore store =
        new AppendStore(
            0, "events", lists, ENTRY_LENGTH, batch, Integer.highestOneBit(REGION_FRAMES / lists));
    RandomKeys entries = new RandomKeys(REPORTS, ENTRY_LENGTH);
    harness =
        new EngineHarness(
            store,
            new DatagramRing(
                REPORTS,
                HeaderFormat.FULL.length() + store.reportLength(),
                (builder, report) ->
                    builder.append(
                        store, 0, 0, report % lists, entries.buffer(), entries.index(report))));
    limit = new MachineLimit(harness.memory(), store.stride(), 1);
    frameWords = store.stride() / Long.BYTES;
  }

  @TearDown
  public void tearDown() {
    harness.close();
  }

  /** Entries a second. */
  @Benchmark
  @OperationsPerInvocation(REPORTS)
  public void entries() {
    harness.translateAll();
  }

  /** The machine's limit for the same: as many writes of whole frames, at random places. */
  @Benchmark
  @OperationsPerInvocation(REPORTS)
  public void limit() {
    limit.write(REPORTS / batch, frameWords);
  }
}
