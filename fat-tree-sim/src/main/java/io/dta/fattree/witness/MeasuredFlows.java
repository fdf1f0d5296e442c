package io.dta.fattree.witness;

import io.dta.fattree.network.Hop;
import io.dta.fattree.network.PacketView;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.workload.SplitMix64;
import java.util.Arrays;
import java.util.List;
import org.agrona.collections.Long2LongHashMap;

/**
 * What the packets of flows met, switch by switch: of the last packet of a flow that came to the
 * last switch all of it, of every other a fingerprint, by which an answer is recognized as its own.
 */
public final class MeasuredFlows {
  /** No packet of the flow met that. */
  public static final long NEVER = -1;

  private static final int HOPS = FatTree.MAX_HOPS;

  private final List<Measure> measures;
  private final int packetWords;

  /** By a packet's slot, a measure and a hop. */
  private int[] stacks = new int[0];

  /** By a flow, a measure and a hop. */
  private int[] last = new int[0];

  private final Long2LongHashMap times = new Long2LongHashMap(NEVER);
  private long[] lastTimes = new long[0];

  MeasuredFlows(List<Measure> measures) {
    this.measures = List.copyOf(measures);
    packetWords = measures.size() * HOPS;
  }

  /** A packet of a flow is at a switch. */
  void onHop(Hop hop, int flow, boolean isLast) {
    PacketView packet = hop.packet();
    int first = packet.slot() * packetWords;
    if (first >= stacks.length) {
      stacks = Arrays.copyOf(stacks, Math.max(first + packetWords, 2 * stacks.length));
    }
    int depth = packet.hop() - 1;
    for (int i = 0; i < measures.size(); i++) {
      stacks[first + i * HOPS + depth] = measures.get(i).of(hop);
    }
    if (isLast) {
      keep(flow, first, packet.hop(), hop.departure());
    }
  }

  private void keep(int flow, int first, int hops, long now) {
    if (flow >= lastTimes.length) {
      int capacity = Math.max(flow + 1, 2 * lastTimes.length);
      int known = lastTimes.length;
      lastTimes = Arrays.copyOf(lastTimes, capacity);
      Arrays.fill(lastTimes, known, capacity, NEVER);
      last = Arrays.copyOf(last, capacity * packetWords);
    }
    lastTimes[flow] = now;
    int at = flow * packetWords;
    for (int i = 0; i < measures.size(); i++) {
      int from = i * HOPS;
      for (int hop = 0; hop < HOPS; hop++) {
        last[at + from + hop] = hop < hops ? stacks[first + from + hop] : 0;
      }
      times.put(fingerprint(flow, i, last, at + from), now);
    }
  }

  private static long fingerprint(int flow, int measure, int[] words, int from) {
    long hash = SplitMix64.mix((long) flow << Integer.SIZE | measure);
    for (int hop = 0; hop < HOPS; hop++) {
      hash = SplitMix64.mix(hash ^ Integer.toUnsignedLong(words[from + hop]));
    }
    return hash;
  }

  /** When a packet of a flow last came to the last switch, in picoseconds, or {@link #NEVER}. */
  public long lastTime(int flow) {
    return flow < lastTimes.length ? lastTimes[flow] : NEVER;
  }

  /** What a flow's last packet met, five words, 0 where there is no such hop. */
  public int[] last(Measure measure, int flow) {
    int from = flow * packetWords + index(measure) * HOPS;
    return Arrays.copyOfRange(last, from, from + HOPS);
  }

  /**
   * When a packet of a flow that met just this came to the last switch, the last one of several, in
   * picoseconds, or {@link #NEVER}.
   *
   * @param words five, 0 where there is no such hop
   */
  public long timeOf(Measure measure, int flow, int[] words) {
    return times.get(fingerprint(flow, index(measure), words, 0));
  }

  private int index(Measure measure) {
    int index = measures.indexOf(measure);
    if (index < 0) {
      throw new IllegalArgumentException(measure + " was not measured, only " + measures);
    }
    return index;
  }
}
