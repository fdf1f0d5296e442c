package io.dta.fattree.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class FatTreeTest {
  @Provide
  Arbitrary<Integer> ports() {
    return Arbitraries.integers().between(2, 8).map(half -> 2 * half);
  }

  @Property(tries = 20)
  void shouldHaveTheSizesOfThePaper(@ForAll("ports") int k) {
    FatTree tree = new FatTree(k);
    assertEquals(5 * k * k / 4, tree.switches());
    assertEquals(k * k * k / 4, tree.hosts());
    assertEquals(k * k * k / 2, tree.links().size());
    Map<SwitchRole, Integer> roles = new HashMap<>();
    for (int id = 1; id <= tree.switches(); id++) {
      roles.merge(tree.role(id), 1, Integer::sum);
    }
    assertEquals(k * k / 4, roles.get(SwitchRole.CORE));
    assertEquals(k * k / 2, roles.get(SwitchRole.AGGREGATION));
    assertEquals(k * k / 2, roles.get(SwitchRole.EDGE));
  }

  @Property(tries = 20)
  void shouldUseEveryPortOfEverySwitch(@ForAll("ports") int k) {
    FatTree tree = new FatTree(k);
    int[] ports = new int[tree.switches() + 1];
    Set<Link> links = new HashSet<>(tree.links());
    for (Link link : links) {
      ports[link.lower()]++;
      ports[link.upper()]++;
    }
    for (int host = 0; host < tree.hosts(); host++) {
      ports[tree.edgeOfHost(host)]++;
    }
    for (int id = 1; id <= tree.switches(); id++) {
      assertEquals(k, ports[id], tree.name(id));
    }
    for (int one = 1; one <= tree.switches(); one++) {
      for (int other = 1; other <= tree.switches(); other++) {
        boolean cable =
            links.contains(new Link(one, other)) || links.contains(new Link(other, one));
        assertEquals(cable, tree.linked(one, other), tree.name(one) + " and " + tree.name(other));
      }
    }
  }

  @Property(tries = 20)
  void shouldGiveEveryHostAnAddressAndEverySwitchAName(@ForAll("ports") int k) {
    FatTree tree = new FatTree(k);
    Set<Integer> addresses = new HashSet<>();
    for (int host = 0; host < tree.hosts(); host++) {
      int address = tree.hostAddress(host);
      assertTrue(addresses.add(address));
      assertEquals(host, tree.hostOfAddress(address));
    }
    Set<String> names = new HashSet<>();
    Set<Integer> edgeNumbers = new HashSet<>();
    for (int id = 1; id <= tree.switches(); id++) {
      assertTrue(names.add(tree.name(id)));
      if (tree.role(id) == SwitchRole.EDGE) {
        assertTrue(edgeNumbers.add(tree.edgeNumber(id)));
        assertEquals(id, tree.edge(tree.pod(id), tree.index(id)));
        assertTrue(tree.edgeNumber(id) < tree.edges());
      } else if (tree.role(id) == SwitchRole.AGGREGATION) {
        assertEquals(id, tree.aggregation(tree.pod(id), tree.index(id)));
      } else {
        assertEquals(id, tree.core(tree.index(id)));
      }
    }
  }

  @Test
  void shouldAddressHostsAsThePaperDoes() {
    FatTree tree = new FatTree(4);
    assertEquals(0x0A000002, tree.hostAddress(0));
    assertEquals(0x0A030103, tree.hostAddress(15));
    assertEquals(-1, tree.hostOfAddress(0x0A000001), "the address of a switch");
    assertEquals(-1, tree.hostOfAddress(0x0A040002), "a pod that is not there");
    assertEquals(-1, tree.hostOfAddress(0x0B000002), "another network");
    assertEquals("core-3", tree.name(4));
    assertEquals("agg-1.0", tree.name(tree.aggregation(1, 0)));
    assertEquals("edge-2.1", tree.name(tree.edge(2, 1)));
    assertTrue(tree.linked(tree.core(3), tree.aggregation(0, 1)));
  }

  @Test
  void shouldRefuseWhatIsNoFatTree() {
    for (int k : new int[] {-4, 0, 2, 5, 50}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> new FatTree(k)).getMessage();
      assertTrue(message.contains("even number from 4 to 48"), message);
    }
    FatTree tree = new FatTree(4);
    assertThrows(IllegalArgumentException.class, () -> tree.role(0));
    assertThrows(IllegalArgumentException.class, () -> tree.role(21));
    assertThrows(IllegalArgumentException.class, () -> tree.edgeOfHost(16));
    assertThrows(IllegalArgumentException.class, () -> tree.edgeNumber(1));
  }
}
