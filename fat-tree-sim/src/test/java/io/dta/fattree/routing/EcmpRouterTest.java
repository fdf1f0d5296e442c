package io.dta.fattree.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.fattree.topology.FatTree;
import io.dta.fattree.topology.SwitchRole;
import io.dta.fattree.traffic.FlowTable;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class EcmpRouterTest {
  @Property(tries = 30)
  void shouldFollowCablesUpAndDown(
      @ForAll @IntRange(min = 2, max = 8) int half, @ForAll long seed) {
    FatTree tree = new FatTree(2 * half);
    FlowTable flows = FlowTable.generate(tree, 500, 1, seed);
    EcmpRouter router = new EcmpRouter(tree, seed);
    for (int flow = 0; flow < flows.size(); flow++) {
      IntPath path = router.path(flows, flow);
      int from = tree.edgeOfHost(flows.source(flow));
      int to = tree.edgeOfHost(flows.destination(flow));
      assertEquals(from, path.switchAt(1));
      assertEquals(to, path.sink());
      int expected = from == to ? 1 : tree.pod(from) == tree.pod(to) ? 3 : 5;
      assertEquals(expected, path.length(), path.toString());
      for (int hop = 2; hop <= path.length(); hop++) {
        assertTrue(tree.linked(path.switchAt(hop - 1), path.switchAt(hop)), path.toString());
      }
    }
  }

  @Test
  void shouldSpreadFlowsOverAllCores() {
    FatTree tree = new FatTree(8);
    FlowTable flows = FlowTable.generate(tree, 64_000, 1, 11);
    EcmpRouter router = new EcmpRouter(tree, 12);
    int[] ofCore = new int[tree.cores() + 1];
    int across = 0;
    for (int flow = 0; flow < flows.size(); flow++) {
      IntPath path = router.path(flows, flow);
      if (path.length() == FatTree.MAX_HOPS) {
        across++;
        ofCore[path.switchAt(3)]++;
      }
    }
    double mean = (double) across / tree.cores();
    for (int core = 1; core <= tree.cores(); core++) {
      assertEquals(SwitchRole.CORE, tree.role(core));
      // Seeded: five standard deviations of a binomial count.
      assertEquals(mean, ofCore[core], 5 * Math.sqrt(mean), tree.name(core));
    }
  }

  @Test
  void shouldWriteUnusedHopsAsZero() {
    UnsafeBuffer value = new UnsafeBuffer(new byte[IntPath.VALUE_LENGTH]);
    new IntPath(7, 3, 9).putValue(value, 0);
    byte[] expected = {0, 0, 0, 7, 0, 0, 0, 3, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0};
    assertEquals(new UnsafeBuffer(expected), value);
  }
}
