package io.dta.fattree.telemetry;

import io.dta.fattree.routing.EcmpRouter;
import io.dta.fattree.routing.IntPath;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.traffic.FlowTable;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.collections.Long2LongHashMap;

/**
 * An approximation of queues: every link is an M/M/1 queue for the length of an epoch.
 *
 * <p>A link's utilization ρ is its load in bytes over that of a link of mean load at ρ = 1/2; one
 * link in sixteen has a burst that doubles it; ρ is at most 0.98. A flow on a link meets a queue of
 * n packets or more with probability ρ^n. 64 packets are a congestion event, 192 fill the queue and
 * packets are dropped. Links to hosts count, as incast ends there.
 */
public final class QueueModel {
  /** The queue depth in packets from which on a switch reports congestion. */
  public static final int CONGESTION_DEPTH = 64;

  /** The queue depth in packets at which packets are dropped. */
  public static final int FULL_DEPTH = 192;

  private static final double MEAN_UTILIZATION = 0.5;
  private static final double MAX_UTILIZATION = 0.98;
  private static final int LINKS_PER_BURST = 16;
  private static final double BURST = 2;

  /** What happened to a flow at a hop of its path. */
  public record Incident(int flow, int switchId, EventType type, int detail) {}

  private final FatTree tree;
  private final FlowTable flows;
  private final EcmpRouter router;
  private final long seed;

  public QueueModel(FatTree tree, FlowTable flows, EcmpRouter router, long seed) {
    this.tree = tree;
    this.flows = flows;
    this.router = router;
    this.seed = seed;
  }

  /** What happens in an epoch, in the order of the flows and of the hops of each. */
  public List<Incident> incidents(int epoch) {
    int first = flows.firstFlow(epoch);
    int end = flows.firstFlow(epoch + 1);
    Long2LongHashMap loads = new Long2LongHashMap(0);
    long total = 0;
    for (int flow = first; flow < end; flow++) {
      IntPath path = router.path(flows, flow);
      for (int hop = 1; hop <= path.length(); hop++) {
        long link = link(path, hop, flow);
        loads.put(link, loads.get(link) + flows.bytes(flow));
        total += flows.bytes(flow);
      }
    }
    double fullLoad = total / MEAN_UTILIZATION / Math.max(1, loads.size());
    long epochSeed = new SplittableRandom(seed + epoch).nextLong();
    SplittableRandom random = new SplittableRandom(epochSeed);
    List<Incident> incidents = new ArrayList<>();
    for (int flow = first; flow < end; flow++) {
      IntPath path = router.path(flows, flow);
      for (int hop = 1; hop <= path.length(); hop++) {
        long link = link(path, hop, flow);
        double burst =
            new SplittableRandom(epochSeed ^ link).nextInt(LINKS_PER_BURST) == 0 ? BURST : 1;
        double utilization = Math.min(MAX_UTILIZATION, burst * loads.get(link) / fullLoad);
        int depth = depth(utilization, random.nextDouble());
        if (depth >= FULL_DEPTH) {
          int dropped = Math.min(flows.packets(flow), depth - FULL_DEPTH + 1);
          incidents.add(new Incident(flow, path.switchAt(hop), EventType.QUEUE_FULL_DROP, dropped));
        } else if (depth >= CONGESTION_DEPTH) {
          incidents.add(new Incident(flow, path.switchAt(hop), EventType.CONGESTION, depth));
        }
      }
    }
    return incidents;
  }

  /** The queue depth that a uniform draw from [0, 1) means: geometric, P(depth ≥ n) = ρ^n. */
  private static int depth(double utilization, double draw) {
    return (int) (StrictMath.log(1 - draw) / StrictMath.log(utilization));
  }

  /** The link on which a packet leaves the switch of a hop: to the next switch, or to its host. */
  private long link(IntPath path, int hop, int flow) {
    int next =
        hop < path.length()
            ? path.switchAt(hop + 1)
            : tree.switches() + 1 + flows.destination(flow);
    return (long) path.switchAt(hop) << 32 | next;
  }
}
