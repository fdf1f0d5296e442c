package io.dta.benchmarks;

import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.PathVerification;
import io.dta.primitives.store.PostcardingStore;
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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Postcards of 5 hops a flow, those of 64 flows interleaved, from a ring of datagrams into a region
 * of chunks.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PostcardingBenchmark {
  private static final int HOPS = 5;
  private static final int INTERLEAVED = 64;
  private static final int REPORTS = (INTERLEAVED * HOPS) << 11;

  @Param({"1", "2"})
  private int redundancy;

  @Param({"64", "1024"})
  private int mebibytes;

  private EngineHarness harness;
  private MachineLimit limit;
  private int chunkWords;

  @Setup
  public void setUp() {
    PostcardingStore store =
        new PostcardingStore(
            0,
            "postcards",
            KeyFormat.IPV4_5_TUPLE,
            HOPS,
            ((long) mebibytes << 20) / 32,
            redundancy,
            PathVerification.VALUE_SET,
            List.of(new ValueRange(1, 1024)));
    RandomKeys keys = new RandomKeys(REPORTS / HOPS, KeyFormat.IPV4_5_TUPLE.length());
    harness =
        new EngineHarness(
            store,
            new DatagramRing(
                REPORTS,
                HeaderFormat.FULL.length() + store.reportLength(),
                (builder, report) -> {
                  int group = report / (INTERLEAVED * HOPS);
                  int hop = report / INTERLEAVED % HOPS + 1;
                  int flow = group * INTERLEAVED + report % INTERLEAVED;
                  return builder.postcard(
                      store, 0, 0, keys.buffer(), keys.index(flow), hop, flow % 1024 + 1);
                }));
    limit = new MachineLimit(harness.memory(), store.stride(), 1);
    chunkWords = store.stride() / Long.BYTES;
  }

  @TearDown
  public void tearDown() {
    harness.close();
  }

  /** Postcards a second; a fifth of them completes a path. */
  @Benchmark
  @OperationsPerInvocation(REPORTS)
  public void postcards() {
    harness.translateAll();
  }

  /** The machine's limit for the same: as many random writes of whole chunks, one path a copy. */
  @Benchmark
  @OperationsPerInvocation(REPORTS)
  public void limit() {
    limit.write(REPORTS / HOPS * redundancy, chunkWords);
  }
}
