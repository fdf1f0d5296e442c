package io.dta.p4;

import static io.dta.p4.CommonTables.flag;
import static io.dta.p4.CommonTables.ipv4;
import static io.dta.p4.CommonTables.require;

import io.dta.p4.Setting.DefaultAction;
import io.dta.p4.Setting.MirrorToGroup;
import io.dta.p4.Setting.MulticastGroup;
import io.dta.p4.Setting.Polynomial;
import io.dta.p4.Setting.TableEntry;
import io.dta.p4.Setting.ValueSetMember;
import io.dta.p4.SwitchSettings.CollectorPort;
import io.dta.p4.SwitchSettings.Dart;
import io.dta.primitives.directory.Directory;
import io.dta.primitives.hash.Crc32Polynomials;
import io.dta.primitives.hash.HashScheme;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.ChecksumCoverage;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.rdma.control.TransportService;
import io.dta.rdma.roce.RoceHeaders;
import java.util.ArrayList;
import java.util.List;

/** What is in the tables of {@code bmv2/dart_switch.p4}. */
public final class DartTables {
  /** The longest path that is reported: five words are its value. */
  static final int MAX_HOPS = 5;

  static final int MAX_FLOWS = 65536;

  /** Where the program has its queue pairs. */
  static final QueuePairNames NAMES = new QueuePairNames("Dart");

  private static final String INGRESS = "DartIngress.";
  private static final String REQUESTS = "DartEgress.requests.";

  private final SwitchSettings settings;
  private final Dart dart;
  private final KeyWriteStore store;
  private final List<Setting> out = new ArrayList<>();

  private DartTables(SwitchSettings settings) {
    this.settings = settings;
    this.dart = settings.dart();
    require(
        dart != null,
        "the section 'p4' has no 'dart', which says what DART's switch has to know: add it, with"
            + " 'switchId' and 'hostPorts'");
    this.store = store(settings);
  }

  /**
   * Everything that DART's switch needs before the first packet.
   *
   * @throws IllegalArgumentException where something does not fit the program, with what to change
   */
  public static List<Setting> of(SwitchSettings settings) {
    return new DartTables(settings).build();
  }

  private static KeyWriteStore store(SwitchSettings settings) {
    List<KeyWriteStore> fitting = new ArrayList<>();
    for (Directory.Entry entry : settings.anyDirectory().entries()) {
      if (entry.store() instanceof KeyWriteStore each
          && each.key().equals(KeyFormat.IPV4_5_TUPLE)
          && each.valueLength() == MAX_HOPS * Integer.BYTES
          && each.hashes() == HashScheme.INDEPENDENT) {
        fitting.add(each);
      }
    }
    String name = settings.dart().store();
    if (name == null) {
      require(
          fitting.size() == 1,
          "the collector has %d Key-Write stores with 5-tuples as keys and values of %d bytes, with 'hashes: independent': name one with 'dart: store'"
              .formatted(fitting.size(), MAX_HOPS * Integer.BYTES));
      return fitting.getFirst();
    }
    return fitting.stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "dart: store '%s': the collector has no Key-Write store of this name with 5-tuples as keys and values of %d bytes, with 'hashes: independent'"
                        .formatted(name, MAX_HOPS * Integer.BYTES)));
  }

  private List<Setting> build() {
    List<CollectorPort> collectors = settings.collectors();
    require(
        !collectors.isEmpty() && collectors.size() <= CommonTables.MAX_TARGETS,
        "%d collectors: expected 1 to %d".formatted(collectors.size(), CommonTables.MAX_TARGETS));
    out.add(new Polynomial("collector_hash", Crc32Polynomials.COLLECTOR));
    for (int copy = 0; copy < Crc32Polynomials.MAX_COPIES; copy++) {
      out.add(new Polynomial("slot_hash_" + copy, Crc32Polynomials.slot(copy)));
    }
    defaults(collectors.size());
    out.add(
        new ValueSetMember("DartParser.int_dscp", new Field("traffic_class", 6, dart.intDscp())));
    for (int port : dart.hostPorts()) {
      host("arriving", "standard.ingress_port", "from_host", port);
      host("leaving", "standard.egress_spec", "to_host", port);
    }
    for (int target = 0; target < collectors.size(); target++) {
      add(target, collectors.get(target));
    }
    settings.routes().forEach(each -> out.add(CommonTables.route("Dart", settings, each)));
    return List.copyOf(out);
  }

  private void defaults(int collectors) {
    set(
        INGRESS + "settings",
        INGRESS + "set_switch",
        new Field("switch_id", 32, dart.switchId()),
        new Field("collectors", 8, collectors));
    set(
        INGRESS + "int_path.tracing",
        INGRESS + "int_path.trace",
        new Field("int_dscp", 6, dart.intDscp()),
        new Field("max_hops", 8, MAX_HOPS),
        new Field("domain_id", 16, 0),
        new Field("mask", 32, MAX_FLOWS - 1),
        new Field("microseconds", 48, dart.intervalMicros()));
    set(
        INGRESS + "report.copies",
        INGRESS + "report.set_copies",
        new Field("copies", 8, store.redundancy()),
        flag("all", dart.allCopies()));
    set(
        REQUESTS + "slots",
        REQUESTS + "set_slots",
        new Field("slot_mask", 32, store.slots() - 1),
        new Field("stride", 32, store.stride()),
        flag("checksum_covers_value", store.checksum() == ChecksumCoverage.KEY_VALUE));
  }

  private void set(String table, String action, Field... parameters) {
    out.add(new DefaultAction(table, action, List.of(parameters)));
  }

  private void host(String table, String key, String action, int port) {
    out.add(TableEntry.exact(INGRESS + table, List.of(new Field(key, 9, port)), INGRESS + action));
  }

  private void add(int target, CollectorPort collector) {
    int copies = dart.allCopies() ? store.redundancy() : 1;
    int group = CommonTables.group(target, copies);
    out.add(new MulticastGroup(group, collector.port(), copies));
    out.add(new MirrorToGroup(group, group));
    if (!collector.isConnected()) {
      return;
    }
    Directory.Region region = region(collector);
    List<Field> key = List.of(new Field("meta.target", 8, target));
    out.add(
        TableEntry.exact(
            REQUESTS + "regions",
            key,
            REQUESTS + "set_region",
            new Field("region_address", 64, region.address()),
            new Field("region_rkey", 32, Integer.toUnsignedLong(region.rkey()))));
    boolean reliable = collector.own().service() == TransportService.RC;
    out.add(
        TableEntry.exact(
            NAMES.table(),
            key,
            REQUESTS + "set_queue_pair",
            new Field("mac", 48, collector.mac()),
            new Field("source_mac", 48, settings.mac()),
            ipv4("destination", Ipv4.parse(collector.peer().address())),
            ipv4("source", settings.address()),
            new Field("destination_port", 16, collector.peer().udpPort()),
            new Field("source_port", 16, collector.own().udpPort()),
            new Field("traffic_class", 8, settings.trafficClass()),
            new Field("number", 24, collector.peer().queuePairNumber()),
            new Field(
                "opcode", 8, reliable ? RoceHeaders.RC_WRITE_ONLY : RoceHeaders.UC_WRITE_ONLY),
            new Field("acknowledge_every", 32, reliable ? settings.acknowledgeEvery() : 0)));
    out.addAll(CommonTables.queuePair(NAMES, settings, target, collector));
  }

  private Directory.Region region(CollectorPort collector) {
    return collector.directory().entries().stream()
        .filter(entry -> entry.store().name().equals(store.name()))
        .map(Directory.Entry::region)
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("a collector has no store '" + store.name() + "'"));
  }
}
