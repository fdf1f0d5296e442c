package io.dta.fattree;

import io.dta.fattree.routing.EcmpRouter;
import io.dta.fattree.routing.IntPath;
import io.dta.fattree.telemetry.NetworkEvent;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.traffic.FlowTable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/**
 * What happened in a run, and which of its reports injected loss took: what a collector's answers
 * are compared with.
 */
public final class Truth {
  private final FatTreeConfig config;
  private final FatTree tree;
  private final FlowTable flows;
  private final EcmpRouter router;
  private final BitSet pathsSent;
  private final byte[] postcardsSent;
  private final List<EventList> events = new ArrayList<>();
  private final long[] hostBytes;
  private final long[] hostBytesSent;
  private final long[] epochBytes;
  private int suppressedEvents;

  Truth(FatTreeConfig config, FatTree tree, FlowTable flows, EcmpRouter router, int lists) {
    this.config = config;
    this.tree = tree;
    this.flows = flows;
    this.router = router;
    pathsSent = new BitSet(flows.size());
    postcardsSent = new byte[flows.size()];
    for (int list = 0; list < lists; list++) {
      events.add(new EventList());
    }
    hostBytes = new long[tree.hosts()];
    hostBytesSent = new long[tree.hosts()];
    epochBytes = new long[flows.epochs()];
  }

  public FatTreeConfig config() {
    return config;
  }

  public FatTree tree() {
    return tree;
  }

  public FlowTable flows() {
    return flows;
  }

  /** The switches that a flow's packets passed. */
  public IntPath path(int flow) {
    return router.path(flows, flow);
  }

  /**
   * Whether the Key-Write of a flow's path left, so that no answer means that it was overwritten.
   */
  public boolean pathSent(int flow) {
    return pathsSent.get(flow);
  }

  /** The hops of a flow whose postcards left: bit i − 1 is hop i. */
  public int postcardsSent(int flow) {
    return postcardsSent[flow];
  }

  /** The number of events lists. */
  public int lists() {
    return events.size();
  }

  /** The events of a list; those of each switch in the order in which it first sent them. */
  public EventList events(int list) {
    return events.get(list);
  }

  /** Events that a switch's list had no more room for in their epoch; they were not reported. */
  public int suppressedEvents() {
    return suppressedEvents;
  }

  /** The bytes that a host sent. */
  public long hostBytes(int host) {
    return hostBytes[host];
  }

  /** Those of them whose increments left. */
  public long hostBytesSent(int host) {
    return hostBytesSent[host];
  }

  /** The bytes of all flows of an epoch. */
  public long epochBytes(int epoch) {
    return epochBytes[epoch];
  }

  void addPath(int flow, boolean sent) {
    pathsSent.set(flow, sent);
  }

  void addPostcard(int flow, int hop, boolean sent) {
    if (sent) {
      postcardsSent[flow] |= (byte) (1 << (hop - 1));
    }
  }

  void addEvent(int list, DirectBuffer entry) {
    events.get(list).add(entry);
  }

  void addSuppressedEvent() {
    suppressedEvents++;
  }

  void addHostBytes(int host, long bytes, boolean sent) {
    hostBytes[host] += bytes;
    hostBytesSent[host] += sent ? bytes : 0;
  }

  void addEpochBytes(int epoch, long bytes) {
    epochBytes[epoch] += bytes;
  }

  /** The entries of a list as they were sent. */
  public static final class EventList {
    private final ExpandableArrayBuffer entries = new ExpandableArrayBuffer();
    private int size;

    EventList() {}

    public int size() {
      return size;
    }

    /** A copy of an entry's bytes, {@link NetworkEvent#LENGTH} of them. */
    public byte[] entry(int index) {
      byte[] entry = new byte[NetworkEvent.LENGTH];
      entries.getBytes(index * NetworkEvent.LENGTH, entry);
      return entry;
    }

    /** An entry in words. */
    public NetworkEvent event(int index) {
      return NetworkEvent.get(entries, index * NetworkEvent.LENGTH);
    }

    private void add(DirectBuffer entry) {
      entries.putBytes(size * NetworkEvent.LENGTH, entry, 0, NetworkEvent.LENGTH);
      size++;
    }
  }
}
