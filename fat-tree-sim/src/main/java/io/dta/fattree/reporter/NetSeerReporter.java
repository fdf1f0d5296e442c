package io.dta.fattree.reporter;

import io.dta.fattree.network.DropReason;
import io.dta.fattree.network.Framing;
import io.dta.fattree.network.Hop;
import io.dta.fattree.network.NetworkObserver;
import io.dta.fattree.network.PacketView;
import io.dta.fattree.send.Reporters;
import io.dta.fattree.telemetry.EventType;
import io.dta.fattree.telemetry.NetworkEvent;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.workload.FlowDescription;
import io.dta.primitives.store.AppendStore;
import java.io.IOException;
import java.util.function.IntUnaryOperator;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * NetSeer's flow events as Append, essential: packets of a flow that were dropped, met a long queue
 * or took another way (Zhou and others, SIGCOMM 2020), as {@link NetworkEvent}.
 *
 * <p>Like NetSeer's switches ("group caching") it does not report every packet: a flow's first drop
 * at a switch is reported at once, then one event tells of so many more, and what remains when the
 * flow loses its place in the switch's table, or at the end. No drop that a switch sees is missing:
 * the details of a flow's drop events add up to the packets that it dropped. Congestion is reported
 * for the first packet and for every so many more.
 */
public final class NetSeerReporter implements NetworkObserver {
  private static final int CONGESTION = DropTables.COUNT;

  private final Reporters reporters;
  private final AppendStore store;
  private final IntUnaryOperator listOfSwitch;
  private final int depth;
  private final int every;
  private final int switches;
  private final FlowCache counts;
  private final FlowCache ways;
  private final UnsafeBuffer key = new UnsafeBuffer(new byte[FlowDescription.KEY_LENGTH]);
  private final UnsafeBuffer entry = new UnsafeBuffer(new byte[NetworkEvent.LENGTH]);
  private long events;

  /** The tables of a switch: one a type of event. */
  private static final class DropTables {
    static final int COUNT = 3;

    static EventType type(int table) {
      return switch (table) {
        case 0 -> EventType.QUEUE_FULL_DROP;
        case 1 -> EventType.LINK_DOWN_DROP;
        case 2 -> EventType.NO_ROUTE_DROP;
        default -> EventType.CONGESTION;
      };
    }

    static int of(DropReason reason) {
      return switch (reason) {
        case QUEUE_FULL -> 0;
        case LINK_DOWN -> 1;
        case NO_ROUTE -> 2;
      };
    }
  }

  /**
   * A reporter for all switches.
   *
   * @param depth in bytes, from which on a queue is long
   * @param every how many packets the second and each further event of a flow stands for
   * @param flowsKnown how many flows each switch remembers for each type, a power of two
   */
  public NetSeerReporter(
      FatTree tree,
      Reporters reporters,
      AppendStore store,
      IntUnaryOperator listOfSwitch,
      int depth,
      int every,
      int flowsKnown) {
    if (every < 1 || every > NetworkEvent.MAX_DETAIL) {
      throw new IllegalArgumentException(
          "every " + every + ": expected 1 to " + NetworkEvent.MAX_DETAIL);
    }
    this.reporters = reporters;
    this.store = store;
    this.listOfSwitch = listOfSwitch;
    this.depth = depth;
    this.every = every;
    switches = tree.switches() + 1;
    counts = new FlowCache((DropTables.COUNT + 1) * switches, flowsKnown);
    ways = new FlowCache(switches, flowsKnown);
  }

  /** How many events were reported. */
  public long events() {
    return events;
  }

  @Override
  public void onHop(Hop hop) throws IOException {
    PacketView packet = hop.packet();
    long addresses = packet.addresses();
    long ports = packet.ports();
    int way = hop.ingressPort() << 8 | hop.egressPort();
    int slot = ways.slot(hop.switchId(), addresses, ports);
    if (!ways.holds(slot, addresses, ports)) {
      ways.take(slot, addresses, ports);
    } else if (ways.value(slot) != way) {
      report(hop.switchId(), addresses, ports, EventType.PATH_CHANGE, way);
    }
    ways.value(slot, way);
    if (hop.queueBytes() >= depth) {
      count(hop, CONGESTION);
    }
  }

  @Override
  public void onDrop(Hop hop, DropReason reason) throws IOException {
    if (hop.switchId() != 0) {
      count(hop, DropTables.of(reason));
    }
  }

  /** Counts a packet: {@code value} counts those since the last event. */
  private void count(Hop hop, int type) throws IOException {
    long addresses = hop.packet().addresses();
    long ports = hop.packet().ports();
    int slot = counts.slot(type * switches + hop.switchId(), addresses, ports);
    int queue = hop.queueBytes() / Framing.MAX_WIRE_LENGTH;
    if (!counts.holds(slot, addresses, ports)) {
      evict(slot);
      counts.take(slot, addresses, ports);
      report(
          hop.switchId(), addresses, ports, DropTables.type(type), type == CONGESTION ? queue : 1);
      return;
    }
    counts.value(slot, counts.value(slot) + 1);
    if (counts.value(slot) == every) {
      counts.value(slot, 0);
      report(
          hop.switchId(),
          addresses,
          ports,
          DropTables.type(type),
          type == CONGESTION ? queue : every);
    }
  }

  private void evict(int slot) throws IOException {
    int type = counts.table(slot) / switches;
    if (!counts.isFree(slot) && type != CONGESTION && counts.value(slot) > 0) {
      report(
          counts.table(slot) % switches,
          counts.high(slot),
          counts.low(slot),
          DropTables.type(type),
          (int) counts.value(slot));
    }
    counts.free(slot);
  }

  private void report(int switchId, long addresses, long ports, EventType type, int detail)
      throws IOException {
    events++;
    FlowDescription.putKey(key, 0, addresses, ports);
    int limited = Math.min(NetworkEvent.MAX_DETAIL, detail);
    NetworkEvent.put(entry, 0, key, 0, switchId, type, limited);
    reporters.of(switchId).append(store, listOfSwitch.applyAsInt(switchId), entry, 0);
  }

  @Override
  public void onEnd(long now) throws IOException {
    for (int slot = 0; slot < counts.slots(); slot++) {
      evict(slot);
    }
  }
}
