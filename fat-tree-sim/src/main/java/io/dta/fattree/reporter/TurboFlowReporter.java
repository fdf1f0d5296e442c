package io.dta.fattree.reporter;

import io.dta.fattree.network.Hop;
import io.dta.fattree.network.NetworkObserver;
import io.dta.fattree.network.PacketView;
import io.dta.fattree.send.Reporters;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.workload.FlowDescription;
import io.dta.primitives.store.KeyIncrementStore;
import java.io.IOException;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * TurboFlow's evictions as Key-Increment (Sonchack and others, EuroSys 2018): the edge switch where
 * a flow enters keeps a small record of it, its bytes on the wire, until another flow needs the
 * place; what is evicted is added to the flow's counter at the collector.
 */
public final class TurboFlowReporter implements NetworkObserver {
  private final FatTree tree;
  private final Reporters reporters;
  private final KeyIncrementStore store;
  private final FlowCache records;
  private final UnsafeBuffer key = new UnsafeBuffer(new byte[FlowDescription.KEY_LENGTH]);
  private long evictions;

  /**
   * A reporter for all edge switches.
   *
   * @param flowsKnown how many records each switch keeps, a power of two
   */
  public TurboFlowReporter(
      FatTree tree, Reporters reporters, KeyIncrementStore store, int flowsKnown) {
    this.tree = tree;
    this.reporters = reporters;
    this.store = store;
    records = new FlowCache(tree.edges(), flowsKnown);
  }

  /** Records that made place for another, those at the end not counted. */
  public long evictions() {
    return evictions;
  }

  @Override
  public void onEntry(Hop hop) throws IOException {
    PacketView packet = hop.packet();
    long addresses = packet.addresses();
    long ports = packet.ports();
    int slot = records.slot(tree.edgeNumber(hop.switchId()), addresses, ports);
    if (!records.holds(slot, addresses, ports)) {
      if (!records.isFree(slot)) {
        evictions++;
        report(slot);
      }
      records.take(slot, addresses, ports);
    }
    records.value(slot, records.value(slot) + packet.length());
  }

  private void report(int slot) throws IOException {
    FlowDescription.putKey(key, 0, records.high(slot), records.low(slot));
    int table = records.table(slot);
    int edge = tree.edge(table / tree.half(), table % tree.half());
    reporters.of(edge).keyIncrement(store, key, 0, records.value(slot));
  }

  @Override
  public void onEnd(long now) throws IOException {
    for (int slot = 0; slot < records.slots(); slot++) {
      if (!records.isFree(slot)) {
        report(slot);
        records.free(slot);
      }
    }
  }
}
