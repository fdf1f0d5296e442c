package io.dta.fattree.reporter;

import io.dta.fattree.network.Hop;
import io.dta.fattree.network.NetworkObserver;
import io.dta.fattree.network.PacketView;
import io.dta.fattree.send.Reporters;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.workload.FlowDescription;
import io.dta.primitives.store.AppendStore;
import java.io.IOException;
import java.util.function.IntUnaryOperator;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Marple's lossy flows as Append, essential: the 5-tuple, 13 bytes, of a flow whose packets were
 * sent again more often than a share of them. The edge switch where it enters sees that from
 * sequence numbers alone: one below the greatest before it was sent again (Marple's query for
 * non-monotonic TCP sequences). A flow is reported once while the switch remembers it.
 */
public final class LossyFlowReporter implements NetworkObserver {
  private static final long PACKET = 1;
  private static final long AGAIN = 1L << 32;
  private static final long PACKETS_MASK = AGAIN - 1;
  private static final long REPORTED = 1L << 63;

  private final FatTree tree;
  private final Reporters reporters;
  private final AppendStore store;
  private final IntUnaryOperator listOfSwitch;
  private final int minPackets;
  private final double share;

  /** Value: packets and those sent again; extra: the greatest sequence. */
  private final FlowCache flows;

  private final UnsafeBuffer entry = new UnsafeBuffer(new byte[FlowDescription.KEY_LENGTH]);

  /**
   * A reporter for all edge switches.
   *
   * @param minPackets of a flow, before it is judged
   * @param share of packets sent again from which on a flow is lossy, more than 0 to 1
   * @param flowsKnown how many flows each switch remembers, a power of two
   */
  public LossyFlowReporter(
      FatTree tree,
      Reporters reporters,
      AppendStore store,
      IntUnaryOperator listOfSwitch,
      int minPackets,
      double share,
      int flowsKnown) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share " + share + ": expected a number above 0, up to 1");
    }
    this.tree = tree;
    this.reporters = reporters;
    this.store = store;
    this.listOfSwitch = listOfSwitch;
    this.minPackets = minPackets;
    this.share = share;
    flows = new FlowCache(tree.edges(), flowsKnown);
  }

  @Override
  public void onEntry(Hop hop) throws IOException {
    PacketView packet = hop.packet();
    if (packet.isAcknowledgement()) {
      return;
    }
    long addresses = packet.addresses();
    long ports = packet.ports();
    int slot = flows.slot(tree.edgeNumber(hop.switchId()), addresses, ports);
    if (!flows.holds(slot, addresses, ports)) {
      flows.take(slot, addresses, ports);
      flows.extra(slot, -1);
    }
    boolean again = packet.sequence() <= flows.extra(slot);
    flows.extra(slot, Math.max(flows.extra(slot), packet.sequence()));
    long counts = flows.value(slot) + PACKET + (again ? AGAIN : 0);
    if (isLossy(counts)) {
      packet.putKey(entry, 0);
      int list = listOfSwitch.applyAsInt(hop.switchId());
      reporters.of(hop.switchId()).append(store, list, entry, 0);
      counts |= REPORTED;
    }
    flows.value(slot, counts);
  }

  private boolean isLossy(long counts) {
    long packets = counts & PACKETS_MASK;
    long again = (counts & ~REPORTED) >>> 32;
    return (counts & REPORTED) == 0 && packets >= minPackets && again >= share * packets;
  }
}
