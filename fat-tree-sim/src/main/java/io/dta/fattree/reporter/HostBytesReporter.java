package io.dta.fattree.reporter;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.dta.fattree.network.Hop;
import io.dta.fattree.network.NetworkObserver;
import io.dta.fattree.send.Reporters;
import io.dta.fattree.topology.FatTree;
import io.dta.primitives.store.KeyIncrementStore;
import java.io.IOException;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Marple's counters by source address as Key-Increment (Narayana and others, SIGCOMM 2017): the
 * edge switch of a host counts the bytes on the wire that it sends, in a table that is a cache of
 * the collector's counters, and reports what it has counted when another address takes the place,
 * every so many bytes, and at the end. A sum of sums, so that evictions lose nothing.
 */
public final class HostBytesReporter implements NetworkObserver {
  private static final int TAKEN = 1;

  private final FatTree tree;
  private final Reporters reporters;
  private final KeyIncrementStore store;
  private final long every;
  private final FlowCache counts;
  private final UnsafeBuffer key = new UnsafeBuffer(new byte[Integer.BYTES]);

  /**
   * A reporter for all edge switches.
   *
   * @param every bytes after which a counter is reported, at the latest
   * @param hostsKnown how many addresses each switch remembers, a power of two
   */
  public HostBytesReporter(
      FatTree tree, Reporters reporters, KeyIncrementStore store, long every, int hostsKnown) {
    this.tree = tree;
    this.reporters = reporters;
    this.store = store;
    this.every = every;
    counts = new FlowCache(tree.edges(), hostsKnown);
  }

  @Override
  public void onEntry(Hop hop) throws IOException {
    long address = hop.packet().addresses() >>> 32;
    int slot = counts.slot(tree.edgeNumber(hop.switchId()), address, TAKEN);
    if (!counts.holds(slot, address, TAKEN)) {
      evict(slot);
      counts.take(slot, address, TAKEN);
    }
    counts.value(slot, counts.value(slot) + hop.packet().length());
    if (counts.value(slot) >= every) {
      evict(slot);
    }
  }

  private void evict(int slot) throws IOException {
    if (!counts.isFree(slot)) {
      key.putInt(0, (int) counts.high(slot), BIG_ENDIAN);
      int table = counts.table(slot);
      int edge = tree.edge(table / tree.half(), table % tree.half());
      reporters.of(edge).keyIncrement(store, key, 0, counts.value(slot));
      counts.free(slot);
    }
  }

  @Override
  public void onEnd(long now) throws IOException {
    for (int slot = 0; slot < counts.slots(); slot++) {
      evict(slot);
    }
  }
}
