package io.dta.fattree.witness;

import io.dta.fattree.topology.FatTree;
import io.dta.fattree.workload.FlowDescription;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.Long2LongHashMap;

/** What happened to the first flows of a run, each at the index that is its number. */
public final class FlowTruths {
  /** There is no such flow. */
  public static final int NONE = -1;

  private static final int HOPS = FatTree.MAX_HOPS;
  private static final int INITIAL_CAPACITY = 1024;

  private final int limit;
  private int size;
  private long[] addresses = new long[INITIAL_CAPACITY];
  private long[] ports = new long[INITIAL_CAPACITY];
  private long[] bytes = new long[INITIAL_CAPACITY];
  private int[] sources = new int[INITIAL_CAPACITY];
  private int[] destinations = new int[INITIAL_CAPACITY];
  private long[] starts = new long[INITIAL_CAPACITY];
  private long[] times = new long[INITIAL_CAPACITY];
  private long[] wireBytes = new long[INITIAL_CAPACITY];
  private int[] packets = new int[INITIAL_CAPACITY];
  private int[] again = new int[INITIAL_CAPACITY];
  private byte[] hops = new byte[INITIAL_CAPACITY];
  private short[] paths = new short[INITIAL_CAPACITY * HOPS];

  /** Paths that a flow took before its last one; few flows ever change theirs. */
  private final Int2ObjectHashMap<List<int[]>> earlierPaths = new Int2ObjectHashMap<>();

  private final Long2LongHashMap numbers = new Long2LongHashMap(NONE);

  /**
   * No flows yet.
   *
   * @param limit how many to keep
   */
  FlowTruths(int limit) {
    this.limit = limit;
  }

  /** Whether a flow is kept. */
  boolean keeps(long number) {
    return number < limit;
  }

  void start(
      int flow,
      long flowAddresses,
      long flowPorts,
      int source,
      int destination,
      long flowBytes,
      long now) {
    if (flow >= addresses.length) {
      grow(Math.max(flow + 1, 2 * addresses.length));
    }
    size = Math.max(size, flow + 1);
    addresses[flow] = flowAddresses;
    ports[flow] = flowPorts;
    bytes[flow] = flowBytes;
    sources[flow] = source;
    destinations[flow] = destination;
    starts[flow] = now;
    times[flow] = NONE;
    numbers.put(flowPorts, flow);
  }

  void end(int flow, long now) {
    times[flow] = now - starts[flow];
  }

  /** A packet of it entered the network. */
  void enter(int flow, int length, boolean retransmission) {
    wireBytes[flow] += length;
    packets[flow]++;
    again[flow] += retransmission ? 1 : 0;
  }

  /** A packet of it came to the last switch, by a way. */
  void took(int flow, int[] switches, int first, int count) {
    int at = flow * HOPS;
    boolean same = hops[flow] == count;
    for (int i = 0; i < count && same; i++) {
      same = paths[at + i] == switches[first + i];
    }
    if (same) {
      return;
    }
    if (hops[flow] > 0) {
      earlierPaths.computeIfAbsent(flow, any -> new ArrayList<>()).add(path(flow));
    }
    hops[flow] = (byte) count;
    for (int i = 0; i < count; i++) {
      paths[at + i] = (short) switches[first + i];
    }
  }

  private void grow(int capacity) {
    addresses = Arrays.copyOf(addresses, capacity);
    ports = Arrays.copyOf(ports, capacity);
    bytes = Arrays.copyOf(bytes, capacity);
    sources = Arrays.copyOf(sources, capacity);
    destinations = Arrays.copyOf(destinations, capacity);
    starts = Arrays.copyOf(starts, capacity);
    times = Arrays.copyOf(times, capacity);
    wireBytes = Arrays.copyOf(wireBytes, capacity);
    packets = Arrays.copyOf(packets, capacity);
    again = Arrays.copyOf(again, capacity);
    hops = Arrays.copyOf(hops, capacity);
    paths = Arrays.copyOf(paths, capacity * HOPS);
  }

  /** How many there are; they are numbered from 0. */
  public int size() {
    return size;
  }

  /**
   * The flow of a 5-tuple, or {@link #NONE}.
   *
   * @param flowAddresses as {@link FlowDescription#addresses}
   * @param flowPorts as {@link FlowDescription#ports}
   */
  public int find(long flowAddresses, long flowPorts) {
    int flow = (int) numbers.get(flowPorts);
    return flow != NONE && addresses[flow] == flowAddresses ? flow : NONE;
  }

  public long addresses(int flow) {
    return addresses[flow];
  }

  public long ports(int flow) {
    return ports[flow];
  }

  public int source(int flow) {
    return sources[flow];
  }

  public int destination(int flow) {
    return destinations[flow];
  }

  /** Its payload. */
  public long bytes(int flow) {
    return bytes[flow];
  }

  /** When it began, in picoseconds. */
  public long start(int flow) {
    return starts[flow];
  }

  /** How long it took in picoseconds, or {@link #NONE} where it has not ended. */
  public long time(int flow) {
    return times[flow];
  }

  /** What entered the network of it, on the wire, retransmissions included. */
  public long wireBytes(int flow) {
    return wireBytes[flow];
  }

  public int packets(int flow) {
    return packets[flow];
  }

  /** Those of its packets that were sent before. */
  public int retransmissions(int flow) {
    return again[flow];
  }

  /** The switches that its last packet passed; none where no packet came to the last switch. */
  public int[] path(int flow) {
    int[] path = new int[hops[flow]];
    for (int i = 0; i < path.length; i++) {
      path[i] = paths[flow * HOPS + i];
    }
    return path;
  }

  /** The paths that its packets took before. */
  public List<int[]> earlierPaths(int flow) {
    return earlierPaths.getOrDefault(flow, List.of());
  }
}
