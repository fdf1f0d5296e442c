package io.dta.p4;

import java.util.List;

/**
 * A switch that translates, as people describe it in YAML.
 *
 * @param address the IPv4 address that it sends requests and acknowledgements from
 * @param mac its MAC address, such as {@code 02:00:00:00:00:01}
 * @param trafficClass DSCP and ECN of requests; 2, which is ECT(0), where left out
 * @param acknowledgeEvery after how many requests an acknowledgement is asked for; 16 where left
 *     out
 * @param operationsPerSecond the most that a collector is given; no limit where left out
 * @param postcardRows rows of the cache in front of each Postcarding store, a power of two; 4096
 *     where left out
 * @param collectors in the order in which keys' hashes choose them
 * @param reporters whose essential reports are acknowledged; none where left out
 * @param routes of all other traffic; none where left out
 */
public record SwitchConfiguration(
    String address,
    String mac,
    Integer trafficClass,
    Integer acknowledgeEvery,
    Long operationsPerSecond,
    Integer postcardRows,
    List<Collector> collectors,
    List<Reporter> reporters,
    List<Route> routes) {
  private static final int ECT_0 = 2;
  private static final int MAX_PORT = 511;

  public SwitchConfiguration {
    require(address != null, "address is missing: the IPv4 address of the switch");
    require(mac != null, "mac is missing: the MAC address of the switch");
    require(
        collectors != null && !collectors.isEmpty(),
        "collectors is missing: at least one, as {url, port, mac}");
    Ipv4.parse(address);
    macAddress(mac);
    trafficClass = trafficClass == null ? ECT_0 : trafficClass;
    acknowledgeEvery = acknowledgeEvery == null ? 16 : acknowledgeEvery;
    operationsPerSecond = operationsPerSecond == null ? 0 : operationsPerSecond;
    postcardRows = postcardRows == null ? 4096 : postcardRows;
    range("trafficClass", trafficClass, 0, 255);
    range("acknowledgeEvery", acknowledgeEvery, 1, 1 << 23);
    range("operationsPerSecond", operationsPerSecond, 0, 1_000_000_000_000L);
    collectors = List.copyOf(collectors);
    reporters = reporters == null ? List.of() : List.copyOf(reporters);
    routes = routes == null ? List.of() : List.copyOf(routes);
  }

  /**
   * A collector.
   *
   * @param url of its HTTP API
   * @param port of the switch towards it
   * @param mac of the next hop to it
   */
  public record Collector(String url, int port, String mac) {
    public Collector {
      require(url != null, "url is missing: a collector's, such as http://10.0.9.1:8040");
      range("port", port, 0, MAX_PORT);
      macAddress(mac);
    }
  }

  /**
   * A reporter.
   *
   * @param address IPv4
   * @param port of the switch towards it
   * @param mac of the next hop to it
   */
  public record Reporter(String address, int port, String mac) {
    public Reporter {
      Ipv4.parse(address);
      range("port", port, 0, MAX_PORT);
      macAddress(mac);
    }
  }

  /**
   * A route.
   *
   * @param to such as {@code 10.0.0.0/8}
   * @param port of the switch
   * @param mac of the next hop
   */
  public record Route(String to, int port, String mac) {
    public Route {
      require(to != null && to.contains("/"), "to is '" + to + "': expected such as 10.0.0.0/8");
      range("port", port, 0, MAX_PORT);
      macAddress(mac);
    }

    SwitchSettings.Route settings() {
      int slash = to.indexOf('/');
      int length = Integer.parseInt(to.substring(slash + 1));
      range("prefix length", length, 0, Integer.SIZE);
      return new SwitchSettings.Route(
          Ipv4.parse(to.substring(0, slash)), length, port, macAddress(mac));
    }
  }

  /**
   * What goes into the tables.
   *
   * @param ports the collectors, connected, in their order
   */
  SwitchSettings settings(List<SwitchSettings.CollectorPort> ports) {
    return new SwitchSettings(
        Ipv4.parse(address),
        macAddress(mac),
        trafficClass,
        acknowledgeEvery,
        operationsPerSecond,
        postcardRows,
        ports,
        reporters.stream()
            .map(
                each ->
                    new SwitchSettings.ReporterPort(
                        Ipv4.parse(each.address()), each.port(), macAddress(each.mac())))
            .toList(),
        routes.stream().map(Route::settings).toList());
  }

  /** The 48 bits of a MAC address. */
  static long macAddress(String text) {
    require(
        text != null && text.matches("([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}"),
        "mac is '" + text + "': expected such as 02:00:00:00:00:01");
    return Long.parseLong(text.replace(":", ""), 16);
  }

  private static void range(String key, long value, long first, long last) {
    require(
        value >= first && value <= last,
        "%s %d: expected %d to %d".formatted(key, value, first, last));
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
