package io.dta.benchmarks;

import io.dta.primitives.hash.HashScheme;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.ChecksumCoverage;
import io.dta.primitives.store.KeyWriteStore;
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
 * Key-Write reports, 13-byte key and 20-byte value, from a ring of datagrams into a region. The
 * engine writes the checksum over the end of the key in place, so each pass over the ring meets
 * other keys than the one before.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KeyWriteBenchmark {
  private static final int REPORTS = 1 << 16;
  private static final int VALUE_LENGTH = 20;
  private static final int STRIDE = 24;

  @Param({"1", "2", "4"})
  private int redundancy;

  @Param({"64", "1024"})
  private int mebibytes;

  private EngineHarness harness;
  private MachineLimit limit;

  @Setup
  public void setUp() {
    long slots = Long.highestOneBit(((long) mebibytes << 20) / STRIDE);
    KeyWriteStore store =
        new KeyWriteStore(
            0,
            "paths",
            KeyFormat.IPV4_5_TUPLE,
            VALUE_LENGTH,
            slots,
            redundancy,
            ChecksumCoverage.KEY_VALUE,
            HashScheme.INDEPENDENT);
    RandomKeys keys = new RandomKeys(REPORTS, KeyFormat.IPV4_5_TUPLE.length());
    RandomKeys values = new RandomKeys(REPORTS, VALUE_LENGTH);
    harness =
        new EngineHarness(
            store,
            new DatagramRing(
                REPORTS,
                HeaderFormat.FULL.length() + store.reportLength(),
                (builder, report) ->
                    builder.keyWrite(
                        store,
                        0,
                        0,
                        redundancy,
                        keys.buffer(),
                        keys.index(report),
                        values.buffer(),
                        values.index(report))));
    limit = new MachineLimit(harness.memory(), STRIDE, 1);
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

  /** The machine's limit for the same: as many random writes of 24 bytes into the same region. */
  @Benchmark
  @OperationsPerInvocation(REPORTS)
  public void limit() {
    limit.write(REPORTS * redundancy, STRIDE / Long.BYTES);
  }
}
