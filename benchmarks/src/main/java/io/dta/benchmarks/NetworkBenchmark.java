package io.dta.benchmarks;

import io.dta.fattree.DemoStores;
import io.dta.fattree.event.SimTime;
import io.dta.fattree.failure.FailurePlan;
import io.dta.fattree.network.Framing;
import io.dta.fattree.network.LinkProfile;
import io.dta.fattree.network.Network;
import io.dta.fattree.network.NetworkConfig;
import io.dta.fattree.network.NetworkObserver;
import io.dta.fattree.network.TransportSettings;
import io.dta.fattree.output.EngineOutlet;
import io.dta.fattree.reporter.CongestionReporter;
import io.dta.fattree.reporter.HostBytesReporter;
import io.dta.fattree.reporter.IntMdReporter;
import io.dta.fattree.reporter.IntMetadata;
import io.dta.fattree.reporter.IntXdReporter;
import io.dta.fattree.reporter.LossyFlowReporter;
import io.dta.fattree.reporter.NetSeerReporter;
import io.dta.fattree.reporter.SketchReporter;
import io.dta.fattree.reporter.TurboFlowReporter;
import io.dta.fattree.send.Reporters;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.workload.FlowPopulation;
import io.dta.fattree.workload.PoissonArrivals;
import io.dta.fattree.workload.PublishedSizes;
import io.dta.fattree.workload.SizeDistribution;
import io.dta.fattree.workload.TrafficMatrices;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
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
 * Packet-hops of the simulated data center: web search at half load, DCTCP, 10 Gb/s; without
 * telemetry, with the paths of INT-MD, and with every reporter, through the translation engine into
 * memory.
 */
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

  private static final long TICK = 50 * SimTime.PICOS_PER_MICRO;
  private static final int LONG_QUEUE = 50 * Framing.MAX_WIRE_LENGTH;

  @Param({"8", "16", "48"})
  private int k;

  @Param({"off", "paths", "all"})
  private String telemetry;

  private EngineOutlet outlet;
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
            NetworkConfig.of(links, TransportSettings.DCTCP, SEED)
                .withTick(telemetry.equals("off") ? 0 : TICK),
            new PoissonArrivals(
                population, FlowPopulation.MAX_FLOWS, 0.5, links.bitsPerSecond(), SEED),
            FailurePlan.NONE,
            reporters(tree));
    network.run(k > 16 ? BEFORE / 5 : BEFORE);
  }

  private NetworkObserver reporters(FatTree tree) throws IOException {
    if (telemetry.equals("off")) {
      return NetworkObserver.NONE;
    }
    DemoStores stores = DemoStores.forTopology(k, 1 << 16, 2);
    AppendStore lossy = new AppendStore(1, "lossy", k + 1, 13, 16, 1 << 12);
    AppendStore congestion = new AppendStore(2, "congestion", k + 1, 4, 16, 1 << 12);
    KeyIncrementStore flowBytes =
        new KeyIncrementStore(1, "flow-bytes", KeyFormat.IPV4_5_TUPLE, 1 << 20, 2);
    List<Store> all = new ArrayList<>(stores.all());
    all.addAll(List.of(lossy, congestion, flowBytes));
    outlet = new EngineOutlet(all, tree.switches(), 0, SEED, null);
    Reporters to = outlet.reporters();
    IntUnaryOperator list = switchId -> DemoStores.eventList(tree, switchId);
    NetworkObserver paths =
        new IntMdReporter(
            tree,
            to,
            List.of(new IntMdReporter.Value(stores.paths(), IntMetadata.SWITCH_ID)),
            SimTime.PICOS_PER_MILLI,
            4096);
    NetworkObserver pump =
        new NetworkObserver() {
          @Override
          public void onTick(long now) throws IOException {
            outlet.flush(SimTime.toNanos(now));
          }
        };
    if (telemetry.equals("paths")) {
      return NetworkObserver.all(paths, pump);
    }
    return NetworkObserver.all(
        paths,
        new IntXdReporter(to, stores.postcards(), IntMetadata.SWITCH_ID, 0),
        new CongestionReporter(tree, to, congestion, list, LONG_QUEUE),
        new NetSeerReporter(tree, to, stores.events(), list, LONG_QUEUE, 64, 1024),
        new LossyFlowReporter(tree, to, lossy, list, 8, 0.01, 4096),
        new HostBytesReporter(tree, to, stores.hostBytes(), 1 << 20, 64),
        new TurboFlowReporter(tree, to, flowBytes, 256),
        new SketchReporter(tree, to, stores.flowSizes(), SimTime.PICOS_PER_SECOND),
        pump);
  }

  @TearDown
  public void tearDown() {
    if (outlet != null) {
      outlet.close();
    }
  }

  /** Packet-hops a second. */
  @Benchmark
  @OperationsPerInvocation(HOPS)
  public boolean hops() throws IOException {
    return network.runHops(HOPS);
  }
}
