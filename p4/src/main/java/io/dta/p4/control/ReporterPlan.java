package io.dta.p4.control;

import io.dta.p4.Ipv4;
import io.dta.p4.ReporterSettings;
import io.dta.primitives.directory.Directory;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * What a switch forwards and reports: section {@code reporter} of a switch's configuration, beside
 * its address and its collectors, whose stores it reports to. What is left out (null) gets its
 * default; a function that is left out is off.
 *
 * @param switchId its number in paths, 1 to 2^32 − 1
 * @param salt of its choice among ways of equal cost; another one for every switch, drawn from the
 *     number where left out
 * @param targets where reports go: translators, in the order in which keys' hashes choose them
 * @param routes of the traffic
 * @param hostPorts ports that lead to hosts
 * @param linksDown ports whose link is down
 * @param commanders IPv4 addresses from which commands are taken
 */
public record ReporterPlan(
    Long switchId,
    Long salt,
    List<TargetAt> targets,
    List<EqualRoutes> routes,
    List<Integer> hostPorts,
    List<Integer> linksDown,
    List<String> commanders,
    Paths paths,
    Postcards postcards,
    HostBytes hostBytes,
    Events events,
    Sketch sketch) {
  private static final int DEFAULT_DSCP = 23;
  private static final int DEFAULT_FLOWS = 65536;
  private static final int DEFAULT_TIME_TO_LIVE = 64;
  private static final long DEFAULT_BYTES = 1 << 20;
  private static final int DEFAULT_PACKETS = 100;
  private static final int DEFAULT_LONG_QUEUE = 32;
  private static final int MOST_QUEUED = (1 << 19) - 1;

  public ReporterPlan {
    SwitchPlan.require(switchId != null, "reporter.switchId is missing: expected a number from 1");
    SwitchPlan.range("reporter.switchId", switchId, 1, (1L << Integer.SIZE) - 1);
    salt = salt == null ? new SplittableRandom(switchId).nextLong() : salt;
    targets = targets == null ? List.of() : List.copyOf(targets);
    SwitchPlan.require(
        !targets.isEmpty(), "reporter.targets is missing: a reporter reports to at least one");
    routes = routes == null ? List.of() : List.copyOf(routes);
    hostPorts = hostPorts == null ? List.of() : List.copyOf(hostPorts);
    linksDown = linksDown == null ? List.of() : List.copyOf(linksDown);
    hostPorts.forEach(port -> SwitchPlan.port("reporter.hostPorts", port));
    linksDown.forEach(port -> SwitchPlan.port("reporter.linksDown", port));
    commanders = commanders == null ? List.of() : List.copyOf(commanders);
    commanders.forEach(each -> SwitchPlan.ipv4("reporter.commanders", each));
  }

  /**
   * A translator.
   *
   * @param address IPv4
   * @param port of the switch that leads to it
   * @param mac of the translator, or of the router before it
   */
  public record TargetAt(String address, int port, String mac) {
    public TargetAt {
      SwitchPlan.ipv4("address", address);
      SwitchPlan.port("port", port);
      SwitchPlan.macAddress("mac", mac);
    }
  }

  /**
   * A route.
   *
   * @param prefix such as {@code 10.0.0.0/8}
   * @param ways of equal cost
   */
  public record EqualRoutes(String prefix, List<WayTo> ways) {
    public EqualRoutes {
      SwitchPlan.prefix(prefix);
      ways = ways == null ? List.of() : List.copyOf(ways);
      SwitchPlan.require(
          !ways.isEmpty(), "ways of %s is missing: a route has at least one", prefix);
    }
  }

  /**
   * One of the ways of a route.
   *
   * @param port of the switch
   * @param mac of the next hop
   */
  public record WayTo(int port, String mac) {
    public WayTo {
      SwitchPlan.port("port", port);
      SwitchPlan.macAddress("mac", mac);
    }
  }

  /** See {@link ReporterSettings.Paths}; the store by its name. */
  public record Paths(
      String store, Integer dscp, Integer domain, Duration interval, Integer flows) {
    public Paths {
      store = store == null ? "paths" : store;
      dscp = dscp == null ? DEFAULT_DSCP : dscp;
      domain = domain == null ? 0 : domain;
      SwitchPlan.range("domain", domain, 0, 65535);
      interval = interval == null ? Duration.ofSeconds(10) : interval;
      SwitchPlan.range("interval", interval.toMillis(), 0, TimeUnit.DAYS.toMillis(365));
      flows = flows == null ? DEFAULT_FLOWS : flows;
    }
  }

  /** See {@link ReporterSettings.Postcards}; the store by its name. */
  public record Postcards(String store, Double share, Integer timeToLive) {
    public Postcards {
      store = store == null ? "postcards" : store;
      share = share == null ? 0 : share;
      timeToLive = timeToLive == null ? DEFAULT_TIME_TO_LIVE : timeToLive;
    }
  }

  /** See {@link ReporterSettings.HostBytes}; the store by its name. */
  public record HostBytes(String store, Long every, Integer hosts) {
    public HostBytes {
      store = store == null ? "host-bytes" : store;
      every = every == null ? DEFAULT_BYTES : every;
      hosts = hosts == null ? DEFAULT_FLOWS : hosts;
    }
  }

  /** See {@link ReporterSettings.Events}; the store by its name. */
  public record Events(
      String store,
      Integer list,
      Integer every,
      Integer flows,
      Integer longQueue,
      Integer fullQueue,
      Duration nackHold) {
    public Events {
      store = store == null ? "events" : store;
      list = list == null ? 0 : list;
      every = every == null ? DEFAULT_PACKETS : every;
      flows = flows == null ? DEFAULT_FLOWS : flows;
      longQueue = longQueue == null ? DEFAULT_LONG_QUEUE : longQueue;
      fullQueue = fullQueue == null ? MOST_QUEUED : fullQueue;
      nackHold = nackHold == null ? Duration.ofMillis(2) : nackHold;
    }
  }

  /** See {@link ReporterSettings.Sketch}; the store by its name. */
  public record Sketch(String store, Integer reporter) {
    public Sketch {
      store = store == null ? "flow-sizes" : store;
      reporter = reporter == null ? 0 : reporter;
    }
  }

  /**
   * What goes into the switch.
   *
   * @throws IllegalArgumentException where a store is not there, or of another primitive
   */
  ReporterSettings settings(int address, long mac, Directory directory) {
    return new ReporterSettings(
        switchId.intValue(),
        salt,
        address,
        mac,
        targets.stream()
            .map(
                each ->
                    new ReporterSettings.NextHop(
                        Ipv4.parse(each.address()),
                        each.port(),
                        SwitchPlan.macAddress("mac", each.mac())))
            .toList(),
        routes.stream().map(ReporterPlan::route).toList(),
        hostPorts,
        linksDown,
        commanders.stream().map(Ipv4::parse).toList(),
        paths == null
            ? null
            : new ReporterSettings.Paths(
                store(directory, paths.store(), KeyWriteStore.class),
                paths.dscp(),
                paths.domain(),
                TimeUnit.MILLISECONDS.toMicros(paths.interval().toMillis()),
                paths.flows()),
        postcards == null
            ? null
            : new ReporterSettings.Postcards(
                store(directory, postcards.store(), PostcardingStore.class),
                postcards.share(),
                postcards.timeToLive()),
        hostBytes == null
            ? null
            : new ReporterSettings.HostBytes(
                store(directory, hostBytes.store(), KeyIncrementStore.class),
                hostBytes.every(),
                hostBytes.hosts()),
        events == null
            ? null
            : new ReporterSettings.Events(
                store(directory, events.store(), AppendStore.class),
                events.list(),
                events.every(),
                events.flows(),
                events.longQueue(),
                events.fullQueue(),
                TimeUnit.MILLISECONDS.toMicros(events.nackHold().toMillis())),
        sketch == null
            ? null
            : new ReporterSettings.Sketch(
                store(directory, sketch.store(), SketchStore.class), sketch.reporter()));
  }

  private static ReporterSettings.Route route(EqualRoutes route) {
    SwitchPlan.Prefix prefix = SwitchPlan.prefix(route.prefix());
    return new ReporterSettings.Route(
        prefix.address(),
        prefix.length(),
        route.ways().stream()
            .map(
                way ->
                    new ReporterSettings.Way(way.port(), SwitchPlan.macAddress("mac", way.mac())))
            .toList());
  }

  private static <T extends Store> T store(Directory directory, String name, Class<T> type) {
    for (Directory.Entry entry : directory.entries()) {
      if (entry.store().name().equals(name)) {
        SwitchPlan.require(
            type.isInstance(entry.store()),
            "store '%s' is of %s: name another one",
            name,
            entry.store().primitive().label());
        return type.cast(entry.store());
      }
    }
    throw new IllegalArgumentException(
        "the collectors have no store '%s'; they have %s"
            .formatted(
                name, directory.entries().stream().map(each -> each.store().name()).toList()));
  }
}
