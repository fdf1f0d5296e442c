package io.dta.fattree;

import io.dta.fattree.routing.IntPath;
import io.dta.fattree.telemetry.NetworkEvent;
import io.dta.fattree.topology.FatTree;
import io.dta.primitives.hash.HashScheme;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.ChecksumCoverage;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PathVerification;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchKind;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.store.Store;
import io.dta.primitives.store.ValueRange;
import java.util.ArrayList;
import java.util.List;

/**
 * The five stores that the simulated switches report to.
 *
 * @param paths the INT path of each flow by 5-tuple
 * @param postcards the same paths, put together from the hops' postcards
 * @param events drop and congestion events, a list a pod, and one more for the core
 * @param hostBytes bytes sent, by IPv4 address
 * @param flowSizes bytes by 5-tuple, merged over the edge switches
 */
public record DemoStores(
    KeyWriteStore paths,
    PostcardingStore postcards,
    AppendStore events,
    KeyIncrementStore hostBytes,
    SketchStore flowSizes) {
  public static final String PATHS = "paths";
  public static final String POSTCARDS = "postcards";
  public static final String EVENTS = "events";
  public static final String HOST_BYTES = "host-bytes";
  public static final String FLOW_SIZES = "flow-sizes";

  /**
   * How many events a list takes in an epoch; a switch's event buffer is finite too, and with it a
   * run never laps a reader, even if every event is flushed in a frame of its own.
   */
  public static final int EVENTS_PER_LIST_AND_EPOCH = 1024;

  private static final int ID = 0;
  private static final int REDUNDANCY = 2;

  /**
   * Slots and chunks a flow, at least: a load of at most 1/32, where two copies leave about one
   * answer in a thousand empty.
   */
  private static final int SLOTS_PER_FLOW = 32;

  private static final int MIN_SLOTS = 1 << 12;
  private static final int COUNTERS_PER_HOST = 64;
  private static final int SKETCH_ROWS = 4;
  private static final int MIN_SKETCH_COLUMNS = 256;
  private static final int MAX_SKETCH_COLUMNS = 2048;

  /**
   * Sketch columns of all reporters together in an epoch, about: every one of them is a report that
   * waits for its ACK.
   */
  private static final int SKETCH_REPORTS_PER_EPOCH = 1 << 15;

  /**
   * Stores sized for a run, so that its answers stay readable to its end.
   *
   * @param k as of {@link FatTree}
   * @param flows of the whole run
   * @param epochs of the whole run
   */
  public static DemoStores forTopology(int k, int flows, int epochs) {
    FatTree tree = new FatTree(k);
    long slots = powerOfTwo(Math.max(MIN_SLOTS, (long) flows * SLOTS_PER_FLOW));
    int columns =
        Math.clamp(
            Integer.highestOneBit(SKETCH_REPORTS_PER_EPOCH / tree.edges()),
            MIN_SKETCH_COLUMNS,
            MAX_SKETCH_COLUMNS);
    return new DemoStores(
        new KeyWriteStore(
            ID,
            PATHS,
            KeyFormat.IPV4_5_TUPLE,
            IntPath.VALUE_LENGTH,
            slots,
            REDUNDANCY,
            ChecksumCoverage.KEY_VALUE,
            HashScheme.INDEPENDENT),
        new PostcardingStore(
            ID,
            POSTCARDS,
            KeyFormat.IPV4_5_TUPLE,
            FatTree.MAX_HOPS,
            slots,
            REDUNDANCY,
            PathVerification.VALUE_SET,
            List.of(new ValueRange(1, tree.switches()))),
        new AppendStore(
            ID,
            EVENTS,
            tree.pods() + 1,
            NetworkEvent.LENGTH,
            AppendStore.DEFAULT_BATCH,
            (int) powerOfTwo((long) epochs * EVENTS_PER_LIST_AND_EPOCH)),
        new KeyIncrementStore(
            ID,
            HOST_BYTES,
            KeyFormat.U32,
            powerOfTwo(Math.max(MIN_SLOTS, (long) tree.hosts() * COUNTERS_PER_HOST)),
            REDUNDANCY),
        new SketchStore(
            ID,
            FLOW_SIZES,
            KeyFormat.IPV4_5_TUPLE,
            SketchKind.COUNT_MIN,
            SKETCH_ROWS,
            columns,
            (int) powerOfTwo(Math.max(2, epochs)),
            tree.edges(),
            0));
  }

  /**
   * The stores of a running translator by their names.
   *
   * @throws IllegalArgumentException naming the store that is missing or does not fit a fat tree of
   *     k
   */
  public static DemoStores of(List<Store> stores, int k) {
    FatTree tree = new FatTree(k);
    DemoStores found =
        new DemoStores(
            named(stores, PATHS, KeyWriteStore.class),
            named(stores, POSTCARDS, PostcardingStore.class),
            named(stores, EVENTS, AppendStore.class),
            named(stores, HOST_BYTES, KeyIncrementStore.class),
            named(stores, FLOW_SIZES, SketchStore.class));
    expect(PATHS, "key", KeyFormat.IPV4_5_TUPLE, found.paths.key());
    expect(PATHS, "valueLength", IntPath.VALUE_LENGTH, found.paths.valueLength());
    expect(POSTCARDS, "key", KeyFormat.IPV4_5_TUPLE, found.postcards.key());
    expect(POSTCARDS, "hops", FatTree.MAX_HOPS, found.postcards.hops());
    expect(EVENTS, "lists", tree.pods() + 1, found.events.lists());
    expect(EVENTS, "entryLength", NetworkEvent.LENGTH, found.events.entryLength());
    expect(HOST_BYTES, "key", KeyFormat.U32, found.hostBytes.key());
    expect(FLOW_SIZES, "key", KeyFormat.IPV4_5_TUPLE, found.flowSizes.key());
    expect(FLOW_SIZES, "kind", SketchKind.COUNT_MIN, found.flowSizes.kind());
    expect(FLOW_SIZES, "reporters", tree.edges(), found.flowSizes.reporters());
    return found;
  }

  /** The stores in the order of their opcodes. */
  public List<Store> all() {
    return new ArrayList<>(List.of(paths, events, hostBytes, postcards, flowSizes));
  }

  /** The events list of a switch: its pod, or the list after the pods for the core. */
  public static int eventList(FatTree tree, int switchId) {
    int pod = tree.pod(switchId);
    return pod < 0 ? tree.pods() : pod;
  }

  private static <T extends Store> T named(List<Store> stores, String name, Class<T> type) {
    for (Store store : stores) {
      if (store.name().equals(name) && type.isInstance(store)) {
        return type.cast(store);
      }
    }
    throw new IllegalArgumentException(
        "there is no "
            + type.getSimpleName()
            + " named '"
            + name
            + "' among the stores; the simulator needs paths, postcards, events, host-bytes and flow-sizes");
  }

  private static void expect(String store, String what, Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new IllegalArgumentException(
          "store '%s': %s is %s, but the simulator needs %s"
              .formatted(store, what, actual, expected));
    }
  }

  private static long powerOfTwo(long least) {
    return Long.highestOneBit(2 * least - 1);
  }
}
