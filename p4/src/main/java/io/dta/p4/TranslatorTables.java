package io.dta.p4;

import static io.dta.p4.CommonTables.flag;
import static io.dta.p4.CommonTables.ipv4;
import static io.dta.p4.CommonTables.require;

import io.dta.p4.Setting.DefaultAction;
import io.dta.p4.Setting.MirrorSession;
import io.dta.p4.Setting.MulticastGroup;
import io.dta.p4.Setting.Polynomial;
import io.dta.p4.Setting.PortRate;
import io.dta.p4.Setting.RegisterValue;
import io.dta.p4.Setting.TableEntry;
import io.dta.p4.Setting.ValueSetMember;
import io.dta.p4.SwitchSettings.CollectorPort;
import io.dta.p4.SwitchSettings.ReporterPort;
import io.dta.primitives.directory.Directory;
import io.dta.primitives.hash.Crc32Polynomials;
import io.dta.primitives.hash.HashScheme;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.ChecksumCoverage;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PathVerification;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchKind;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.store.Store;
import io.dta.primitives.wire.HeaderFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is in the tables of {@code bmv2/dta_translator.p4}. */
public final class TranslatorTables {
  /** The largest sizes that {@code translator_types.p4} has. */
  static final int MAX_TARGETS = 64;

  static final int MAX_LISTS = 65536;
  static final int MAX_ROWS = 65536;
  static final int MAX_REPORTERS = 1024;
  static final int MAX_PAYLOAD = 256;

  static final int MAX_SKETCH_GROUPS = 8192;
  static final int MAX_SKETCH_COLUMNS = 1 << 18;
  static final int MAX_SKETCH_REPORTERS = 16384;
  static final int MAX_REPORTERS_OF_SKETCH = 256;

  /** Epochs of a sketch that are merged at the same time. */
  private static final int SKETCH_PLACES = 2;

  private static final int BASE_HEADER_LENGTH = HeaderFormat.FULL.length();
  private static final int FIRST_GROUP = 1;
  private static final int GROUPS_PER_TARGET = 8;
  private static final int SESSION_REST = 1;
  private static final int SESSION_CLOCK = 2;
  private static final int SESSION_LOOP = 3;
  private static final int SESSION_TARGETS = 64;
  private static final int CLOCK_PORT = 510;
  private static final int FIRST_REPORTER_SESSION = 256;
  private static final int REST_PORT = 0;
  private static final String INGRESS = "TranslatorIngress.";
  private static final String EGRESS = "TranslatorEgress.";
  private static final String REQUESTS = EGRESS + "requests.";

  /** Where the program has its queue pairs. */
  static final QueuePairNames NAMES = new QueuePairNames("Translator");

  /** By target: the queue pair, and where its requests go. */
  public static final String QUEUE_PAIRS = NAMES.table();

  /** By the collector's address and our queue pair: the target. */
  public static final String ANSWERING = NAMES.answering();

  /** By target: the next PSN; the requests since an acknowledgement was asked for. */
  public static final String PSNS = NAMES.psns();

  public static final String SINCE_ASKED = NAMES.sinceAsked();

  /** By target: whether the queue pair is up. */
  public static final String QUEUE_PAIR_UP = NAMES.up();

  /** By target: how many FETCH_ADDs it takes at a time. */
  public static final String ATOMIC_LIMITS = INGRESS + "key_increment.limits";

  /** What stores there are, and how long their reports are. */
  public static final String REPORTS = INGRESS + "reports";

  private final SwitchSettings settings;
  private final List<Setting> out = new ArrayList<>();
  private int lists;
  private int rows;
  private int sketchGroups;
  private int sketchColumns;
  private int sketchReporters;

  private TranslatorTables(SwitchSettings settings) {
    this.settings = settings;
  }

  /**
   * Everything that a translator needs before the first report.
   *
   * @throws IllegalArgumentException where a store does not fit the program, with what to change
   */
  public static List<Setting> of(SwitchSettings settings) {
    return new TranslatorTables(settings).build();
  }

  private List<Setting> build() {
    List<CollectorPort> collectors = settings.collectors();
    require(
        !collectors.isEmpty() && collectors.size() <= MAX_TARGETS,
        "%d collectors: expected 1 to %d".formatted(collectors.size(), MAX_TARGETS));
    require(
        settings.reporters().size() <= MAX_REPORTERS,
        "%d reporters: at most %d can be tracked"
            .formatted(settings.reporters().size(), MAX_REPORTERS));
    polynomials();
    out.add(new MirrorSession(SESSION_REST, REST_PORT));
    out.add(new MirrorSession(SESSION_LOOP, REST_PORT));
    out.add(
        new DefaultAction(
            INGRESS + "collectors",
            INGRESS + "set_collectors",
            List.of(new Field("number", 8, collectors.size()))));
    out.add(
        new DefaultAction(
            EGRESS + "acknowledge.source",
            EGRESS + "acknowledge.set_source",
            List.of(new Field("mac", 48, settings.mac()), ipv4("address", settings.address()))));
    for (Directory.Entry entry : settings.anyDirectory().entries()) {
      add(entry.store());
    }
    for (int target = 0; target < collectors.size(); target++) {
      add(target, collectors.get(target));
    }
    for (int i = 0; i < settings.reporters().size(); i++) {
      add(i, settings.reporters().get(i));
    }
    settings.routes().forEach(each -> out.add(CommonTables.route("Translator", settings, each)));
    clock();
    return List.copyOf(out);
  }

  private void polynomials() {
    out.add(new Polynomial("collector_hash", Crc32Polynomials.COLLECTOR));
    for (int copy = 0; copy < Crc32Polynomials.MAX_COPIES; copy++) {
      out.add(new Polynomial("slot_hash_" + copy, Crc32Polynomials.slot(copy)));
    }
    for (int hop = 1; hop <= Crc32Polynomials.MAX_HOPS; hop++) {
      out.add(new Polynomial("word_hash_" + hop, Crc32Polynomials.hopWord(hop)));
    }
  }

  private void add(Store store) {
    out.add(
        TableEntry.exact(
            REPORTS,
            List.of(
                new Field("hdr.base.opcode", 8, store.primitive().opcode()),
                new Field("hdr.base.store", 6, store.id())),
            INGRESS + "set_length",
            new Field("length", 16, BASE_HEADER_LENGTH + store.reportLength())));
    switch (store) {
      case KeyWriteStore each -> keyWrite(each);
      case KeyIncrementStore each -> keyIncrement(each);
      case AppendStore each -> append(each);
      case PostcardingStore each -> postcarding(each);
      case SketchStore each -> sketch(each);
    }
  }

  private void keyWrite(KeyWriteStore store) {
    require(
        store.hashes() == HashScheme.INDEPENDENT,
        "store '%s': a switch has no 'hashes: prototype': use 'hashes: independent'"
            .formatted(store.name()));
    requirePayload(store, store.slotLength());
    pieces(store, "key", store.key().length());
    pieces(store, "data", store.valueLength());
    stores(
        store,
        "key_write",
        new Field("max_redundancy", 8, store.redundancy()),
        new Field("slot_mask", 32, store.slots() - 1),
        new Field("stride", 32, store.stride()),
        new Field("slot_length", 16, store.slotLength()),
        flag("checksum_covers_value", store.checksum() == ChecksumCoverage.KEY_VALUE));
  }

  private void keyIncrement(KeyIncrementStore store) {
    pieces(store, "key", store.key().length());
    stores(
        store,
        "key_increment",
        new Field("max_redundancy", 8, store.redundancy()),
        new Field("counter_mask", 32, store.counters() - 1));
  }

  private void append(AppendStore store) {
    requirePayload(store, store.trailerOffset());
    require(
        lists + store.lists() <= MAX_LISTS,
        "store '%s': with its %d lists there are more than the %d that the program has room for"
            .formatted(store.name(), store.lists(), MAX_LISTS));
    pieces(store, "data", store.entryLength());
    stores(
        store,
        "append",
        new Field("number_of_lists", 32, store.lists()),
        new Field("first_list", 32, lists),
        new Field("entry_bytes", 8, store.entryLength()),
        new Field("batch_size", 8, store.batch()),
        new Field("batch_bytes", 16, store.trailerOffset()),
        new Field("mask", 32, store.frames() - 1),
        new Field("list_length", 64, (long) store.frames() * store.stride()),
        new Field("frame_stride", 64, store.stride()),
        micros("flush", settings.hold().appendFlush()));
    heads(store);
    lists += store.lists();
  }

  /** A list lies on one collector, which knows where it goes on. */
  private void heads(AppendStore store) {
    int collectors = settings.collectors().size();
    for (int list = 0; list < store.lists(); list++) {
      int[] heads = settings.collectors().get(list % collectors).appendHeads().get(store.name());
      if (heads != null && heads[list] != AppendStore.FIRST_SEQUENCE) {
        out.add(
            new RegisterValue(
                INGRESS + "append.written",
                lists + list,
                Integer.toUnsignedLong(heads[list] - AppendStore.FIRST_SEQUENCE)));
      }
    }
  }

  private void postcarding(PostcardingStore store) {
    int own = settings.postcardRows();
    require(
        Integer.bitCount(own) == 1 && rows + own <= MAX_ROWS,
        "postcardRows %d: expected a power of two, and at most %d rows in all stores together"
            .formatted(own, MAX_ROWS));
    pieces(store, "key", store.key().length());
    stores(
        store,
        "postcarding",
        new Field("path_length", 8, store.hops()),
        new Field("path_mask", 8, (1 << store.hops()) - 1),
        new Field("copies", 8, store.redundancy()),
        new Field("chunk_mask", 32, store.chunks() - 1),
        new Field("stride", 32, store.stride()),
        new Field("first_row", 32, rows),
        new Field("rows_mask", 32, own - 1),
        flag("checksum_verified", store.verify() == PathVerification.CHECKSUM),
        new Field("key_length", 8, store.key().length()),
        micros("timeout", settings.hold().postcardTimeout()));
    rows += own;
  }

  private void sketch(SketchStore store) {
    int groups = store.columns() / store.columnsPerWrite();
    require(
        store.reporters() <= MAX_REPORTERS_OF_SKETCH,
        "store '%s': a switch merges the sketches of at most %d reporters, and this store has %d"
            .formatted(store.name(), MAX_REPORTERS_OF_SKETCH, store.reporters()));
    requireRoom(store, "columns", sketchColumns, store.columns(), MAX_SKETCH_COLUMNS);
    requireRoom(store, "groups of columns", sketchGroups, groups, MAX_SKETCH_GROUPS);
    requireRoom(store, "reporters", sketchReporters, store.reporters(), MAX_SKETCH_REPORTERS);
    int groupLength = store.columnsPerWrite() * store.columnLength();
    // simple_switch makes a packet longer by at most 512 bytes.
    require(
        groupLength <= MAX_PAYLOAD,
        "store '%s': a switch writes at most %d bytes at once, and %d columns of this store are %d: set columnsPerWrite to at most %d"
            .formatted(
                store.name(),
                MAX_PAYLOAD,
                store.columnsPerWrite(),
                groupLength,
                Integer.highestOneBit(MAX_PAYLOAD / store.columnLength())));
    pieces(store, "data", store.columnLength());
    stores(
        store,
        "sketch_merge",
        new Field("number_of_reporters", 16, store.reporters()),
        new Field("number_of_columns", 32, store.columns()),
        new Field("ring", 32, store.epochs()),
        new Field("shift", 8, log2(store.columnsPerWrite())),
        new Field("column_bytes", 8, store.columnLength()),
        new Field("group_bytes", 16, groupLength),
        new Field("stride", 64, store.epochStride()),
        new Field("groups_from", 32, sketchGroups),
        new Field("columns_from", 32, sketchColumns),
        new Field("reporters_from", 32, sketchReporters),
        micros("time", settings.hold().epochTimeout()),
        flag("merged_by_maximum", store.kind() == SketchKind.HYPERLOGLOG));
    sketchGroups += SKETCH_PLACES * groups;
    sketchColumns += SKETCH_PLACES * store.columns();
    sketchReporters += SKETCH_PLACES * store.reporters();
  }

  private static void requireRoom(Store store, String what, int taken, int more, int most) {
    require(
        taken + SKETCH_PLACES * more <= most,
        "store '%s': with its %d %s, in %d open epochs, there are more than the %d that the program has room for"
            .formatted(store.name(), more, what, SKETCH_PLACES, most));
  }

  private static int log2(int powerOfTwo) {
    return Integer.numberOfTrailingZeros(powerOfTwo);
  }

  private static Field micros(String name, Duration time) {
    return new Field(name, 48, HoldTimes.micros(time));
  }

  /** What goes round to write what has waited for its time. */
  private void clock() {
    long perSecond = settings.hold().ticksPerSecond();
    List<Store> held =
        settings.anyDirectory().entries().stream()
            .map(Directory.Entry::store)
            .filter(
                store ->
                    store instanceof AppendStore
                        || store instanceof PostcardingStore
                        || store instanceof SketchStore)
            .toList();
    if (perSecond == 0 || held.isEmpty()) {
      return;
    }
    for (int step = 0; step < held.size(); step++) {
      Store store = held.get(step);
      out.add(
          TableEntry.exact(
              INGRESS + "steps",
              List.of(new Field("meta.step", 8, step)),
              INGRESS + "set_step",
              new Field("opcode", 8, store.primitive().opcode()),
              new Field("store", 6, store.id())));
    }
    out.add(new PortRate(CLOCK_PORT, perSecond));
    out.add(new MirrorSession(SESSION_CLOCK, CLOCK_PORT));
    out.add(new DefaultAction(INGRESS + "clock", INGRESS + "run", List.of()));
  }

  private void requirePayload(Store store, int length) {
    require(
        length <= MAX_PAYLOAD,
        "store '%s': a switch writes at most %d bytes at once, and this store %d"
            .formatted(store.name(), MAX_PAYLOAD, length));
  }

  private void stores(Store store, String control, Field... parameters) {
    out.add(
        TableEntry.exact(
            INGRESS + control + ".stores",
            List.of(new Field("hdr.base.store", 6, store.id())),
            INGRESS + control + ".store",
            parameters));
  }

  /** The pieces of 2^n bytes whose sum a length is. */
  private void pieces(Store store, String part, int length) {
    long type = (long) store.primitive().opcode() << 8 | store.id();
    for (int size = Integer.highestOneBit(length); size > 0; size >>= 1) {
      if ((length & size) != 0) {
        out.add(
            new ValueSetMember(
                "TranslatorParser." + part + "_" + size, new Field("report_type", 16, type)));
      }
    }
  }

  private void add(int target, CollectorPort collector) {
    for (int copies = 1; copies <= GROUPS_PER_TARGET; copies++) {
      int group = FIRST_GROUP + target * GROUPS_PER_TARGET + copies - 1;
      out.add(new MulticastGroup(group, collector.port(), copies));
    }
    out.add(new MirrorSession(SESSION_TARGETS + target, collector.port()));
    if (!collector.isConnected()) {
      return;
    }
    for (Directory.Entry entry : collector.directory().entries()) {
      Store store = entry.store();
      out.add(
          TableEntry.exact(
              REQUESTS + "regions",
              List.of(
                  new Field("meta.target", 8, target),
                  new Field("meta.opcode", 8, store.primitive().opcode()),
                  new Field("meta.store", 8, store.id())),
              REQUESTS + "set_region",
              new Field("region_address", 64, entry.region().address()),
              new Field("region_rkey", 32, Integer.toUnsignedLong(entry.region().rkey()))));
    }
    int peer = Ipv4.parse(collector.peer().address());
    out.add(
        TableEntry.exact(
            QUEUE_PAIRS,
            List.of(new Field("meta.target", 8, target)),
            REQUESTS + "set_queue_pair",
            new Field("mac", 48, collector.mac()),
            new Field("source_mac", 48, settings.mac()),
            ipv4("destination", peer),
            ipv4("source", settings.address()),
            new Field("destination_port", 16, collector.peer().udpPort()),
            new Field("source_port", 16, collector.own().udpPort()),
            new Field("traffic_class", 8, settings.trafficClass()),
            new Field("number", 24, collector.peer().queuePairNumber()),
            new Field("acknowledge_every", 32, settings.acknowledgeEvery())));
    if (collector.peer().maxDestinationAtomics() > 0) {
      out.add(
          TableEntry.exact(
              ATOMIC_LIMITS,
              List.of(new Field("meta.target", 8, target)),
              INGRESS + "key_increment.set_limit",
              new Field("most", 16, Math.min(0xFFFF, collector.peer().maxDestinationAtomics()))));
    }
    out.addAll(CommonTables.queuePair(NAMES, settings, target, collector));
  }

  private void add(int index, ReporterPort reporter) {
    int session = FIRST_REPORTER_SESSION + index;
    out.add(new MirrorSession(session, reporter.port()));
    out.add(
        TableEntry.exact(
            INGRESS + "arrival.reporters",
            List.of(ipv4("hdr.ipv4.source", reporter.address())),
            INGRESS + "arrival.set_reporter",
            new Field("index", 32, index),
            new Field("mac", 48, reporter.mac()),
            new Field("egress_port", 9, reporter.port()),
            new Field("session", 32, session)));
  }
}
