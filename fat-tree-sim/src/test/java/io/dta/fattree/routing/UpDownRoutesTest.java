package io.dta.fattree.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.fattree.failure.FailurePlan.Change;
import io.dta.fattree.failure.LinkState;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.topology.Link;
import io.dta.fattree.topology.SwitchRole;
import io.dta.fattree.topology.Wiring;
import io.dta.primitives.analysis.Tolerance;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class UpDownRoutesTest {
  /** Against a search of all ways up and down, with links and switches down. */
  @Property(tries = 40)
  void shouldFindAWayWhereThereIsOne(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    FatTree tree = new FatTree(4 + 2 * random.nextInt(2));
    Wiring wiring = new Wiring(tree);
    LinkState state = new LinkState(wiring);
    int failures = random.nextInt(tree.links().size() / 2);
    for (int i = 0; i < failures; i++) {
      Link link = tree.links().get(random.nextInt(tree.links().size()));
      state.apply(Change.ofLink(0, link.lower(), link.upper(), false));
    }
    state.apply(Change.ofSwitch(0, 1 + random.nextInt(tree.switches()), false));
    UpDownRoutes routes = new UpDownRoutes(wiring, seed);
    routes.learn(state::isUp);
    int[] path = new int[FatTree.MAX_HOPS];
    int lost = 0;
    for (int i = 0; i < 300; i++) {
      int from = random.nextInt(tree.hosts());
      int to = random.nextInt(tree.hosts());
      int hops = routes.path(from, to, random.nextLong(), random.nextLong(1L << 40), path);
      int fromEdge = tree.edgeOfHost(from);
      int toEdge = tree.edgeOfHost(to);
      boolean way = fromEdge == toEdge || isWay(tree, wiring, state, fromEdge, toEdge);
      assertEquals(way, hops > 0, "seed " + seed);
      lost += way ? 0 : 1;
      for (int hop = 1; hop < hops; hop++) {
        int port = wiring.portTowards(path[hop - 1], path[hop]);
        assertTrue(state.isUp(port), "seed " + seed);
        assertEquals(path[hop], wiring.switchOf(wiring.peer(port)));
      }
      assertTrue(hops == 0 || path[hops - 1] == toEdge, "seed " + seed);
    }
    assertTrue(lost < 300 || failures > 4, "seed " + seed);
  }

  private static boolean isWay(
      FatTree tree, Wiring wiring, LinkState state, int fromEdge, int toEdge) {
    for (int a = 0; a < tree.half(); a++) {
      int up = tree.aggregation(tree.pod(fromEdge), a);
      int down = tree.aggregation(tree.pod(toEdge), a);
      boolean ends =
          state.isUp(wiring.portTowards(fromEdge, up))
              && state.isUp(wiring.portTowards(down, toEdge));
      if (ends && up == down) {
        return true;
      }
      for (int j = 0; ends && j < tree.half(); j++) {
        int core = tree.core(a * tree.half() + j);
        if (state.isUp(wiring.portTowards(up, core))
            && state.isUp(wiring.portTowards(core, down))) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void shouldUseAllUpLinksAlike() {
    FatTree tree = new FatTree(8);
    UpDownRoutes routes = new UpDownRoutes(new Wiring(tree), 4);
    SplittableRandom random = new SplittableRandom(4);
    int[] path = new int[FatTree.MAX_HOPS];
    int[] cores = new int[tree.cores() + 1];
    int n = 64_000;
    for (int i = 0; i < n; i++) {
      assertEquals(5, routes.path(0, 100, random.nextLong(), random.nextLong(1L << 40), path));
      cores[path[2]]++;
    }
    for (int core = 1; core < cores.length; core++) {
      assertTrue(cores[core] >= Tolerance.least(n, 1.0 / tree.cores(), 1e-7));
      assertTrue(cores[core] <= Tolerance.most(n, 1.0 / tree.cores(), 1e-7));
    }
  }

  @Test
  void shouldJoinEveryPortToOneOther() {
    for (int k : new int[] {4, 6, 48}) {
      FatTree tree = new FatTree(k);
      Wiring wiring = new Wiring(tree);
      assertEquals(tree.switches() * k + tree.hosts(), wiring.ports());
      for (int port = 0; port < wiring.ports(); port++) {
        int peer = wiring.peer(port);
        assertEquals(port, wiring.peer(peer));
        if (wiring.isHostPort(port)) {
          int host = wiring.hostOf(port);
          assertEquals(tree.edgeOfHost(host), wiring.switchOf(peer));
          assertEquals(host % tree.half(), wiring.number(peer));
        } else if (!wiring.isHostPort(peer)) {
          assertTrue(tree.linked(wiring.switchOf(port), wiring.switchOf(peer)));
          assertEquals(port, wiring.portTowards(wiring.switchOf(port), wiring.switchOf(peer)));
        } else {
          assertEquals(SwitchRole.EDGE, tree.role(wiring.switchOf(port)));
        }
      }
    }
  }
}
