package io.dta.benchmarks;

import io.dta.fattree.direct.Copies;
import io.dta.fattree.direct.DirectWriter;
import io.dta.fattree.flows.FlowCursor;
import io.dta.fattree.output.CollectorMemory;
import io.dta.fattree.routing.UpDownRoutes;
import io.dta.fattree.send.ReportClock;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.topology.Wiring;
import io.dta.fattree.workload.FlowDescription;
import io.dta.fattree.workload.FlowPopulation;
import io.dta.fattree.workload.PublishedSizes;
import io.dta.fattree.workload.SizeDistribution;
import io.dta.fattree.workload.TrafficMatrices;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.KeyWriteStore;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
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
 * Flows without packets: one flow after the other, its 5-tuple and its path on a tree of k = 16;
 * and the same with the path written into a collector's memory by DART's switches. A hundred
 * million flows take a hundred million divided by this many seconds.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FlowBenchmark {
  private static final int FLOWS = 1 << 14;
  private static final int K = 16;
  private static final int SEED = 1;

  /** 512 MiB of slots, beyond any cache. */
  private static final KeyWriteStore PATHS =
      new KeyWriteStore(0, "paths", KeyFormat.IPV4_5_TUPLE, 20, 1 << 24, 2, null, null);

  @Param({"ONE", "ALL"})
  private Copies copies;

  private final FatTree tree = new FatTree(K);
  private final UnsafeBuffer key = new UnsafeBuffer(new byte[FlowDescription.KEY_LENGTH]);
  private final UnsafeBuffer value = new UnsafeBuffer(new byte[PATHS.valueLength()]);
  private FlowCursor cursor;
  private CollectorMemory memory;
  private DirectWriter writer;
  private long next;

  @Setup
  public void setUp() throws IOException {
    FlowPopulation population =
        new FlowPopulation(
            tree,
            TrafficMatrices.uniform(tree),
            SizeDistribution.of(PublishedSizes.WEB_SEARCH),
            SEED);
    cursor = new FlowCursor(population, new UpDownRoutes(new Wiring(tree), SEED));
    memory = new CollectorMemory(List.of(PATHS));
    memory.segment(PATHS).fill((byte) 0);
    writer =
        DirectWriter.connect(
            tree, List.of(PATHS), List.of(memory), copies, SEED, ReportClock.SYSTEM);
  }

  @TearDown
  public void tearDown() {
    writer.close();
    memory.close();
  }

  private void seek() {
    cursor.seek(next++ & (FlowPopulation.MAX_FLOWS - 1));
    cursor.putKey(key, 0);
  }

  /** Flows a second. */
  @Benchmark
  @OperationsPerInvocation(FLOWS)
  public long flows() {
    long hops = 0;
    for (int i = 0; i < FLOWS; i++) {
      seek();
      hops += cursor.hops() + key.getByte(3);
    }
    return hops;
  }

  /** Flows a second whose path is in memory. */
  @Benchmark
  @OperationsPerInvocation(FLOWS)
  public long written() throws IOException {
    for (int i = 0; i < FLOWS; i++) {
      seek();
      for (int hop = 1; hop <= cursor.hops(); hop++) {
        value.putInt((hop - 1) * Integer.BYTES, cursor.switchAt(hop));
      }
      int sink = tree.edgeNumber(cursor.switchAt(cursor.hops()));
      writer.write(sink, PATHS, key, 0, value, 0);
    }
    return writer.counters().written();
  }
}
