package io.dta.benchmarks;

import io.dta.primitives.Primitive;
import io.dta.primitives.hash.HashScheme;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.ChecksumCoverage;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.wire.HeaderFormat;
import io.dta.translator.engine.Distribution;
import io.dta.translator.engine.EngineCounters;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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
 * What metrics cost: Key-Write reports as in {@link KeyWriteBenchmark}, with nobody who reads the
 * counters and with one who reads all of them every millisecond, a thousand times as often as a
 * Prometheus would; and one record of a latency alone. {@link RecordingCost} compares with an
 * engine that records nothing.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MetricsBenchmark {
  static final int REPORTS = 1 << 16;
  private static final int VALUE_LENGTH = 20;
  private static final int SLOTS = 1 << 21;
  private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);

  /** Where one thread reads all counters meanwhile. */
  @State(Scope.Thread)
  public static class Engine {
    @Param({"false", "true"})
    private boolean scraped;

    private EngineHarness harness;
    private Thread scraper;
    private volatile boolean stopped;

    @Setup
    public void setUp() {
      harness = keyWrites();
      if (scraped) {
        scraper = Thread.ofPlatform().daemon().start(this::scrape);
      }
    }

    private void scrape() {
      EngineCounters counters = harness.counters();
      Distribution latency = counters.latency(Primitive.KEY_WRITE);
      long[] sums = new long[latency.bounds().length + 1];
      while (!stopped) {
        if (!counters.snapshot().isBalanced()) {
          throw new IllegalStateException("received is not written + dropped + in flight");
        }
        latency.addTo(sums);
        LockSupport.parkNanos(PAUSE_NS);
      }
    }

    @TearDown
    public void tearDown() throws InterruptedException {
      stopped = true;
      if (scraper != null) {
        scraper.join();
      }
      harness.close();
    }
  }

  private final Distribution distribution =
      new Distribution(1_000, 10_000, 100_000, 1_000_000, 10_000_000);

  private long value;

  static EngineHarness keyWrites() {
    KeyWriteStore store =
        new KeyWriteStore(
            0,
            "paths",
            KeyFormat.IPV4_5_TUPLE,
            VALUE_LENGTH,
            SLOTS,
            1,
            ChecksumCoverage.KEY_VALUE,
            HashScheme.INDEPENDENT);
    RandomKeys keys = new RandomKeys(REPORTS, KeyFormat.IPV4_5_TUPLE.length());
    RandomKeys values = new RandomKeys(REPORTS, VALUE_LENGTH);
    return new EngineHarness(
        store,
        new DatagramRing(
            REPORTS,
            HeaderFormat.FULL.length() + store.reportLength(),
            (builder, report) ->
                builder.keyWrite(
                    store,
                    0,
                    0,
                    1,
                    keys.buffer(),
                    keys.index(report),
                    values.buffer(),
                    values.index(report))));
  }

  /** Reports a second, all metrics recorded. */
  @Benchmark
  @OperationsPerInvocation(REPORTS)
  public void reports(Engine engine) {
    engine.harness.translateAll();
  }

  /** Records a second: the engine makes one a duty cycle and primitive, not one a report. */
  @Benchmark
  public void record() {
    value = (value + 12_345) & 0xF_FFFF;
    distribution.record(value, 64);
  }
}
