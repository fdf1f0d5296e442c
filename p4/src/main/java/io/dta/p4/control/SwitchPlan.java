package io.dta.p4.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dta.p4.HoldTimes;
import io.dta.p4.Ipv4;
import io.dta.p4.SwitchSettings;
import io.dta.rdma.control.TransportService;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a switch is in its network, and which collectors it writes to: section {@code p4} of a
 * configuration file. What is left out (null) gets its default.
 *
 * @param address the switch's IPv4 address: requests and acknowledgements come from it, and
 *     collectors answer to it
 * @param mac its MAC address, such as {@code 02:00:00:00:00:01}; where left out, 02:00 and the four
 *     bytes of its IPv4 address
 * @param collectors in the order in which keys' hashes choose them, at least one
 * @param reporters whose essential reports are acknowledged and asked for again; none where left
 *     out
 * @param routes of all other traffic; none where left out
 * @param connect {@link Connect#AUTO} where left out
 * @param trafficClass DSCP and ECN of requests, 0 to 255; {@link #DEFAULT_TRAFFIC_CLASS} where left
 *     out
 * @param acknowledgeEvery after how many requests an acknowledgement is asked for, 1 to 2^23;
 *     {@link #DEFAULT_ACKNOWLEDGE_EVERY} where left out
 * @param operationsPerSecond the most that a queue pair is given; 0, no limit, where left out
 * @param postcardRows rows of the cache in front of each Postcarding store, a power of two; {@link
 *     #DEFAULT_POSTCARD_ROWS} where left out
 * @param appendFlush how long an Append batch waits to be filled before it is written as it is; 10
 *     ms where left out
 * @param postcardTimeout how long a flow's row waits for the rest of its hops before it is written
 *     with holes; 50 ms where left out
 * @param epochTimeout how long an epoch of a sketch waits for missing columns, from its first; 2 s
 *     where left out
 * @param interval how often collectors and switch are looked at; 1 s where left out
 * @param reconnectFirst how long after a failed attempt to connect the next one is made, at most;
 *     100 ms where left out. Each further wait is twice as long, and each is shortened at random by
 *     up to a half
 * @param reconnectLongest the longest such wait; 5 s where left out
 * @param reporter of a switch that runs the program {@code reporter}; left out for all others
 * @param dart what DART's switch has to know besides; for that program alone
 */
public record SwitchPlan(
    String address,
    String mac,
    List<CollectorAt> collectors,
    List<ReporterAt> reporters,
    List<RouteTo> routes,
    Connect connect,
    Integer trafficClass,
    Integer acknowledgeEvery,
    Long operationsPerSecond,
    Integer postcardRows,
    Duration appendFlush,
    Duration postcardTimeout,
    Duration epochTimeout,
    Duration interval,
    Duration reconnectFirst,
    Duration reconnectLongest,
    ReporterPlan reporter,
    DartAt dart) {
  /** ECT(0), as that of the software translator. */
  public static final int DEFAULT_TRAFFIC_CLASS = 2;

  public static final int DEFAULT_ACKNOWLEDGE_EVERY = 64;
  public static final int DEFAULT_POSTCARD_ROWS = 4096;

  /** BMv2's port 511 drops, and the queue of port 510 is the program's clock. */
  private static final int MAX_PORT = 509;

  private static final Pattern MAC = Pattern.compile("([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}");
  private static final Pattern PREFIX = Pattern.compile("([^/]+)/([0-9]{1,2})");

  public SwitchPlan {
    ipv4("address", address);
    mac = mac == null ? macOf(Ipv4.parse(address)) : mac;
    macAddress("mac", mac);
    collectors = collectors == null ? List.of() : List.copyOf(collectors);
    reporters = reporters == null ? List.of() : List.copyOf(reporters);
    routes = routes == null ? List.of() : List.copyOf(routes);
    connect = connect == null ? Connect.AUTO : connect;
    trafficClass = trafficClass == null ? DEFAULT_TRAFFIC_CLASS : trafficClass;
    acknowledgeEvery = acknowledgeEvery == null ? DEFAULT_ACKNOWLEDGE_EVERY : acknowledgeEvery;
    operationsPerSecond = operationsPerSecond == null ? 0 : operationsPerSecond;
    postcardRows = postcardRows == null ? DEFAULT_POSTCARD_ROWS : postcardRows;
    appendFlush = appendFlush == null ? Duration.ofMillis(10) : appendFlush;
    postcardTimeout = postcardTimeout == null ? Duration.ofMillis(50) : postcardTimeout;
    epochTimeout = epochTimeout == null ? Duration.ofSeconds(2) : epochTimeout;
    interval = interval == null ? Duration.ofSeconds(1) : interval;
    reconnectFirst = reconnectFirst == null ? Duration.ofMillis(100) : reconnectFirst;
    reconnectLongest = reconnectLongest == null ? Duration.ofSeconds(5) : reconnectLongest;
    require(!collectors.isEmpty(), "collectors is missing: a switch writes to at least one");
    Set<String> urls = new HashSet<>();
    for (CollectorAt collector : collectors) {
      require(urls.add(collector.url()), "collectors has '%s' twice", collector.url());
    }
    range("trafficClass", trafficClass, 0, 255);
    range("acknowledgeEvery", acknowledgeEvery, 1, 1 << 23);
    range("operationsPerSecond", operationsPerSecond, 0, 1_000_000_000);
    range("postcardRows", postcardRows, 1, 1 << 16);
    require(
        Integer.bitCount(postcardRows) == 1,
        "postcardRows %d: expected a power of two",
        postcardRows);
    range("appendFlush", appendFlush.toMillis(), 1, 86_400_000);
    range("postcardTimeout", postcardTimeout.toMillis(), 1, 86_400_000);
    range("epochTimeout", epochTimeout.toMillis(), 1, 86_400_000);
    range("interval", interval.toMillis(), 10, 3_600_000);
    range("reconnectFirst", reconnectFirst.toMillis(), 1, reconnectLongest.toMillis());
    range("reconnectLongest", reconnectLongest.toMillis(), 1, 3_600_000);
  }

  /** A plan with all else at its default. */
  public static SwitchPlan of(String address, String mac, List<CollectorAt> collectors) {
    return new SwitchPlan(
        address,
        mac,
        collectors,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** What queue pairs are. */
  TransportService service() {
    return dart == null ? TransportService.RC : dart.service();
  }

  /**
   * What DART's switch has to know: section {@code p4.dart}.
   *
   * @param switchId its number in paths, 1 to 2^32 − 1
   * @param store the Key-Write store that paths are written to; where left out, the only one that
   *     has 5-tuples as keys and values of 20 bytes
   * @param copies {@link Copies#ONE} where left out
   * @param service of queue pairs, {@code rc} or {@code uc}; {@code rc} where left out
   * @param hostPorts its ports that lead to hosts, at least one
   * @param intDscp the DSCP that marks packets with INT, 1 to 63; {@link #DEFAULT_INT_DSCP} where
   *     left out
   * @param interval after which a path that has not changed is reported again; 500 ms where left
   *     out, 0 for with every packet
   */
  public record DartAt(
      Long switchId,
      String store,
      Copies copies,
      TransportService service,
      List<Integer> hostPorts,
      Integer intDscp,
      Duration interval) {
    /** One of those that are free for local use (RFC 4594). */
    public static final int DEFAULT_INT_DSCP = 23;

    public DartAt {
      require(
          switchId != null,
          "dart: switchId is missing: expected a number of 1 or more, the switch's in paths");
      range("dart: switchId", switchId, 1, 0xFFFF_FFFFL);
      copies = copies == null ? Copies.ONE : copies;
      service = service == null ? TransportService.RC : service;
      require(
          hostPorts != null && !hostPorts.isEmpty(),
          "dart: hostPorts is missing: expected the switch's ports that lead to hosts, such as [3,"
              + " 4]");
      hostPorts = List.copyOf(hostPorts);
      require(
          hostPorts.size() == Set.copyOf(hostPorts).size(),
          "dart: hostPorts %s: expected each port once",
          hostPorts);
      hostPorts.forEach(port -> range("dart: hostPorts", port, 0, MAX_PORT));
      intDscp = intDscp == null ? DEFAULT_INT_DSCP : intDscp;
      range("dart: intDscp", intDscp, 1, 63);
      interval = interval == null ? Duration.ofMillis(500) : interval;
      range("dart: interval", interval.toMillis(), 0, 3_600_000);
    }

    private SwitchSettings.Dart settings() {
      return new SwitchSettings.Dart(
          switchId,
          store,
          copies == Copies.ALL,
          hostPorts,
          intDscp,
          TimeUnit.NANOSECONDS.toMicros(interval.toNanos()));
    }
  }

  /** Which of a key's slots a report is written to. */
  public enum Copies {
    /** One, drawn at random for each report. */
    @JsonProperty("one")
    ONE,
    /** All of them, a packet each. */
    @JsonProperty("all")
    ALL
  }

  /** How queue pairs are made. */
  public enum Connect {
    /** As {@link #CONTROL} where the collector offers it, else as {@link #CM}. */
    @JsonProperty("auto")
    AUTO,
    /**
     * By RDMA CM, from the switch's address: it has to be one of this host, and what arrives for
     * queue pair 1 has to come here.
     */
    @JsonProperty("cm")
    CM,
    /** By the collector's HTTP API, {@code POST /v1/queue-pairs}. */
    @JsonProperty("control")
    CONTROL
  }

  /**
   * A collector.
   *
   * @param url its HTTP address
   * @param port of the switch that leads to its RNIC, 0 to 509; {@link #DEFAULT_PORT} where left
   *     out
   * @param mac of the RNIC, or of the router before it; where left out, 02:00 and the four bytes of
   *     the RNIC's IPv4 address, which a virtual interface may be given
   */
  public record CollectorAt(String url, Integer port, String mac) {
    public static final int DEFAULT_PORT = 1;

    public CollectorAt {
      require(url != null, "url is missing: expected the form http://HOST:PORT");
      port = port == null ? DEFAULT_PORT : port;
      range("port", port, 0, MAX_PORT);
      if (mac != null) {
        macAddress("mac", mac);
      }
    }

    /**
     * Where requests for the collector's RNIC go to.
     *
     * @param rnic its IPv4 address
     */
    long nextHop(String rnic) {
      return macAddress("mac", mac == null ? macOf(Ipv4.parse(rnic)) : mac);
    }
  }

  /**
   * A reporter.
   *
   * @param address IPv4
   * @param port of the switch that leads to it, 0 to 509
   * @param mac of the reporter, or of the router before it
   */
  public record ReporterAt(String address, int port, String mac) {
    public ReporterAt {
      ipv4("address", address);
      range("port", port, 0, MAX_PORT);
      macAddress("mac", mac);
    }
  }

  /**
   * A route.
   *
   * @param prefix such as {@code 10.0.0.0/8}
   * @param port of the switch, 0 to 509
   * @param mac of the next hop
   */
  public record RouteTo(String prefix, int port, String mac) {
    public RouteTo {
      SwitchPlan.prefix(prefix);
      range("port", port, 0, MAX_PORT);
      macAddress("mac", mac);
    }

    private SwitchSettings.Route route() {
      Prefix parsed = SwitchPlan.prefix(prefix);
      return new SwitchSettings.Route(
          parsed.address(), parsed.length(), port, macAddress("mac", mac));
    }
  }

  /**
   * A prefix of addresses.
   *
   * @param address IPv4; the bits after the prefix are 0
   * @param length 0 to 32
   */
  record Prefix(int address, int length) {}

  /** Reads a prefix such as {@code 10.0.0.0/8}. */
  static Prefix prefix(String text) {
    require(text != null, "prefix is missing: expected the form 10.0.0.0/8");
    Matcher matcher = PREFIX.matcher(text);
    require(matcher.matches(), "prefix '%s': expected the form 10.0.0.0/8", text);
    ipv4("prefix", matcher.group(1));
    int length = Integer.parseInt(matcher.group(2));
    range("prefix", length, 0, Integer.SIZE);
    int mask = length == 0 ? 0 : -1 << (Integer.SIZE - length);
    return new Prefix(Ipv4.parse(matcher.group(1)) & mask, length);
  }

  /** A port of the switch. */
  static void port(String key, int port) {
    range(key, port, 0, MAX_PORT);
  }

  /** What goes into the switch, with its collectors as they are now. */
  SwitchSettings settings(List<SwitchSettings.CollectorPort> connected) {
    return new SwitchSettings(
        Ipv4.parse(address),
        macAddress("mac", mac),
        trafficClass,
        acknowledgeEvery,
        operationsPerSecond,
        postcardRows,
        new HoldTimes(appendFlush, postcardTimeout, epochTimeout),
        connected,
        reporters.stream()
            .map(
                each ->
                    new SwitchSettings.ReporterPort(
                        Ipv4.parse(each.address()), each.port(), macAddress("mac", each.mac())))
            .toList(),
        routes.stream().map(RouteTo::route).toList(),
        reporter == null
            ? null
            : reporter.settings(
                Ipv4.parse(address),
                macAddress("mac", mac),
                SwitchSettings.anyDirectory(connected)),
        dart == null ? null : dart.settings());
  }

  static void ipv4(String key, String text) {
    require(text != null, "%s is missing: expected an IPv4 address", key);
    try {
      Ipv4.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(key + " " + e.getMessage(), e);
    }
  }

  /** A locally administered address. */
  private static String macOf(int address) {
    return "02:00:%02x:%02x:%02x:%02x"
        .formatted(address >>> 24, (address >>> 16) & 0xFF, (address >>> 8) & 0xFF, address & 0xFF);
  }

  /** A MAC address as an integer. */
  static long macAddress(String key, String text) {
    require(text != null, "%s is missing: expected the form 02:00:00:00:00:01", key);
    require(MAC.matcher(text).matches(), "%s '%s': expected the form 02:00:00:00:00:01", key, text);
    return Long.parseLong(text.replace(":", ""), 16);
  }

  static void range(String key, long value, long least, long most) {
    require(value >= least && value <= most, "%s %d: expected %d to %d", key, value, least, most);
  }

  @SuppressWarnings("AnnotateFormatMethod") // an annotation is not worth a dependency
  static void require(boolean holds, String message, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(message.formatted(values));
    }
  }
}
