package io.dta.fattree.scenario;

import io.dta.fattree.network.NetworkConfig;
import io.dta.fattree.topology.FatTree;
import io.dta.node.YamlConfig;
import java.time.Duration;

/**
 * A scenario file. Validated once, on construction: an {@link IllegalArgumentException} begins with
 * the key and says what would be valid. What is left out (null) gets its default.
 *
 * @param about what it shows, in a line
 * @param seed all chance derives from it; 1 where left out
 * @param topology the fat tree
 * @param links rates, delays, buffers
 * @param transport how hosts send; DCTCP where left out
 * @param traffic what they send
 * @param failures what fails and is repaired; nothing where left out
 * @param telemetry what switches report; everything where left out, paths alone with {@code to:
 *     direct}
 * @param stores the collector's memory
 * @param output where reports go; to an engine in this process where left out
 * @param until when to end though flows are under way; never where left out
 * @param tick how often queues are looked at and datagrams leave that are not full; 50 µs where
 *     left out
 * @param truthFlows of how many flows, the first ones, the truth is kept and compared; 100,000
 *     where left out
 */
public record Scenario(
    String about,
    Long seed,
    Topology topology,
    LinkSettings links,
    TransportChoice transport,
    TrafficSettings traffic,
    FailureSettings failures,
    TelemetrySettings telemetry,
    StoreSettings stores,
    OutputSettings output,
    Duration until,
    Duration tick,
    Integer truthFlows) {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int DEFAULT_TRUTH = 100_000;
  private static final int MAX_TRUTH = 1 << 24;

  /**
   * The section {@code topology}.
   *
   * @param k ports of a switch, even, 4 to 48; 4 where left out
   */
  record Topology(Integer k) {
    Topology {
      k = k == null ? FatTree.MIN_K : k;
      try {
        new FatTree(k);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    }
  }

  public Scenario {
    if (about == null || about.isBlank() || about.lines().count() > 1) {
      throw new IllegalArgumentException(
          "about: expected a line that says what the scenario shows");
    }
    seed = seed == null ? 1 : seed;
    topology = topology == null ? new Topology(null) : topology;
    links = links == null ? new LinkSettings(null, null, null, null, null, null, null) : links;
    transport = transport == null ? TransportChoice.DCTCP : transport;
    traffic = traffic == null ? TrafficSettings.DEFAULT : traffic;
    failures = failures == null ? new FailureSettings(null, null) : failures;
    stores = stores == null ? StoreSettings.DEFAULT : stores;
    output = output == null ? OutputSettings.DEFAULT : output;
    boolean direct = output.to() == OutputSettings.To.DIRECT;
    if (telemetry == null) {
      telemetry = direct ? TelemetrySettings.PATHS : TelemetrySettings.DEFAULT;
    }
    if (direct && !telemetry.equals(onlyIntMd(telemetry))) {
      throw new IllegalArgumentException(
          "telemetry: 'output.to: direct' writes values by key alone, as DART does: keep intMd and"
              + " remove the rest");
    }
    if (telemetry.equals(TelemetrySettings.NONE) && output.to() != OutputSettings.To.NOBODY) {
      throw new IllegalArgumentException(
          "telemetry reports nothing: name a system, such as 'intMd: {}', or set 'output.to:"
              + " nobody'");
    }
    tick = tick == null ? Duration.ofNanos(50_000) : tick;
    Checks.positive("tick", tick, HOUR);
    if (until != null) {
      Checks.positive("until", until, HOUR);
    }
    truthFlows = truthFlows == null ? DEFAULT_TRUTH : truthFlows;
    Checks.range("truthFlows", truthFlows, 0, MAX_TRUTH);
    FatTree tree = new FatTree(topology.k());
    failures.plan(tree);
    if (traffic.csv() == null) {
      traffic.trafficMatrix(tree, 0);
    }
  }

  private static TelemetrySettings onlyIntMd(TelemetrySettings telemetry) {
    return new TelemetrySettings(telemetry.intMd(), null, null, null, null, null, null, null);
  }

  /**
   * Reads a scenario.
   *
   * @throws io.dta.node.OperatorException naming file, line and key of what does not fit
   */
  public static Scenario parse(ScenarioSource source) {
    return YamlConfig.parse(source.name(), source.text(), Scenario.class);
  }

  /** The scenario with another seed. */
  public Scenario withSeed(long newSeed) {
    return new Scenario(
        about,
        newSeed,
        topology,
        links,
        transport,
        traffic,
        failures,
        telemetry,
        stores,
        output,
        until,
        tick,
        truthFlows);
  }

  /** The scenario with its reports going to a running translator. */
  public Scenario withTranslator(String address, java.net.URI collector) {
    return new Scenario(
        about,
        seed,
        topology,
        links,
        transport,
        traffic,
        failures,
        telemetry,
        stores,
        output.withTranslator(address, collector),
        until,
        tick,
        truthFlows);
  }

  /** The topology. */
  public FatTree tree() {
    return new FatTree(topology.k());
  }

  NetworkConfig network() {
    return new NetworkConfig(
        links.profile(links.hosts()),
        links.profile(links.pods()),
        links.profile(links.cores()),
        transport.settings(),
        seed,
        Checks.picos(tick));
  }
}
