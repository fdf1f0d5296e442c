package io.dta.p4;

import io.dta.p4.ReporterSettings.NextHop;
import io.dta.p4.ReporterSettings.Route;
import io.dta.p4.ReporterSettings.Way;
import io.dta.p4.Setting.DefaultAction;
import io.dta.p4.Setting.MirrorSession;
import io.dta.p4.Setting.Polynomial;
import io.dta.p4.Setting.TableEntry;
import io.dta.p4.Setting.ValueSetMember;
import io.dta.primitives.hash.Crc32Polynomials;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.SketchKind;
import java.util.ArrayList;
import java.util.List;

/** What is in the tables of {@code bmv2/dta_reporter.p4}. */
public final class ReporterTables {
  /** The largest sizes that {@code reporter_types.p4} has. */
  static final int MAX_TARGETS = 64;

  static final int MAX_FLOWS = 65536;
  static final int MAX_HOSTS = 65536;
  static final int MAX_PORT_FLOWS = 1024;
  static final int MAX_COLUMNS = 4096;

  /** A path has five words, and an event 18 bytes, as in {@code include/reporter.p4}. */
  static final int PATH_HOPS = 5;

  static final int EVENT_LENGTH = 18;

  private static final int SESSION_AGAIN = 1;
  private static final int FIRST_SESSION = 2;
  private static final int AGAIN_PORT = 0;

  /** Ethernet's header and check sequence, preamble and gap; and what the shortest frame takes. */
  private static final int WIRE_OVERHEAD = 18 + 20;

  private static final int LEAST_WIRE_LENGTH = 64 + 20;

  private static final String INGRESS = "ReporterIngress.";
  private static final String EGRESS = "ReporterEgress.";

  private final ReporterSettings settings;
  private final List<Setting> out = new ArrayList<>();

  private ReporterTables(ReporterSettings settings) {
    this.settings = settings;
  }

  /**
   * Everything that a reporter needs before the first packet.
   *
   * @throws IllegalArgumentException where a store does not fit the program, with what to change
   */
  public static List<Setting> of(ReporterSettings settings) {
    require(
        settings != null,
        "the program 'reporter' has to know what to forward and to report:"
            + " add 'reporter' to the section 'p4' of the configuration file");
    return new ReporterTables(settings).build();
  }

  private List<Setting> build() {
    range("targets", settings.targets().size(), 1, MAX_TARGETS);
    polynomials();
    out.add(new MirrorSession(SESSION_AGAIN, AGAIN_PORT));
    configure(
        INGRESS + "this_switch",
        INGRESS + "set_switch",
        new Field("id", 32, Integer.toUnsignedLong(settings.switchId())),
        new Field("ecmp_salt", 64, settings.salt()),
        new Field("number_of_collectors", 8, settings.targets().size()),
        new Field("wire_overhead", 32, WIRE_OVERHEAD),
        new Field("least_wire_length", 32, LEAST_WIRE_LENGTH));
    for (int target = 0; target < settings.targets().size(); target++) {
      add(target, settings.targets().get(target));
    }
    for (int group = 0; group < settings.routes().size(); group++) {
      add(group, settings.routes().get(group));
    }
    for (int port : settings.hostPorts()) {
      entry(
          INGRESS + "host_ports_in",
          INGRESS + "from_host",
          List.of(new Field("standard.ingress_port", 9, port)));
      entry(
          INGRESS + "host_ports_out",
          INGRESS + "to_host",
          List.of(new Field("standard.egress_spec", 9, port)));
    }
    settings.linksDown().forEach(port -> out.add(linkDown(port)));
    for (int commander : settings.commanders()) {
      entry(
          INGRESS + "commanders",
          "NoAction",
          List.of(
              ipv4("hdr.ipv4.source", commander),
              ipv4("hdr.ipv4.destination", settings.address())));
    }
    stores();
    paths();
    postcards();
    hostBytes();
    events();
    sketch();
    return List.copyOf(out);
  }

  private void polynomials() {
    out.add(new Polynomial("collector_of_flow", Crc32Polynomials.COLLECTOR));
    out.add(new Polynomial("collector_of_host", Crc32Polynomials.COLLECTOR));
    out.add(new Polynomial("collector_of_evicted_host", Crc32Polynomials.COLLECTOR));
    // Which place of a table a flow has is nobody else's business; others than the sketch's.
    out.add(new Polynomial("place_of_flow", Crc32Polynomials.hopWord(1)));
    out.add(new Polynomial("host_place", Crc32Polynomials.hopWord(1)));
    out.add(new Polynomial("packet_hash", Crc32Polynomials.hopWord(2)));
    for (int row = 0; row < Crc32Polynomials.MAX_COPIES; row++) {
      out.add(new Polynomial("sketch_hash_" + row, Crc32Polynomials.slot(row)));
    }
  }

  private void add(int target, NextHop hop) {
    out.add(new MirrorSession(FIRST_SESSION + target, hop.port()));
    entry(
        EGRESS + "report_packet.targets",
        EGRESS + "report_packet.set_target",
        List.of(new Field("meta.target", 8, target)),
        new Field("mac", 48, hop.mac()),
        new Field("source_mac", 48, settings.mac()),
        ipv4("destination", hop.address()),
        ipv4("source", settings.address()));
    entry(
        INGRESS + "answering",
        INGRESS + "set_answering",
        List.of(
            ipv4("hdr.ipv4.source", hop.address()),
            ipv4("hdr.ipv4.destination", settings.address())),
        new Field("target", 8, target));
  }

  private void add(int group, Route route) {
    range("ways of a route", route.ways().size(), 1, 65535);
    out.add(
        new TableEntry(
            INGRESS + "ecmp.routes",
            List.of(ipv4("hdr.ipv4.destination", route.address())),
            route.prefixLength(),
            INGRESS + "ecmp.next_hops",
            List.of(
                new Field("of_group", 16, group), new Field("number", 16, route.ways().size()))));
    for (int choice = 0; choice < route.ways().size(); choice++) {
      Way way = route.ways().get(choice);
      entry(
          INGRESS + "ecmp.members",
          INGRESS + "ecmp.forward",
          List.of(new Field("group", 16, group), new Field("choice", 16, choice)),
          new Field("port", 9, way.port()),
          new Field("mac", 48, way.mac()),
          new Field("source_mac", 48, settings.mac()));
    }
  }

  /** What says that an egress port's link is down. */
  static TableEntry linkDown(int port) {
    return TableEntry.exact(
        INGRESS + "ecmp.links",
        List.of(new Field("standard.egress_spec", 9, port)),
        INGRESS + "ecmp.link_down");
  }

  private void stores() {
    configure(
        EGRESS + "report_packet.stores",
        EGRESS + "report_packet.set_stores",
        new Field("paths", 6, settings.paths() == null ? 0 : settings.paths().store().id()),
        new Field(
            "path_redundancy",
            8,
            settings.paths() == null ? 0 : settings.paths().store().redundancy()),
        new Field(
            "postcards", 6, settings.postcards() == null ? 0 : settings.postcards().store().id()),
        new Field("hosts", 6, settings.hostBytes() == null ? 0 : settings.hostBytes().store().id()),
        new Field(
            "host_redundancy",
            8,
            settings.hostBytes() == null ? 0 : settings.hostBytes().store().redundancy()),
        new Field("rows", 8, settings.sketch() == null ? 0 : settings.sketch().store().rows()));
  }

  private void paths() {
    ReporterSettings.Paths paths = settings.paths();
    if (paths == null) {
      return;
    }
    key("paths", paths.store().name(), KeyFormat.IPV4_5_TUPLE, paths.store().key());
    require(
        paths.store().valueLength() == PATH_HOPS * Integer.BYTES,
        "store '%s': a path has %d bytes, and the store's values %d"
            .formatted(
                paths.store().name(), PATH_HOPS * Integer.BYTES, paths.store().valueLength()));
    range("paths.dscp", paths.dscp(), 1, 63);
    out.add(new ValueSetMember("ReporterParser.int_dscp", new Field("int_dscp", 6, paths.dscp())));
    configure(
        INGRESS + "int_path.tracing",
        INGRESS + "int_path.trace",
        new Field("int_dscp", 6, paths.dscp()),
        new Field("max_hops", 8, PATH_HOPS),
        new Field("domain_id", 16, paths.domain()),
        mask("mask", "paths.flows", paths.flows(), MAX_FLOWS),
        new Field("microseconds", 48, paths.intervalMicros()));
  }

  private void postcards() {
    ReporterSettings.Postcards postcards = settings.postcards();
    if (postcards == null) {
      return;
    }
    key("postcards", postcards.store().name(), KeyFormat.IPV4_5_TUPLE, postcards.store().key());
    require(
        postcards.share() >= 0 && postcards.share() <= 1,
        "postcards.share %s: expected a number from 0 to 1".formatted(postcards.share()));
    range("postcards.timeToLive", postcards.timeToLive(), 1, 255);
    configure(
        INGRESS + "postcards.sampling",
        INGRESS + "postcards.sample",
        new Field("store_hops", 8, postcards.store().hops()),
        new Field("time_to_live", 8, postcards.timeToLive()),
        new Field("threshold", 33, (long) (postcards.share() * (1L << 32))));
  }

  private void hostBytes() {
    ReporterSettings.HostBytes hosts = settings.hostBytes();
    if (hosts == null) {
      return;
    }
    key("hostBytes", hosts.store().name(), KeyFormat.U32, hosts.store().key());
    range("hostBytes.every", hosts.every(), 1, Long.MAX_VALUE);
    configure(
        INGRESS + "host_counters.counting",
        INGRESS + "host_counters.count_hosts",
        mask("hosts_mask", "hostBytes.hosts", hosts.hosts(), MAX_HOSTS),
        new Field("every", 64, hosts.every()));
  }

  private void events() {
    ReporterSettings.Events events = settings.events();
    if (events == null) {
      return;
    }
    require(
        events.store().entryLength() == EVENT_LENGTH,
        "store '%s': an event has %d bytes, and the store's entries %d"
            .formatted(events.store().name(), EVENT_LENGTH, events.store().entryLength()));
    range("events.list", events.list(), 0, events.store().lists() - 1);
    range("events.every", events.every(), 1, 65535);
    range("events.longQueue", events.longQueue(), 0, events.fullQueue());
    range("events.fullQueue", events.fullQueue(), 0, (1 << 19) - 1);
    range("events.nackHoldMicros", events.nackHoldMicros(), 0, 1_000_000);
    configure(
        INGRESS + "essential.event_list",
        INGRESS + "essential.events",
        new Field("store", 8, events.store().id()),
        new Field("list_number", 32, events.list()),
        new Field("target", 8, events.list() % settings.targets().size()),
        new Field("microseconds", 48, events.nackHoldMicros()));
    configure(
        INGRESS + "ingress_events.watching",
        INGRESS + "ingress_events.watch",
        mask("flow_mask", "events.flows", events.flows(), MAX_FLOWS),
        new Field("packets", 16, events.every()));
    configure(
        EGRESS + "egress_events.watching",
        EGRESS + "egress_events.watch",
        mask("flow_mask", "events.flows", Math.min(MAX_PORT_FLOWS, events.flows()), MAX_FLOWS),
        new Field("packets", 16, events.every()),
        new Field("long_queue", 19, events.longQueue()),
        new Field("limit", 19, events.fullQueue()));
  }

  private void sketch() {
    ReporterSettings.Sketch sketch = settings.sketch();
    if (sketch == null) {
      return;
    }
    key("sketch", sketch.store().name(), KeyFormat.IPV4_5_TUPLE, sketch.store().key());
    require(
        sketch.store().kind() == SketchKind.COUNT_MIN,
        "store '%s': a switch keeps a %s, and the store is a %s"
            .formatted(sketch.store().name(), SketchKind.COUNT_MIN, sketch.store().kind()));
    range("sketch.reporter", sketch.reporter(), 0, sketch.store().reporters() - 1);
    configure(
        INGRESS + "sketch.sketching",
        INGRESS + "sketch.sketch",
        new Field("store_id", 8, sketch.store().id()),
        new Field("reporter_number", 16, sketch.reporter()),
        new Field("number_of_rows", 8, sketch.store().rows()),
        mask("columns_mask", "columns", sketch.store().columns(), MAX_COLUMNS),
        new Field("sketch_target", 8, sketch.store().id() % settings.targets().size()));
  }

  private static Field mask(String name, String key, int places, int most) {
    require(
        Integer.bitCount(places) == 1 && places <= most,
        "%s %d: expected a power of two, at most %d".formatted(key, places, most));
    return new Field(name, 32, places - 1);
  }

  private static void key(String function, String store, KeyFormat expected, KeyFormat actual) {
    require(
        expected.equals(actual),
        "store '%s': %s needs the key %s, and the store has %s"
            .formatted(store, function, expected, actual));
  }

  private static void range(String key, long value, long first, long last) {
    require(
        value >= first && value <= last,
        "%s %d: expected %d to %d".formatted(key, value, first, last));
  }

  private void configure(String table, String action, Field... parameters) {
    out.add(new DefaultAction(table, action, List.of(parameters)));
  }

  private void entry(String table, String action, List<Field> keys, Field... parameters) {
    out.add(TableEntry.exact(table, keys, action, parameters));
  }

  private static Field ipv4(String name, int address) {
    return new Field(name, 32, Integer.toUnsignedLong(address));
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
