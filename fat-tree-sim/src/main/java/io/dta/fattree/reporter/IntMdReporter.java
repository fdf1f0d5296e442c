package io.dta.fattree.reporter;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.dta.fattree.network.Hop;
import io.dta.fattree.network.NetworkObserver;
import io.dta.fattree.network.PacketView;
import io.dta.fattree.send.KeyWrites;
import io.dta.fattree.topology.FatTree;
import io.dta.primitives.store.KeyWriteStore;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * INT-MD as Key-Write: every switch adds its metadata to the packets that pass, and the last one,
 * the sink, takes them out and reports them under the flow's 5-tuple.
 *
 * <p>A sink reports a flow's first packet, a packet that came another way, and, every so often, one
 * more; it knows by a table of the flows that it saw last. Acknowledgements carry no metadata.
 */
public final class IntMdReporter implements NetworkObserver {
  private static final int HOPS = FatTree.MAX_HOPS;

  /**
   * A kind of metadata and where it is reported.
   *
   * @param store with values of five u32, big-endian, hop by hop; 0 where there is no such hop
   */
  public record Value(KeyWriteStore store, IntMetadata metadata) {
    public Value {
      if (store.valueLength() != HOPS * Integer.BYTES) {
        throw new IllegalArgumentException(
            "store '%s': values of %d bytes, but five hops need %d"
                .formatted(store.name(), store.valueLength(), HOPS * Integer.BYTES));
      }
    }
  }

  private final FatTree tree;
  private final KeyWrites reports;
  private final List<Value> values;
  private final long interval;
  private final FlowCache known;
  private final int[][] stacks;
  private int[] paths = new int[0];
  private final UnsafeBuffer key = new UnsafeBuffer(new byte[13]);
  private final UnsafeBuffer value = new UnsafeBuffer(new byte[HOPS * Integer.BYTES]);

  /**
   * A reporter for all switches.
   *
   * @param interval picoseconds after which a flow is reported again although it took the same way
   * @param flowsKnown how many flows each sink remembers, a power of two
   */
  public IntMdReporter(
      FatTree tree, KeyWrites reports, List<Value> values, long interval, int flowsKnown) {
    this.tree = tree;
    this.reports = reports;
    this.values = List.copyOf(values);
    this.interval = interval;
    known = new FlowCache(tree.edges(), flowsKnown);
    stacks = new int[values.size()][0];
  }

  @Override
  public void onHop(Hop hop) throws IOException {
    PacketView packet = hop.packet();
    if (packet.isAcknowledgement()) {
      return;
    }
    int slot = packet.slot();
    if (slot >= paths.length) {
      grow(slot);
    }
    int depth = packet.hop() - 1;
    for (int i = 0; i < stacks.length; i++) {
      stacks[i][slot * HOPS + depth] = values.get(i).metadata.of(hop);
    }
    paths[slot] = depth == 0 ? hop.switchId() : 31 * paths[slot] + hop.switchId();
    if (hop.switchId() == tree.edgeOfHost(packet.receiver())) {
      onSink(hop, slot, packet.hop());
    }
  }

  private void onSink(Hop hop, int slot, int hops) throws IOException {
    PacketView packet = hop.packet();
    long addresses = packet.addresses();
    long ports = packet.ports();
    int place = known.slot(tree.edgeNumber(hop.switchId()), addresses, ports);
    if (known.holds(place, addresses, ports)
        && known.value(place) == paths[slot]
        && hop.departure() - known.extra(place) < interval) {
      return;
    }
    known.take(place, addresses, ports);
    known.value(place, paths[slot]);
    known.extra(place, hop.departure());
    packet.putKey(key, 0);
    for (int i = 0; i < stacks.length; i++) {
      for (int depth = 0; depth < HOPS; depth++) {
        int word = depth < hops ? stacks[i][slot * HOPS + depth] : 0;
        value.putInt(depth * Integer.BYTES, word, BIG_ENDIAN);
      }
      reports.keyWrite(hop.switchId(), values.get(i).store, key, 0, value, 0);
    }
  }

  private void grow(int slot) {
    int packets = Math.max(1024, Integer.highestOneBit(slot) * 2);
    paths = Arrays.copyOf(paths, packets);
    for (int i = 0; i < stacks.length; i++) {
      stacks[i] = Arrays.copyOf(stacks[i], packets * HOPS);
    }
  }
}
