package io.dta.fattree.routing;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.dta.fattree.topology.FatTree;
import io.dta.fattree.traffic.FlowTable;
import org.agrona.DirectBuffer;

/**
 * Up-down routing with equal-cost multipath: on the way up every switch chooses among its k/2
 * up-links by {@link EcmpHash}; the way down is determined. All packets of a flow take one path.
 */
public final class EcmpRouter {
  private final FatTree tree;
  private final long seed;

  public EcmpRouter(FatTree tree, long seed) {
    this.tree = tree;
    this.seed = seed;
  }

  /** The path of a flow's packets. */
  public IntPath path(FlowTable flows, int flow) {
    int from = tree.edgeOfHost(flows.source(flow));
    int to = tree.edgeOfHost(flows.destination(flow));
    if (from == to) {
      return new IntPath(from);
    }
    DirectBuffer keys = flows.keys();
    int key = flows.keyIndex(flow);
    int aggregation = upLink(from, keys, key);
    int up = tree.aggregation(tree.pod(from), aggregation);
    if (tree.pod(from) == tree.pod(to)) {
      return new IntPath(from, up, to);
    }
    int core = tree.core(aggregation * tree.half() + upLink(up, keys, key));
    return new IntPath(from, up, core, tree.aggregation(tree.pod(to), aggregation), to);
  }

  /** The up-link, 0 to k/2 − 1, that a switch chooses for a 13-byte 5-tuple. */
  private int upLink(int switchId, DirectBuffer keys, int index) {
    long addresses = keys.getLong(index, BIG_ENDIAN);
    long ports = Integer.toUnsignedLong(keys.getInt(index + 8, BIG_ENDIAN));
    int protocol = keys.getByte(index + 12) & 0xFF;
    return EcmpHash.choose(
        EcmpHash.salt(seed, switchId), addresses, ports << 8 | protocol, tree.half());
  }
}
