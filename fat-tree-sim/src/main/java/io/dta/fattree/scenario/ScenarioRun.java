package io.dta.fattree.scenario;

import io.dta.fattree.event.SimTime;
import io.dta.fattree.failure.FailurePlan;
import io.dta.fattree.network.DropReason;
import io.dta.fattree.network.FlowCounters;
import io.dta.fattree.network.Network;
import io.dta.fattree.network.NetworkObserver;
import io.dta.fattree.network.PacketCounters;
import io.dta.fattree.output.Outlet;
import io.dta.fattree.send.SendCounters;
import io.dta.fattree.statistics.CompletionTimes;
import io.dta.fattree.statistics.QueueSeries;
import io.dta.fattree.statistics.RunSummary;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.verify.AnswerFile;
import io.dta.fattree.verify.AnswerListener;
import io.dta.fattree.verify.CollectorAnswers;
import io.dta.fattree.verify.Comparison;
import io.dta.fattree.verify.TelemetryCheck;
import io.dta.fattree.witness.Witness;
import io.dta.fattree.workload.FlowArrivals;
import io.dta.fattree.workload.FlowPopulation;
import io.dta.fattree.workload.PoissonArrivals;
import io.dta.fattree.workload.ScheduledFlows;
import io.dta.fattree.workload.SplitMix64;
import io.dta.node.OperatorException;
import io.dta.primitives.Primitive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A run of a scenario; used once, by one thread. The same scenario and seed make the same run. */
public final class ScenarioRun {
  private static final int SAMPLES = 400;
  private static final int HOPS_PER_SLICE = 1 << 15;

  /** Of a depth or of packets: nothing has so many. */
  private static final int NOTHING = Integer.MAX_VALUE;

  private final ScenarioSource source;
  private final Scenario scenario;
  private final FatTree tree;
  private final FlowArrivals arrivals;
  private final long flows;
  private final ScenarioStores stores;
  private final long lossSeed;

  /**
   * Prepares a run: reads what the scenario names.
   *
   * @throws OperatorException saying what does not fit
   */
  public ScenarioRun(ScenarioSource source, Scenario scenario) {
    this.source = source;
    this.scenario = scenario;
    tree = scenario.tree();
    SplitMix64 seeds = new SplitMix64(scenario.seed());
    long matrixSeed = seeds.nextLong();
    long populationSeed = seeds.nextLong();
    long arrivalSeed = seeds.nextLong();
    lossSeed = seeds.nextLong();
    TrafficSettings traffic = scenario.traffic();
    try {
      if (traffic.csv() != null) {
        ScheduledFlows scheduled =
            ScheduledFlows.parse(tree, traffic.csv(), source.lines("traffic.csv", traffic.csv()));
        arrivals = scheduled;
        flows = scheduled.size();
      } else {
        FlowPopulation population =
            new FlowPopulation(
                tree,
                traffic.trafficMatrix(tree, matrixSeed),
                traffic.sizeDistribution(source),
                populationSeed);
        flows = traffic.flows();
        long rate = scenario.network().hostLinks().bitsPerSecond();
        arrivals = new PoissonArrivals(population, flows, traffic.load(), rate, arrivalSeed);
      }
      stores = ScenarioStores.of(scenario, flows);
    } catch (IllegalArgumentException e) {
      throw new OperatorException(source.name() + ": " + e.getMessage(), e);
    }
  }

  /** The scenario's flows. */
  public long flows() {
    return flows;
  }

  /** The stores that the reports go to. */
  public ScenarioStores stores() {
    return stores;
  }

  /**
   * Runs, and asks the collectors at the end.
   *
   * @param asking how to ask running collectors
   * @param directory for a capture and for the answers; null where they are not to be written
   * @param progress is told many times how far the run is
   * @param stop is asked many times whether to end early
   * @throws IOException where reports cannot be brought to where they should go
   */
  public ScenarioResult run(
      Outlets.Asking asking, Path directory, Consumer<RunStatus> progress, BooleanSupplier stop)
      throws IOException {
    try (Outlet outlet = Outlets.open(scenario, stores, lossSeed, asking, directory)) {
      return run(outlet, directory, progress, stop);
    }
  }

  private ScenarioResult run(
      Outlet outlet, Path directory, Consumer<RunStatus> progress, BooleanSupplier stop)
      throws IOException {
    long began = System.nanoTime();
    Telemetry telemetry = new Telemetry(scenario, stores);
    Witness witness = outlet == null ? null : new Witness(tree, witnessSettings());
    CompletionTimes times = new CompletionTimes(tree, scenario.network());
    QueueSeries queues = new QueueSeries(SAMPLES);
    List<NetworkObserver> observers = new ArrayList<>(List.of(times, queues));
    if (outlet != null) {
      observers.add(witness);
      observers.addAll(telemetry.reporters(outlet));
      observers.add(new Pump(outlet));
    }
    FailurePlan failures = scenario.failures().plan(tree);
    Network network =
        new Network(
            tree,
            scenario.network(),
            arrivals,
            failures,
            NetworkObserver.all(observers.toArray(NetworkObserver[]::new)));
    queues.attach(network);
    boolean complete = advance(network, outlet, progress, stop);
    network.end();
    List<Comparison> comparisons = List.of();
    if (outlet != null) {
      comparisons = compare(telemetry, witness, outlet.answers(), directory);
    }
    return new ScenarioResult(
        source.name(),
        scenario,
        complete,
        (double) (System.nanoTime() - began) / TimeUnit.SECONDS.toNanos(1),
        flows,
        RunSummary.of(network, times, queues),
        failures,
        outlet == null ? null : outlet.delivery(),
        comparisons,
        witness);
  }

  private static List<Comparison> compare(
      Telemetry telemetry, Witness witness, CollectorAnswers answers, Path directory)
      throws IOException {
    if (directory == null) {
      return telemetry.compare(new TelemetryCheck(witness, answers, AnswerListener.NONE));
    }
    try (AnswerFile file = new AnswerFile(directory)) {
      return telemetry.compare(new TelemetryCheck(witness, answers, file));
    }
  }

  private boolean advance(
      Network network, Outlet outlet, Consumer<RunStatus> progress, BooleanSupplier stop)
      throws IOException {
    long until = scenario.until() == null ? SimTime.NEVER : Checks.picos(scenario.until());
    while (!stop.getAsBoolean()) {
      boolean more = network.runHops(HOPS_PER_SLICE, until);
      progress.accept(status(network, outlet));
      if (!more) {
        return true;
      }
    }
    return false;
  }

  private static RunStatus status(Network network, Outlet outlet) {
    FlowCounters counters = network.flows();
    PacketCounters packets = network.packets();
    Map<String, Long> drops = new LinkedHashMap<>();
    for (DropReason reason : DropReason.values()) {
      drops.put(reason.label().replace(' ', '-'), packets.dropped(reason));
    }
    return new RunStatus(
        counters.completed() + counters.abandoned(),
        network.seconds(),
        network.hops(),
        packets.allDropped(),
        reports(outlet),
        packets.sent(),
        drops);
  }

  /** Of switches that write by themselves (DART) it is the paths, by Key-Write. */
  private static SendCounters reports(Outlet outlet) {
    if (outlet == null) {
      return new SendCounters(Map.of(), 0, 0);
    }
    if (outlet.reporters() != null) {
      return outlet.reporters().counters();
    }
    long reports = outlet.delivery().reports();
    return new SendCounters(
        Map.of(Primitive.KEY_WRITE, new SendCounters.OfPrimitive(reports, reports, 0, 0)), 0, 0);
  }

  private Witness.Settings witnessSettings() {
    TelemetrySettings telemetry = scenario.telemetry();
    TelemetrySettings.LossyFlows lossy = telemetry.lossyFlows();
    return new Witness.Settings(
        scenario.truthFlows(),
        telemetry.netSeer() == null ? NOTHING : (int) telemetry.netSeer().depth().bytes(),
        telemetry.congestion() == null ? NOTHING : (int) telemetry.congestion().depth().bytes(),
        telemetry.sketches() == null ? 0 : Checks.picos(telemetry.sketches().epoch()),
        lossy == null ? NOTHING : lossy.minPackets(),
        lossy == null ? 1 : lossy.share(),
        telemetry.measures(),
        telemetry.netSeer() != null && !scenario.failures().events().isEmpty());
  }

  /** Makes reports leave at every tick, and all of them at the end. */
  private record Pump(Outlet outlet) implements NetworkObserver {
    @Override
    public void onTick(long now) throws IOException {
      outlet.flush(SimTime.toNanos(now));
    }

    @Override
    public void onEnd(long now) throws IOException {
      outlet.flush(SimTime.toNanos(now));
      outlet.drain();
    }
  }
}
