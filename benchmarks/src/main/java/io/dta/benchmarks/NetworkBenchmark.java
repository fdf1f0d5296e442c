package io.dta.benchmarks;

import io.dta.fattree.event.SimTime;
import io.dta.fattree.failure.FailurePlan;
import io.dta.fattree.network.LinkProfile;
import io.dta.fattree.network.Network;
import io.dta.fattree.network.NetworkConfig;
import io.dta.fattree.network.NetworkObserver;
import io.dta.fattree.network.TransportSettings;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.workload.FlowPopulation;
import io.dta.fattree.workload.PoissonArrivals;
import io.dta.fattree.workload.PublishedSizes;
import io.dta.fattree.workload.SizeDistribution;
import io.dta.fattree.workload.TrafficMatrices;
import java.io.IOException;
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
import org.openjdk.jmh.annotations.Warmup;

/** Packet-hops of the simulated data center: web search at half load, DCTCP, 10 Gb/s. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class NetworkBenchmark {
  private static final int HOPS = 1 << 16;
  private static final int SEED = 1;

  /** Simulated time before the measurement, so that flows of all sizes are under way. */
  private static final long BEFORE = 5 * SimTime.PICOS_PER_MILLI;

  @Param({"8", "16", "48"})
  private int k;

  private Network network;

  @Setup
  public void setUp() throws IOException {
    FatTree tree = new FatTree(k);
    LinkProfile links = LinkProfile.ofGigabits(10);
    FlowPopulation population =
        new FlowPopulation(
            tree,
            TrafficMatrices.uniform(tree),
            SizeDistribution.of(PublishedSizes.WEB_SEARCH),
            SEED);
    network =
        new Network(
            tree,
            NetworkConfig.of(links, TransportSettings.DCTCP, SEED),
            new PoissonArrivals(
                population, FlowPopulation.MAX_FLOWS, 0.5, links.bitsPerSecond(), SEED),
            FailurePlan.NONE,
            NetworkObserver.NONE);
    network.run(k > 16 ? BEFORE / 5 : BEFORE);
  }

  /** Packet-hops a second. */
  @Benchmark
  @OperationsPerInvocation(HOPS)
  public boolean hops() throws IOException {
    return network.runHops(HOPS);
  }
}
