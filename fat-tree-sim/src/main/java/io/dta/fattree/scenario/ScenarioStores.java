package io.dta.fattree.scenario;

import io.dta.fattree.reporter.CongestionReporter;
import io.dta.fattree.telemetry.NetworkEvent;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.workload.FlowDescription;
import io.dta.primitives.key.KeyFormat;
import io.dta.primitives.store.AppendStore;
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
 * The stores of a scenario, one or more a telemetry system; null or none where it does not run.
 *
 * @param values of INT-MD, in the order in which the scenario collects them
 * @param sketches in the order in which the scenario names them
 */
public record ScenarioStores(
    List<KeyWriteStore> values,
    PostcardingStore postcards,
    AppendStore congestion,
    AppendStore events,
    AppendStore lossyFlows,
    KeyIncrementStore hostBytes,
    KeyIncrementStore flowBytes,
    List<SketchStore> sketches) {
  private static final long MIN_SLOTS = 1 << 10;
  private static final long MAX_SLOTS = 1L << 32;
  private static final int EPOCHS = 8;
  private static final int HOPS = FatTree.MAX_HOPS;

  /**
   * Stores for a run.
   *
   * @param flows that it will have
   */
  static ScenarioStores of(Scenario scenario, long flows) {
    FatTree tree = scenario.tree();
    TelemetrySettings telemetry = scenario.telemetry();
    StoreSettings memory = scenario.stores();
    long slots = slots(flows * memory.slotsPerFlow());
    List<KeyWriteStore> values = new ArrayList<>();
    if (telemetry.intMd() != null) {
      for (TelemetrySettings.Metadata metadata : telemetry.intMd().collect()) {
        values.add(
            new KeyWriteStore(
                values.size(),
                metadata.store(),
                KeyFormat.IPV4_5_TUPLE,
                HOPS * Integer.BYTES,
                slots,
                memory.redundancy(),
                null,
                null));
      }
    }
    PostcardingStore postcards =
        telemetry.postcards() == null
            ? null
            : new PostcardingStore(
                0,
                "postcards",
                KeyFormat.IPV4_5_TUPLE,
                HOPS,
                slots,
                memory.redundancy(),
                PathVerification.VALUE_SET,
                List.of(new ValueRange(1, tree.switches())));
    int lists = tree.pods() + 1;
    return new ScenarioStores(
        values,
        postcards,
        telemetry.congestion() == null
            ? null
            : append(0, "congestion", lists, CongestionReporter.LENGTH, memory),
        telemetry.netSeer() == null
            ? null
            : append(1, "events", lists, NetworkEvent.LENGTH, memory),
        telemetry.lossyFlows() == null
            ? null
            : append(2, "lossy-flows", lists, FlowDescription.KEY_LENGTH, memory),
        telemetry.hostBytes() == null
            ? null
            : counters(0, "host-bytes", KeyFormat.U32, tree.hosts(), memory),
        telemetry.turboFlow() == null
            ? null
            : counters(1, "flow-bytes", KeyFormat.IPV4_5_TUPLE, 2 * flows, memory),
        sketches(telemetry.sketches(), tree));
  }

  private static AppendStore append(
      int id, String name, int lists, int length, StoreSettings memory) {
    return new AppendStore(
        id, name, lists, length, AppendStore.DEFAULT_BATCH, memory.framesPerList());
  }

  private static KeyIncrementStore counters(
      int id, String name, KeyFormat key, long keys, StoreSettings memory) {
    return new KeyIncrementStore(
        id, name, key, slots(keys * memory.countersPerKey()), memory.redundancy());
  }

  private static List<SketchStore> sketches(TelemetrySettings.Sketches settings, FatTree tree) {
    List<SketchStore> sketches = new ArrayList<>();
    if (settings != null) {
      for (SketchKind kind : settings.kinds()) {
        sketches.add(
            new SketchStore(
                sketches.size(),
                Checks.label(kind),
                KeyFormat.IPV4_5_TUPLE,
                kind,
                kind == SketchKind.HYPERLOGLOG ? 1 : settings.rows(),
                settings.columns(),
                EPOCHS,
                tree.edges(),
                0));
      }
    }
    return sketches;
  }

  private static long slots(double least) {
    long atLeast = (long) Math.ceil(Math.max(MIN_SLOTS, Math.min(MAX_SLOTS, least)));
    return Long.highestOneBit(2 * atLeast - 1);
  }

  /** The list of a switch's events: its pod, or the one after the pods for the core. */
  static int list(FatTree tree, int switchId) {
    int pod = tree.pod(switchId);
    return pod < 0 ? tree.pods() : pod;
  }

  /** All of them. */
  public List<Store> all() {
    List<Store> all = new ArrayList<>(values);
    for (Store store :
        new Store[] {postcards, congestion, events, lossyFlows, hostBytes, flowBytes}) {
      if (store != null) {
        all.add(store);
      }
    }
    all.addAll(sketches);
    return all;
  }

  /** The bytes of memory that they take. */
  public long length() {
    return all().stream().mapToLong(Store::regionLength).sum();
  }
}
