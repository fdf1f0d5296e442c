package io.dta.fattree.witness;

import io.dta.fattree.network.DropReason;
import io.dta.fattree.network.FlowView;
import io.dta.fattree.network.Hop;
import io.dta.fattree.network.NetworkObserver;
import io.dta.fattree.network.PacketView;
import io.dta.fattree.topology.FatTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.agrona.collections.Long2LongHashMap;

/**
 * Sees what the switches see, and forgets nothing of the flows whose truth is kept; of all others
 * sums only. It knows nothing of reporters: what it says has been counted on its own.
 */
public final class Witness implements NetworkObserver {
  private static final int HOPS = FatTree.MAX_HOPS;
  private static final int SWITCH_BITS = 12;
  private static final int REASON_BITS = 2;
  private static final DropReason[] REASONS = DropReason.values();
  private static final int CONGESTED = REASONS.length;
  private static final int EPOCHS_KEPT = 8;

  private final FatTree tree;
  private final Settings settings;
  private final FlowTruths flows;
  private final MeasuredFlows measured;
  private final WayChanges ways;
  private final BitSet lossy = new BitSet();
  private final long[] hostBytes;
  private final int[] excursions;
  private final boolean[] congested;
  private final Long2LongHashMap incidents = new Long2LongHashMap(0);
  private final ArrayDeque<EpochTruth> epochs = new ArrayDeque<>();
  private Long2LongHashMap epochBytes = new Long2LongHashMap(0);
  private int epoch;
  private int[] stacks = new int[0];
  private boolean keepsAll = true;

  /**
   * What to see.
   *
   * @param flows of how many, the first ones, the truth is kept
   * @param flowDepth bytes in a queue from which on a flow's packet has met congestion
   * @param portDepth bytes in a queue from which on it is congested, until it is below half of that
   * @param epochLength of sketches in picoseconds; 0 where there are none
   * @param lossyPackets a flow with so many packets or more is lossy
   * @param lossyShare where this share of them were sent again
   * @param measures of which to see what packets met
   * @param ways whether to see how packets change their way
   */
  public record Settings(
      int flows,
      int flowDepth,
      int portDepth,
      long epochLength,
      int lossyPackets,
      double lossyShare,
      List<Measure> measures,
      boolean ways) {
    public Settings {
      measures = List.copyOf(measures);
    }
  }

  /** Something that happened to a flow at a switch: how often. */
  public record Incident(int flow, int switchId, DropReason reason, long packets) {
    /** Whether packets met a long queue; they were dropped otherwise. */
    public boolean isCongestion() {
      return reason == null;
    }
  }

  /** Packets of a flow that came to a switch and left it another way than those before. */
  public record WayChange(int flow, int switchId, int ingressPort, int egressPort, long times) {}

  public Witness(FatTree tree, Settings settings) {
    this.tree = tree;
    this.settings = settings;
    measured = settings.measures().isEmpty() ? null : new MeasuredFlows(settings.measures());
    ways = settings.ways() ? new WayChanges() : null;
    flows = new FlowTruths(settings.flows());
    hostBytes = new long[tree.hosts()];
    excursions = new int[(tree.switches() + 1) * tree.k()];
    congested = new boolean[excursions.length];
  }

  @Override
  public void onFlowStart(FlowView flow) {
    if (flows.keeps(flow.number())) {
      flows.start(
          (int) flow.number(),
          flow.addresses(),
          flow.ports(),
          flow.source(),
          flow.destination(),
          flow.bytes(),
          flow.startTime());
    } else {
      keepsAll = false;
    }
  }

  @Override
  public void onFlowEnd(FlowView flow, long now, boolean complete) {
    if (complete && flows.keeps(flow.number())) {
      flows.end((int) flow.number(), now);
    }
  }

  @Override
  public void onHop(Hop hop) {
    PacketView packet = hop.packet();
    int port = hop.switchId() * tree.k() + hop.egressPort();
    if (congested[port]) {
      congested[port] = hop.queueBytes() >= settings.portDepth / 2;
    } else if (hop.queueBytes() >= settings.portDepth) {
      congested[port] = true;
      excursions[port]++;
    }
    if (packet.isAcknowledgement() || !flows.keeps(packet.flowNumber())) {
      return;
    }
    int flow = (int) packet.flowNumber();
    if (hop.queueBytes() >= settings.flowDepth) {
      count(flow, hop.switchId(), CONGESTED);
    }
    int first = packet.slot() * HOPS;
    if (first >= stacks.length) {
      stacks = Arrays.copyOf(stacks, Math.max(first + HOPS, 2 * stacks.length));
    }
    stacks[first + packet.hop() - 1] = hop.switchId();
    boolean isLast = hop.switchId() == tree.edgeOfHost(packet.receiver());
    if (isLast) {
      flows.took(flow, stacks, first, packet.hop());
    }
    if (measured != null) {
      measured.onHop(hop, flow, isLast);
    }
    if (ways != null) {
      ways.onHop(hop, flow);
    }
  }

  @Override
  public void onEntry(Hop hop) {
    PacketView packet = hop.packet();
    hostBytes[packet.sender()] += packet.length();
    boolean back = packet.isAcknowledgement();
    if (settings.epochLength > 0) {
      long key = packet.flowNumber() << 1 | (back ? 1 : 0);
      epochBytes.put(key, epochBytes.get(key) + packet.length());
    }
    if (!back && flows.keeps(packet.flowNumber())) {
      int flow = (int) packet.flowNumber();
      flows.enter(flow, packet.length(), packet.isRetransmission());
      int packets = flows.packets(flow);
      int again = flows.retransmissions(flow);
      if (again > 0
          && packets >= settings.lossyPackets()
          && again >= settings.lossyShare() * packets) {
        lossy.set(flow);
      }
    }
  }

  @Override
  public void onDrop(Hop hop, DropReason reason) {
    PacketView packet = hop.packet();
    if (hop.switchId() != 0 && !packet.isAcknowledgement() && flows.keeps(packet.flowNumber())) {
      count((int) packet.flowNumber(), hop.switchId(), reason.index());
    }
  }

  private void count(int flow, int switchId, int what) {
    long key = ((long) flow << SWITCH_BITS | switchId) << REASON_BITS | what;
    incidents.put(key, incidents.get(key) + 1);
  }

  @Override
  public void onTick(long now) {
    if (settings.epochLength > 0 && now / settings.epochLength > epoch) {
      closeEpoch();
      epoch = (int) (now / settings.epochLength);
    }
  }

  @Override
  public void onEnd(long now) {
    if (settings.epochLength > 0) {
      closeEpoch();
    }
  }

  private void closeEpoch() {
    long[] sums = new long[1];
    double[] squares = new double[1];
    Long2LongHashMap kept = new Long2LongHashMap(0);
    epochBytes.forEachLong(
        (key, count) -> {
          sums[0] += count;
          squares[0] += (double) count * count;
          if ((key & 1) == 0 && flows.keeps(key >>> 1)) {
            kept.put(key >>> 1, count);
          }
        });
    epochs.add(new EpochTruth(epoch, epochBytes.size(), sums[0], Math.sqrt(squares[0]), kept));
    if (epochs.size() > EPOCHS_KEPT) {
      epochs.removeFirst();
    }
    epochBytes = new Long2LongHashMap(0);
  }

  public FatTree tree() {
    return tree;
  }

  /** The flows whose truth is kept. */
  public FlowTruths flows() {
    return flows;
  }

  /** Whether the truth about every flow that began is kept. */
  public boolean keepsAllFlows() {
    return keepsAll;
  }

  /** The bytes on the wire that a host sent, acknowledgements included. */
  public long hostBytes(int host) {
    return hostBytes[host];
  }

  /** The bytes on the wire that all hosts sent. */
  public long allHostBytes() {
    return Arrays.stream(hostBytes).sum();
  }

  /** How often the queue of a switch's port became congested. */
  public int excursions(int switchId, int port) {
    return excursions[switchId * tree.k() + port];
  }

  /** Whether a flow was lossy at any time. */
  public boolean wasLossy(int flow) {
    return lossy.get(flow);
  }

  /** What packets of the flows whose truth is kept met; null where it was not to be seen. */
  public MeasuredFlows measured() {
    return measured;
  }

  /** How flows whose truth is kept changed their way; none where it was not to be seen. */
  public List<WayChange> wayChanges() {
    return ways == null ? List.of() : ways.all();
  }

  /** Whether changes of ways were seen. */
  public boolean seesWays() {
    return ways != null;
  }

  /** The last epochs, the oldest first. */
  public List<EpochTruth> epochs() {
    return new ArrayList<>(epochs);
  }

  /** What happened to the flows whose truth is kept, by flow, switch and reason. */
  public List<Incident> incidents() {
    List<Incident> all = new ArrayList<>(incidents.size());
    incidents.forEachLong((key, count) -> all.add(incident(key, count)));
    all.sort(
        (one, other) ->
            one.flow != other.flow
                ? Integer.compare(one.flow, other.flow)
                : Integer.compare(one.switchId, other.switchId));
    return all;
  }

  private static Incident incident(long key, long count) {
    int what = (int) key & ((1 << REASON_BITS) - 1);
    int switchId = (int) (key >>> REASON_BITS) & ((1 << SWITCH_BITS) - 1);
    int flow = (int) (key >>> (REASON_BITS + SWITCH_BITS));
    return new Incident(flow, switchId, what == CONGESTED ? null : REASONS[what], count);
  }
}
